"""What an article is, and what was wrong with a file that could not become one."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Provider:
    """Who published an article: `name` is for people, `domain` tells two of the same name apart."""

    name: str
    domain: str


@dataclass(frozen=True, slots=True)
class Related:
    """An article that the publisher found to be about the same matter, perhaps in no archive of ours."""

    title: str
    url: str
    provider: Provider


@dataclass(frozen=True, slots=True)
class Article:
    """One published article, as its file says it.

    Texts are plain (entities decoded) and hostile: nothing here is escaped for any dialect.
    """

    file: str
    """Path below the archive's `_news`, with `/` on every system; the article's identity."""
    title: str
    excerpt: str
    url: str
    """Absolute http(s) link: `webUrl`, else `originalUrl`, else `ampWebUrl`."""
    published: datetime
    """Aware, in UTC."""
    type: str
    heat: float | None
    """How hot the publisher finds it now; None where the file does not say, negative once decayed."""
    quality: float | None
    provider: Provider
    topics: tuple[str, ...]
    """Topic names as written, without doubles; never empty strings."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that could not be read, where in it (line from 1, or None) and why."""

    file: str
    """Path below the archive's root, with `/`: `_news/2026-01-01-a.md`."""
    line: int | None
    reason: str

    def __str__(self) -> str:
        """`file:line: reason`, as editors and terminals link it."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.reason}"
