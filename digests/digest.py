"""What belongs in a digest, and what was chosen for it and why."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from digests.article import Article, Provider


@dataclass(frozen=True, slots=True)
class Weights:
    """How an article's score is made: by default heat decides, then quality, then newness, each only on a tie."""

    heat: float = 1.0
    quality: float = 0.0
    half_life: timedelta | None = None
    """The age at which the score has halved; None: age does not matter but on a tie."""


@dataclass(frozen=True, slots=True)
class DigestSpec:
    """What belongs in a digest."""

    topics: tuple[str, ...] = ()
    """Topics as a person wrote them (slug, name, short name or hashtag); none: one section of everything."""
    window: timedelta = timedelta(hours=24)
    """How far back from `now` an article may have been published."""
    limit: int = 5
    """Articles per section."""
    types: tuple[str, ...] = ()
    """Article types let in (`article`, `video` …); none: all."""
    min_heat: float | None = None
    min_quality: float | None = None
    per_provider: int | None = None
    """At most so many articles of one provider in a section; None: any number."""
    weights: Weights = field(default_factory=Weights)


class Reason(StrEnum):
    """Why a published article of the topic was left out: the closed set of reasons."""

    TOO_OLD = "published before the window"
    TOO_NEW = "published after the window"
    TYPE = "type not wanted"
    COLD = "heat below the minimum"
    POOR = "quality below the minimum"
    SEEN = "already sent"
    SAME_STORY = "same story as a chosen article"
    SHOWN_ELSEWHERE = "shown under another topic"
    PROVIDER_FULL = "enough of its provider"
    OUTRANKED = "below the limit"


@dataclass(frozen=True, slots=True)
class Entry:
    """An article that was chosen, with the score that chose it and where else the story is told."""

    article: Article
    score: float
    why: str
    """One line for people: `rank 2 of 31: heat 97, quality 87, 3 h old`."""
    also_at: tuple[Provider, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A published article of the topic that was not chosen; `detail` says the values (`heat 3 < 10`)."""

    article: Article
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One topic's part of a digest, best first."""

    topic: str
    """The topic's name for people."""
    slug: str
    entries: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """What was chosen at `as_of` out of what was published since `since` (both aware, UTC)."""

    as_of: datetime
    since: datetime
    sections: tuple[Section, ...]

    @property
    def empty(self) -> bool:
        """Whether no section has an article."""
        return not any(section.entries for section in self.sections)

    @property
    def files(self) -> tuple[str, ...]:
        """The chosen articles' identities, in order of appearance."""
        return tuple(entry.article.file for section in self.sections for entry in section.entries)
