"""What one look at an archive finds: the seam between the archive that reads and the index that remembers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from digests.article import Article, Problem, Related


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells that a file is the one read before: inode, mtime in nanoseconds, size in bytes."""

    inode: int
    mtime_ns: int
    size: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One changed file, read: a published article, a problem, or (None) a file that is not published."""

    file: str
    """Path below `_news`, as in `Article.file`."""
    stamp: Stamp
    found: Article | Problem | None


@dataclass(frozen=True, slots=True)
class Look:
    """What changed in an archive since the stamps it was compared with."""

    changed: int
    """How many readings `readings` will give, but for files that change meanwhile: the length of a progress bar."""
    readings: Iterator[Reading]
    """Read as they are taken, so that no more than a few files are in memory at once."""
    gone: tuple[str, ...]
    """Files that were known and are no more."""
    waiting: tuple[str, ...]
    """Files so fresh that they may be half-written: left for the next look."""


class Archive(Protocol):
    """Where articles come from."""

    def look(self, known: Mapping[str, Stamp]) -> Look:
        """Compare the archive with the stamps of the files that were read before."""

    def related(self, file: str) -> tuple[Related, ...]:
        """The related articles of a file, read now; empty where the file cannot be read any more."""
