"""The local index of an archive's published articles: derived, thrown away and rebuilt at will.

It is one SQLite file, used by any number of threads and processes at once. A look at the archive is written in one
transaction, so that whoever reads meanwhile sees all of the look or nothing of it, and waits for nobody.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Lock

from digests.article import Problem
from digests.indexing import writing as index_writing
from digests.indexing.candidates import Candidates
from digests.indexing.file import connect, prepare, replace
from digests.look import Look, Reading, Stamp

VANISHED_SHARE = 0.2
VANISHED_FILES = 10
"""When more files than this and more than this share of all are gone, more likely a disk is than the news."""
BATCH = 500
"""Readings in memory at once."""

Progress = Callable[[int, int], None]
"""Told how many files have been read, out of how many."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a look at the archive changed in the index."""

    read: int
    """Files read, published or not."""
    gone: int
    waiting: int
    """Files so fresh that they may be half-written; the next look reads them."""
    problems: tuple[Problem, ...]
    """All files that cannot be read as they are, whichever look found that."""
    held: bool = False
    """So much was gone that it was not believed: nothing was forgotten, and the next look is asked again."""


class Index:
    """An open index; safe to use from several threads."""

    def __init__(self, path: Path, archive: str) -> None:
        self._path = path
        self._archive = archive
        self._idle: deque[tuple[int, sqlite3.Connection]] = deque()
        self._changing = Lock()

    @classmethod
    def open(cls, path: Path, archive: str) -> "Index":
        """The index of the archive that `archive` names (its root, usually), at `path`; made if it is not there.

        An index of another archive, of another version or a damaged one is made anew, empty. IndexUnusable for a
        file that is none of ours, which is left as it is.
        """
        prepare(path, archive)
        return cls(path, archive)

    def close(self) -> None:
        """Let the file go; nobody may be reading or writing, nor begin to."""
        while self._idle:
            self._idle.pop()[1].close()

    def rebuild(self) -> None:
        """Throw the file away and begin an empty one: the answer to a damaged index."""
        with self._changing:
            replace(self._path, self._archive)

    def known(self) -> dict[str, Stamp]:
        """The files that were read, each with the stamp it had then."""
        with self._connection() as connection:
            return index_writing.stamps(connection)

    def stamp(self, file: str) -> Stamp | None:
        """The stamp that a file had when it was read; None for one that is not known."""
        with self._connection() as connection:
            return index_writing.stamp(connection, file)

    def problems(self) -> tuple[Problem, ...]:
        """The files that cannot be read as they are."""
        with self._connection() as connection:
            return index_writing.problems(connection)

    @contextmanager
    def candidates(self) -> Iterator[Candidates]:
        """The published articles as they are now, and stay while the context lasts, whatever is written meanwhile."""
        with self._connection() as connection:
            connection.execute("BEGIN")
            try:
                yield Candidates(connection)
            finally:
                connection.execute("ROLLBACK")

    def refresh(self, look: Look, progress: Progress | None = None, *, doubt: bool = False) -> Refreshed:
        """Learn what a look at the archive found, all of it or, if that fails, nothing.

        With `doubt`, where more than `VANISHED_FILES` and more than `VANISHED_SHARE` of the known files are gone,
        that is not believed: none is forgotten, and only what changed is learnt.
        """
        with self._changing, self._connection() as connection:
            held = doubt and self._is_unbelievable(connection, look)
            gone = () if held else look.gone
            return Refreshed(
                read=_written(connection, look, gone, progress),
                gone=len(gone),
                waiting=len(look.waiting),
                problems=index_writing.problems(connection),
                held=held,
            )

    @staticmethod
    def _is_unbelievable(connection: sqlite3.Connection, look: Look) -> bool:
        (known,) = connection.execute("SELECT count(*) FROM files").fetchone()
        return bool(len(look.gone) > max(VANISHED_FILES, VANISHED_SHARE * known))

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection for one thread at a time, kept for the next one unless something goes wrong."""
        inode, connection = self._connected()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._idle.append((inode, connection))

    def _connected(self) -> tuple[int, sqlite3.Connection]:
        """An idle connection to the file that has the name now, or a new one; the file may have been replaced."""
        inode = self._path.stat().st_ino if self._path.exists() else 0
        while self._idle:
            opened, connection = self._idle.pop()
            if opened == inode:
                return inode, connection
            connection.close()
        return inode, connect(self._path)


def _written(connection: sqlite3.Connection, look: Look, gone: Sequence[str], progress: Progress | None) -> int:
    """How many files were read and written down; no transaction is begun where there is nothing to write."""
    if not look.changed and not gone:
        return 0
    connection.execute("BEGIN IMMEDIATE")
    readings = _counted(look, progress)
    read = 0
    while batch := list(islice(readings, BATCH)):
        index_writing.write(connection, batch)
        read += len(batch)
    index_writing.forget_files(connection, gone)
    connection.execute("COMMIT")
    return read


def _counted(look: Look, progress: Progress | None) -> Iterator[Reading]:
    for done, reading in enumerate(look.readings, start=1):
        yield reading
        if progress is not None:
            progress(done, look.changed)
