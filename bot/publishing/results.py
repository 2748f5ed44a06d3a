"""What became of a digest at a fire time: a closed union, matched with `assert_never`."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Published:
    """The edition is in the outbox."""

    edition: str
    digest: str
    articles: int
    """Different articles in it, over all destinations."""
    deliveries: int
    """Messages owed for it."""
    late: timedelta
    unknown: tuple[str, ...] = ()
    """Topics of the plan that nobody knows; the edition went out without them, and says so."""


@dataclass(frozen=True, slots=True)
class Empty:
    """There was no article for any destination; recorded, so that it is not tried again."""

    edition: str
    digest: str
    reason: str
    deliveries: int
    """Messages that say so, where the plan wants that."""
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missed:
    """Not published and never will be, for the reason given."""

    edition: str
    digest: str
    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """The store had the edition already: another process published it."""

    edition: str
    digest: str


@dataclass(frozen=True, slots=True)
class Faulted:
    """Composing or recording broke; nothing was recorded, and the next round tries again."""

    digest: str
    error: str


@dataclass(frozen=True, slots=True)
class Rewound:
    """The mark lay far in the future, so the clock was wrong then; planning starts now."""

    digest: str
    was: datetime


Result = Published | Empty | Missed | Taken | Faulted | Rewound
