"""What happens to a delivery after an attempt: a closed union, matched with `assert_never`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.delivery.outcome import Sighting


class Reason(StrEnum):
    """Why a delivery ended otherwise than in its chat, or waits for an operator: a closed set."""

    REJECTED = "rejected"
    """The platform will never take this message."""
    UNREACHABLE = "unreachable"
    """The bot was blocked or removed, or the chat is gone, or its thread is."""
    PAUSED = "paused"
    """Its chat was paused when its turn came."""
    ATTEMPTS_SPENT = "attempts_spent"
    """Tried as often as the policy allows, and never taken."""
    UNCLEAR = "unclear"
    """Perhaps delivered, and not to be repeated any more."""
    HELD = "held"
    """Perhaps delivered, nobody can find out, and the configuration says to wait for an operator."""
    TOO_OLD = "too_old"
    """Its time had passed before it could be sent."""
    SKIPPED = "skipped"
    """An operator said not to send it."""
    SEEN = "seen"
    """An operator saw it in the chat."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """It is there; `receipt` is the platform's own name for it."""

    receipt: Mapping[str, Any]
    sighting: Sighting | None = None
    sweep_at: datetime | None = None
    """When its chat is to be searched for other copies; None where there can be none."""


@dataclass(frozen=True, slots=True)
class Postponed:
    """It is tried again, not before an instant; `spent`: the attempt counts."""

    not_before: datetime
    error: str
    spent: bool = True


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Nobody knows whether it is there, and before `settled_by` the platform need not know itself."""

    settled_by: datetime
    error: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """It is sent again; `blindly`: without knowing that it is not there, so perhaps twice."""

    error: str
    blindly: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """Nobody can find out whether it is there: it waits for an operator, and its chat's later digests with it."""

    error: str


@dataclass(frozen=True, slots=True)
class Abandoned:
    """It is not tried again."""

    reason: Reason
    error: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Its chat is gone: nothing is sent there until a person speaks in it or an operator resumes it."""

    error: str


@dataclass(frozen=True, slots=True)
class Readdressed:
    """Its chat has another address now, and so has everything owed to it."""

    address: str


Settlement = Delivered | Postponed | Unresolved | Repeated | Held | Abandoned | Unreachable | Readdressed
