"""The chats of the stand-in for Telegram: who is there, what was said, and what a bot may not do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bot.sandbox.telegram.clock import Clock, SystemClock, unix
from bot.sandbox.telegram.refusals import RefusedError, bad_request

BOT: Mapping[str, Any] = {"id": 123456, "is_bot": True, "first_name": "Stand-in", "username": "standin_bot"}

SHARED = frozenset({"private", "group"})
"""Kinds of chats that number their messages together (tdlib/td #533); the others have numbers of their own."""

SUPERGROUPS = -1_000_000_000_000
"""Ids below this are supergroups and channels; other negative ones are basic groups."""

Message = dict[str, Any]
Person = Mapping[str, Any]


@dataclass(slots=True)
class Chat:
    """One chat; `shut` is why nothing can be sent to it, in the Bot API's words."""

    id: int
    kind: str
    title: str
    forum: bool = False
    username: str | None = None
    shut: str | None = None
    moved_to: int | None = None
    edits_others: bool = False
    """Whether the bot may edit what others posted: a right that admins of channels can give."""
    lost_topics: set[int] = field(default_factory=set)
    """Topics of a forum that were deleted."""
    messages: dict[int, Message] = field(default_factory=dict)
    """All there are, by number, as the Bot API shows them now."""
    own: set[int] = field(default_factory=set)
    """Which of them are the bot's."""
    people: dict[int, Person] = field(default_factory=dict)
    """Who was seen there."""

    def shown(self) -> dict[str, Any]:
        """The chat in the Bot API's form."""
        name = {"first_name": self.title} if self.kind == "private" else {"title": self.title}
        forum = {"is_forum": True} if self.forum else {}
        username = {} if self.username is None else {"username": self.username}
        return {"id": self.id, "type": self.kind, **name, **username, **forum}

    def check_thread(self, thread: int | None) -> None:
        """RefusedError where there is no such topic; General, number 1, is named by no message."""
        if thread is not None and (not self.forum or thread <= 1 or thread in self.lost_topics):
            raise bad_request("message thread not found")


class Chats:
    """All chats the bot can know of."""

    def __init__(self, bot: Mapping[str, Any] = BOT, clock: Clock | None = None) -> None:
        self.bot = bot
        self.clock = SystemClock() if clock is None else clock
        self.watchers: list[Callable[[int], None]] = []
        """Told the chat whenever what is to be seen in it changes."""
        self._chats: dict[int, Chat] = {}
        self._shared = count(1)
        self._own: dict[int, count[int]] = {}

    def add(
        self, chat: int, kind: str | None = None, *, title: str = "", forum: bool = False, username: str | None = None
    ) -> Chat:
        """Let there be the chat; its kind follows from its id where it is not said."""
        kind = kind or ("private" if chat > 0 else "supergroup" if chat < SUPERGROUPS else "group")
        self._chats[chat] = Chat(chat, kind, title or f"{kind} {chat}", forum, username)
        return self._chats[chat]

    def get(self, chat: int) -> Chat:
        """The chat, made where there is none: for what people do there."""
        return self._chats.get(chat) or self.add(chat)

    def find(self, address: object, *, reading: bool = False) -> Chat:
        """The chat that a call names, by id or `@username`; RefusedError where the bot cannot write to it.

        A person who blocked the bot can still be looked up by it.
        """
        if address in {None, ""}:
            raise bad_request("chat_id is empty")
        found = self._named(str(address))
        if found is None:
            raise bad_request("chat not found")
        if found.moved_to is not None:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise RefusedError(400, words, migrate_to_chat_id=found.moved_to)
        if found.shut is not None and not (reading and found.kind == "private"):
            raise RefusedError(403, f"Forbidden: {found.shut}")
        return found

    def post(self, chat: Chat, content: Message, thread: int | None, sender: Person) -> dict[str, Any]:
        """A new message in the chat."""
        numbers = self._shared if chat.kind in SHARED else self._own.setdefault(chat.id, count(1))
        author = {"sender_chat": chat.shown()} if chat.kind == "channel" else {"from": dict(sender)}
        topic = {} if thread is None else {"message_thread_id": thread, "is_topic_message": True}
        number = next(numbers)
        message = {"message_id": number, **author, "chat": chat.shown(), "date": unix(self.clock), **topic, **content}
        chat.messages[number] = message
        if sender is self.bot:
            chat.own.add(number)
        else:
            chat.people[sender["id"]] = sender
        self.tell(chat)
        return message

    def replace(self, chat: Chat, message: Message) -> Message:
        """Let the message be in the place of the one with its number."""
        chat.messages[message["message_id"]] = message
        self.tell(chat)
        return message

    def remove(self, chat: Chat, number: int) -> None:
        """Let the message be gone."""
        del chat.messages[number]
        chat.own.discard(number)
        self.tell(chat)

    def tell(self, chat: Chat) -> None:
        """Tell whoever watches that the chat looks different now."""
        for watcher in tuple(self.watchers):
            watcher(chat.id)

    def _named(self, address: str) -> Chat | None:
        if address.startswith("@"):
            name = address.removeprefix("@").lower()
            return next((one for one in self._chats.values() if (one.username or "").lower() == name), None)
        try:
            return self._chats.get(int(address))
        except ValueError:
            return None
