"""What happens to a delivery after an attempt: a closed union, matched with `assert_never`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Delivered:
    """It is there; `receipt` is the platform's own name for it."""

    receipt: Mapping[str, Any]


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
class Abandoned:
    """It is not tried again."""

    error: str


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Its chat is gone: nothing is sent there until a person speaks in it or an operator resumes it."""

    error: str


@dataclass(frozen=True, slots=True)
class Readdressed:
    """Its chat has another address now, and so has everything owed to it."""

    address: str


Settlement = Delivered | Postponed | Unresolved | Abandoned | Unreachable | Readdressed
