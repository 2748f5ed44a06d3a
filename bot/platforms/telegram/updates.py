"""Understands what Telegram reports: a command, or that a chat moved, let the bot in or shut it out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery, ChatMember, ChatMemberUpdated, Message, Update

from bot.chat_events import ChatGone, ChatJoined, ChatMoved
from bot.command import Command
from bot.delivery.delivery import Destination
from bot.delivery.outcome import Sighting
from bot.platforms.telegram.sequences import sighting
from bot.receiving.received import Event

COMMAND = re.compile(r"/(?P<name>\w{1,32})(?:@(?P<bot>\w+))?(?:\s+(?P<argument>.*))?", re.ASCII)
"""https://core.telegram.org/bots/features#commands; the argument is the rest of the line."""

OUTSIDE = frozenset({ChatMember.LEFT, ChatMember.BANNED})

LARGEST_NUMBER = 2**63 - 1
"""Of a message, as a store keeps it."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is and what its commands are called."""

    username: str
    """Without `@`."""
    names: Mapping[str, str]
    """Canonical name to the name it has in the chat."""

    def canonical(self, name: str) -> str | None:
        """The command called so in the chat, in any case; None where there is none."""
        return next((known for known, called in self.names.items() if called.lower() == name.lower()), None)


def event(update: Update, identity: Identity) -> Event | None:
    """What the update says to us, or None.

    Commands count in new messages and channel posts: an edited one was answered when it was written.
    """
    if update.callback_query is not None:
        return pressed(update.callback_query, f"telegram/{update.update_id}", identity)
    if update.my_chat_member is not None:
        return membership(update.my_chat_member)
    message = update.message or update.channel_post
    if message is None:
        return None
    if message.migrate_to_chat_id is not None:
        return ChatMoved("telegram", str(message.chat.id), str(message.migrate_to_chat_id))
    return written(message, f"telegram/{update.update_id}", identity)


def written(message: Message, key: str, identity: Identity) -> Command | None:
    """The command of a message that begins with one, unless it is addressed to another bot.

    A channel's post that Telegram repeats in the channel's discussion group was answered in the channel.
    """
    line = (message.text or "").partition("\n")[0]
    found = COMMAND.fullmatch(line.strip())
    if found is None or message.is_automatic_forward:
        return None
    name = identity.canonical(found["name"])
    if name is None or (found["bot"] or identity.username).lower() != identity.username.lower():
        return None
    return Command(name, (found["argument"] or "").strip(), origin(message), key)


def pressed(query: CallbackQuery, key: str, identity: Identity) -> Command | None:
    """The command of a pressed button, to be answered in place of its message.

    The data is whatever the client sent: a name that is no command of ours is none.
    """
    name, _, argument = (query.data or "").partition(" ")
    if query.message is None or name not in identity.names:
        return None
    return Command(name, argument.strip(), origin(query.message), key, {"message_id": query.message.message_id})


def origin(message: Any) -> Destination:
    """Where a message (accessible or not any more) stands: a chat, and in a forum the topic.

    Outside of forums `message_thread_id` names a chain of replies, which nothing can be sent to.
    """
    topic = message.message_thread_id if getattr(message, "is_topic_message", None) else None
    return Destination("telegram", str(message.chat.id), None if topic is None else str(topic))


def membership(change: ChatMemberUpdated) -> ChatGone | ChatJoined | None:
    """What a change of the bot's own standing means: inside, it may be allowed now what it was not before."""
    address = str(change.chat.id)
    if inside(change.new_chat_member):
        return ChatJoined("telegram", address)
    return ChatGone("telegram", address) if inside(change.old_chat_member) else None


def inside(member: ChatMember) -> bool:
    """Whether a member with this standing is in the chat; a restricted one may be either."""
    if member.status == ChatMember.RESTRICTED:
        return bool(getattr(member, "is_member", False))
    return member.status not in OUTSIDE


def shown(update: Mapping[str, Any]) -> Iterator[Sighting]:
    """The number of each message that an update, as Telegram sends it, shows: of whatever kind, whoever wrote it."""
    for part in update.values():
        if isinstance(part, Mapping):
            yield from _numbers(part)
            yield from _numbers(part.get("message"))


def _numbers(message: object) -> Iterator[Sighting]:
    number = sighting(message)
    if number is not None and number.number <= LARGEST_NUMBER:
        yield number
    if isinstance(message, Mapping):
        for other in ("reply_to_message", "pinned_message"):
            yield from _numbers(message.get(other))
