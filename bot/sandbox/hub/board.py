"""What stands in every chat, as the page shows it, and what of it has changed since it was last looked at."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.sandbox.hub.rooms import ROOMS, SLACK, TELEGRAM, Room, key, unexpected

Json = Mapping[str, Any]
Draw = Callable[[Json], str]
MOST = 200
"""Messages of a chat that are shown; a page of thousands is of no use to anyone."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One message on the page."""

    id: str
    thread: str | None
    """Telegram: the forum's topic; Slack: the `ts` of the message that the thread hangs on."""
    html: str
    message: Json
    """As the platform keeps it."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is new in one chat."""

    room: str
    put: tuple[Shown, ...]
    """New or changed, oldest first."""
    gone: tuple[str, ...]

    def form(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


class Board:
    """All chats, drawn."""

    def __init__(self, drawings: Mapping[str, Draw], rooms: Iterable[Room] = ROOMS) -> None:
        """`drawings` make HTML of a message, by platform."""
        self._drawings = drawings
        self._rooms = list(rooms)
        self._chats: dict[str, dict[str, tuple[str, Shown]]] = {room.key: {} for room in self._rooms}

    def rooms(self) -> list[dict[str, Any]]:
        """All that can be chosen, as JSON."""
        return [{**asdict(room), "key": room.key} for room in self._rooms]

    def chats(self) -> dict[str, list[dict[str, Any]]]:
        """All that is shown, as JSON, by chat."""
        return {room: [asdict(shown) for _, shown in chat.values()] for room, chat in self._chats.items()}

    def meet(self, platform: str, chat: object) -> bool:
        """Make room for a chat; whether it was not known so far."""
        if key(platform, chat) in self._chats:
            return False
        room = unexpected(platform, chat)
        self._rooms.append(room)
        self._chats[room.key] = {}
        return True

    def update(self, platform: str, chat: object, messages: Iterable[Json]) -> Change:
        """Show these messages, and no others, in the chat; what changed by that."""
        room = key(platform, chat)
        before, after = self._chats[room], {}
        for message in tuple(messages)[-MOST:]:
            name, print_ = name_of(platform, message), json.dumps(message, sort_keys=True, default=str)
            known = before.get(name)
            after[name] = known if known and known[0] == print_ else (print_, self._drawn(platform, name, print_))
        self._chats[room] = after
        put = tuple(shown for name, (print_, shown) in after.items() if before.get(name, ("",))[0] != print_)
        return Change(room, put, tuple(name for name in before if name not in after))

    def _drawn(self, platform: str, name: str, print_: str) -> Shown:
        # A copy: what the stand-ins keep changes under their hands.
        message = json.loads(print_)
        thread = message.get("message_thread_id" if platform == TELEGRAM else "thread_ts")
        return Shown(name, None if thread is None else str(thread), self._drawings[platform](message), message)


def name_of(platform: str, message: Json) -> str:
    """What a message is called in its chat."""
    return str(message["ts" if platform == SLACK else "message_id"])
