"""A folder of articles kept read: what changed in it since last time, as articles and problems."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from digests.article import Problem, Related
from digests.errors import NewsError
from digests.look import Look, Reading, Stamp
from digests.reading import files, frontmatter
from digests.reading.files import ChangedError, Sighting, UnfitError

_SUFFIX = ".md"
_TRIES = 5
_PAUSE = 0.05
"""Seconds between tries; a writer that takes longer than all of them leaves its file to the next look."""
_CLOCK_TICK_NS = 50_000_000
"""Two writes closer than this may get the same mtime: file systems take it from the kernel's tick, 10 ms at most."""


class ArchiveError(NewsError):
    """The archive as a whole cannot be read; the message names the folder or repository."""


class Folder:
    """`_news/**/*.md` below a folder; `Archive` for whoever keeps an index of it.

    Nothing is locked, so a file may be half-written when it is looked at. Publishers do best to rename finished files
    into place. For those who do not, a file modified less than `settle_ns` ago is left to the next look, or, for a
    command that looks only once (`patient=False`), read at once, and again as long as it seems to be in the making.
    """

    def __init__(
        self,
        root: Path,
        *,
        now_ns: Callable[[], int] = time.time_ns,
        settle_ns: int = 2_000_000_000,
        patient: bool = True,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._root = root
        self._news = root / "_news"
        self._now_ns = now_ns
        self._settle_ns = settle_ns
        self._patient = patient
        self._pause = pause

    @property
    def topics_folder(self) -> Path:
        """Where the tree of topics lies; it need not exist."""
        return self._root / "_data" / "topics"

    def look(self, known: Mapping[str, Stamp]) -> Look:
        """Compare the files with the stamps they had when they were read; ArchiveError if they cannot be listed.

        A file that changes between being listed and being read is missing from the readings: the next look has it.
        """
        now = self._now_ns()
        changed: list[Sighting] = []
        waiting: list[str] = []
        gone = set(known)
        for sighting in self._sightings():
            gone.discard(sighting.file)
            if known.get(sighting.file) == sighting.stamp:
                continue
            if self._patient and self._is_fresh(sighting.stamp, now):
                waiting.append(sighting.file)
            else:
                changed.append(sighting)
        changed.sort(key=lambda sighting: sighting.file)
        return Look(len(changed), self._readings(changed), tuple(sorted(gone)), tuple(sorted(waiting)))

    def related(self, file: str) -> tuple[Related, ...]:
        """The related articles that a file of the archive lists now; none where it cannot be read any more."""
        if file.startswith("/") or ".." in file.split("/"):
            return ()
        try:
            data, _ = files.contents(self._news / file)
        except (UnfitError, ChangedError):
            return ()
        return frontmatter.related(data)

    def _sightings(self) -> Iterator[Sighting]:
        if not self._root.is_dir():
            raise ArchiveError(f"{self._root}: no such folder")
        try:
            yield from files.walk(self._news, _SUFFIX)
        except OSError as error:
            raise ArchiveError(f"{error.filename or self._news}: {files.reason(error)}") from error

    def _readings(self, changed: list[Sighting]) -> Iterator[Reading]:
        """The changed files, read; those that seem to be in the making once more after the others, a few times."""
        more_tries = 0 if self._patient else _TRIES - 1
        while changed:
            unfinished = []
            for sighting in changed:
                reading = self._reading(sighting)
                if more_tries and self._may_be_unfinished(reading):
                    unfinished.append(sighting)
                elif reading is not None:
                    yield reading
            if unfinished:
                self._pause(_PAUSE)
            changed = unfinished
            more_tries -= 1

    def _may_be_unfinished(self, reading: Reading | None) -> bool:
        if reading is None:
            return True
        return isinstance(reading.found, Problem) and self._is_fresh(reading.stamp, self._now_ns())

    def _reading(self, sighting: Sighting) -> Reading | None:
        """What a file holds; None if it changed since it was listed, or is changing now."""
        try:
            sighting.check()
            data, stamp = files.contents(self._news / sighting.name)
        except UnfitError as error:
            found = Problem(f"_news/{sighting.file}", None, str(error))
            return Reading(sighting.file, sighting.stamp if error.lasting else _unlike_any(sighting.stamp), found)
        except ChangedError:
            return None
        if self._patient and stamp != sighting.stamp:
            return None
        return Reading(sighting.file, self._lasting(stamp), frontmatter.read(data, sighting.file))

    def _is_fresh(self, stamp: Stamp, now: int) -> bool:
        """Whether a file was modified moments ago; one from far in the future only has a wrong clock."""
        return abs(now - stamp.mtime_ns) < self._settle_ns

    def _lasting(self, stamp: Stamp) -> Stamp:
        """The stamp by which to know this state again, unless the next write may leave it as it is."""
        return _unlike_any(stamp) if abs(self._now_ns() - stamp.mtime_ns) < _CLOCK_TICK_NS else stamp


def _unlike_any(stamp: Stamp) -> Stamp:
    """A stamp that no file has, so that the next look reads this one again."""
    return replace(stamp, size=-1)
