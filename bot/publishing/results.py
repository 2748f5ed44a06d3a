"""What became of a digest at a fire time: a closed union, matched with `assert_never`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class EditionReason(StrEnum):
    """Why an edition holds nothing, or never went out: a closed set, for machines; `detail` says more to people."""

    NO_ARTICLES = "no_articles"
    """Empty: nothing in its window was fit for it."""
    ALL_SENT_BEFORE = "all_sent_before"
    """Empty: what was in its window has been sent by this digest before."""
    UNKNOWN_TOPICS = "unknown_topics"
    """Empty: nobody knows any of its topics."""
    OVERTAKEN = "overtaken"
    """Missed: when the service came to it a later one was due as well, and went out in its stead."""
    TOO_LATE = "too_late"
    """Missed: when the service came to it, it was later than the timetable allows."""


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
    reason: EditionReason
    detail: str
    deliveries: int
    """Messages that say so, where the plan wants that."""
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missed:
    """Not published and never will be, for the reason given."""

    edition: str
    digest: str
    reason: EditionReason
    detail: str


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


@dataclass(frozen=True, slots=True)
class Doubted:
    """Nothing was planned, since the clock is behind a time at which a process of this store lived."""

    last: datetime


Result = Published | Empty | Missed | Taken | Faulted | Rewound | Doubted
