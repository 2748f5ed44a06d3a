"""What stood in the chats, told from a recording alone: each call's answer, each event, one after the other."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.hub.board import name_of
from bot.sandbox.hub.origins import about
from bot.sandbox.hub.rooms import SLACK, TELEGRAM
from bot.sandbox.recording import Direction, Entry

Json = Mapping[str, Any]
Place = tuple[str, str]
"""Platform and chat."""


class Retelling:
    """The chats, as far as they have been told."""

    def __init__(self) -> None:
        self._chats: dict[Place, dict[str, Json]] = {}

    def messages(self, platform: str, chat: str) -> tuple[Json, ...]:
        """What stands in a chat now, oldest first."""
        return tuple(self._chats.get((platform, chat), {}).values())

    def take(self, entry: Entry) -> tuple[Place, ...]:
        """The next entry; the chats that it changed."""
        tell = self._telegram if entry.platform == TELEGRAM else self._slack
        return tuple(dict.fromkeys(tell(entry)))

    def _telegram(self, entry: Entry) -> Iterator[Place]:
        told = entry.arguments if entry.direction is Direction.EVENT else entry.answer or {}
        for message in _telegram_messages(told):
            yield self._put(TELEGRAM, str(message["chat"]["id"]), message)
        if entry.name == "deleteMessage" and (entry.answer or {}).get("ok"):
            yield self._take_away(TELEGRAM, entry.arguments.get("chat_id"), entry.arguments.get("message_id"))

    def _slack(self, entry: Entry) -> Iterator[Place]:
        if entry.direction is Direction.EVENT:
            said = entry.arguments.get("event")
            if isinstance(said, Mapping) and "channel" in said and "ts" in said:
                yield self._put(SLACK, said["channel"], said)
            return
        written = slack_message(entry)
        if written is not None:
            channel, ts, message = written
            yield self._put(SLACK, channel, message) if message else self._take_away(SLACK, channel, ts)

    def _put(self, platform: str, chat: str, message: Json) -> Place:
        self._chats.setdefault((platform, chat), {})[name_of(platform, message)] = message
        return platform, chat

    def _take_away(self, platform: str, chat: object, message: object) -> Place:
        self._chats.get((platform, str(chat)), {}).pop(str(message), None)
        return platform, str(chat)


def _telegram_messages(told: Json) -> Iterator[Json]:
    """The messages that an answer or an update holds; not those that a press is about, which stand there already."""
    for held in told.values():
        if isinstance(held, Mapping) and "message_id" in held and isinstance(held.get("chat"), Mapping):
            yield held


def slack_message(entry: Entry) -> tuple[str, str, Json] | None:
    """Channel, name and content of the message that a call wrote; nothing for content where it is gone."""
    answer = entry.answer or {}
    place = about(entry) if answer.get("ok") else None
    if place is None:
        return None
    channel, ts = place[0].partition(":")[2], place[1]
    if entry.name == "chat.postEphemeral":
        return channel, ts, {**entry.arguments, "bot_id": "", "ts": ts, "is_ephemeral": True}
    message = answer.get("message") or {}
    return channel, ts, {**message, "channel": channel, "ts": ts} if message else {}
