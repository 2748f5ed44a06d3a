"""Every call in and out of the sandbox as a list, that can be followed live, written as JSON lines and read again."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

Follower = Callable[["Entry"], None]


class Direction(StrEnum):
    """Who spoke."""

    CALL = "call"
    """The bot called a method, and was answered."""
    EVENT = "event"
    """The platform told the bot something: an update, an envelope, a signed request."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One call or event, with its answer."""

    number: int
    """From 1, in order."""
    at: float
    """Seconds since 1970."""
    platform: str
    """`telegram` or `slack`."""
    direction: Direction
    name: str
    """The method (`sendMessage`, `chat.postMessage`) or the kind of event (`message`, `slash_commands`)."""
    arguments: Mapping[str, Any]
    status: int | None = None
    """HTTP status of the answer; None where none was given."""
    answer: Mapping[str, Any] | None = None
    verdict: tuple[str, ...] = ()
    """What the platform has against it; empty where it is right."""
    fault: str | None = None
    """The fault that was asked for and met this call."""


class Recorder:
    """Keeps entries in order and tells whoever follows."""

    def __init__(self, most: int = 10_000) -> None:
        """`most` entries are kept; older ones are forgotten."""
        self._entries: list[Entry] = []
        self._most = most
        self._number = 0
        self._followers: list[Follower] = []

    def record(
        self, platform: str, direction: Direction, name: str, arguments: Mapping[str, Any], **more: Any
    ) -> Entry:
        """Add an entry; `more` are its `at`, `status`, `answer`, `verdict` and `fault`."""
        self._number += 1
        entry = Entry(self._number, more.pop("at"), platform, direction, name, arguments, **more)
        self._entries.append(entry)
        del self._entries[: -self._most]
        for follower in tuple(self._followers):
            follower(entry)
        return entry

    def entries(self, after: int = 0) -> tuple[Entry, ...]:
        """What is kept, from the entry behind number `after` on."""
        return tuple(entry for entry in self._entries if entry.number > after)

    def follow(self, follower: Follower) -> Callable[[], None]:
        """Call the follower with every entry from now on; answers what ends that."""
        self._followers.append(follower)
        return lambda: self._followers.remove(follower)


def json_line(entry: Entry) -> str:
    """One entry as one line."""
    return json.dumps(asdict(entry), ensure_ascii=False, separators=(",", ":"))


def read_json_lines(lines: Iterable[str]) -> Iterator[Entry]:
    """The entries of such lines; ValueError with the line's number where one is none."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
            direction, verdict = Direction(said.pop("direction")), tuple(said.pop("verdict", ()))
            yield Entry(direction=direction, verdict=verdict, **said)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"line {number}: {error}") from error
