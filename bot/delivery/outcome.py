"""What became of one attempt to send: a closed union, matched with `assert_never`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Sighting:
    """A message's number in a sequence that a platform counts messages by: once sighted, it is nobody else's."""

    sequence: str
    """Telegram: `telegram:account` for private chats and basic groups, which share one; else `telegram:` and the id."""
    number: int


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform said so; `receipt` is its own name for the message (`{"message_id": 7}`, `{"ts": "…"}`)."""

    receipt: Mapping[str, Any]
    sighting: Sighting | None = None
    """Where the platform numbers its messages."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """Told to wait, `retry_after` seconds; costs no attempt. `everyone`: the whole bot, not this chat alone."""

    retry_after: float
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """Certainly not delivered, and may heal by itself."""

    error: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The request was written and no (clear) answer came: it may have been delivered."""

    error: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The platform will never take this message: our bug, said loudly."""

    error: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The destination is gone: blocked, kicked, archived, deleted."""

    error: str
    thread_only: bool = False
    """Whether it is this thread or topic alone, so that the rest of the chat may still be sent to."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The group became a supergroup: the same people at `address`."""

    address: str


Outcome = Sent | Deferred | Failed | Uncertain | Rejected | Lost | Moved
