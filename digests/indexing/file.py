"""The file that an index lives in: made, recognised as ours, made anew when of no use, never taken from others."""

import fcntl
import os
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from digests.errors import NewsError

APPLICATION = 0x48454154
"""`HEAT`, in SQLite's header: what tells our file from any other. https://www.sqlite.org/pragma.html#pragma_application_id"""
SCHEMA = 1
"""Counted up with every change of a table, or of what is written into one."""
BUSY_SECONDS = 60.0
"""How long a connection waits for another one's write; a cold build of a million articles takes about as long."""

_TABLES = """
CREATE TABLE archive (root TEXT NOT NULL);

CREATE TABLE files (
    file TEXT PRIMARY KEY,
    inode INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, size INTEGER NOT NULL,
    problem_file TEXT, problem_line INTEGER, problem_reason TEXT
) WITHOUT ROWID;

CREATE TABLE articles (
    id INTEGER PRIMARY KEY,  -- grows with the time of publication, so that the newest rows come first by it
    file TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL, excerpt TEXT NOT NULL, url TEXT NOT NULL,
    published INTEGER NOT NULL,  -- microseconds since 1970
    type TEXT NOT NULL, heat REAL, quality REAL,
    provider TEXT NOT NULL, domain TEXT NOT NULL,
    topics TEXT NOT NULL  -- separated by U+001F
);

-- All that choosing looks at, once for each topic of an article and once for all articles (topic '').
CREATE TABLE tagged (
    topic TEXT NOT NULL, published INTEGER NOT NULL, id INTEGER NOT NULL,
    heat REAL NOT NULL, quality REAL NOT NULL, type TEXT NOT NULL,
    PRIMARY KEY (topic, published, id)
) WITHOUT ROWID;

CREATE TABLE names (topic TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;

CREATE VIRTUAL TABLE words USING fts5 (
    title, excerpt, provider, content = 'articles', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
"""
_HEADER = struct.Struct(">16s52xI28x")
"""Magic and application_id. https://www.sqlite.org/fileformat.html#the_database_header"""
_MAGIC = b"SQLite format 3\0"
_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CANTOPEN)


class IndexUnusable(NewsError):  # noqa: N818  # it reads as what is the matter
    """The file cannot hold an index, and it is not ours to throw away."""


def is_broken(error: sqlite3.Error) -> bool:
    """Whether an error means that the index file itself is damaged or gone, so that only making it anew helps."""
    code = getattr(error, "sqlite_errorcode", None)
    return (code is not None and code & 0xFF in _BROKEN) or "no such table" in str(error)


def prepare(path: Path, archive: str, *, busy_seconds: float = BUSY_SECONDS) -> None:
    """Make sure that `path` holds an index of `archive`, empty if the one found is of another archive or version.

    Raises IndexUnusable for a file that is no index of ours; such a file is left as it is.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone_in(path.parent):
            if not _is_ours(path):
                _create(path, archive)
            try:
                _bring_up_to_date(path, archive, busy_seconds)
            except sqlite3.DatabaseError as error:
                if not is_broken(error):
                    raise
                _create(path, archive)
    except OSError as error:
        # What it was about may be a file of our own making, of which nobody has heard.
        raise IndexUnusable(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except sqlite3.Error as error:
        raise IndexUnusable(f"{path}: {error}") from error


def replace(path: Path, archive: str) -> None:
    """Put an empty index in the place of one; whoever has the old one open can go on reading that."""
    with _alone_in(path.parent):
        _create(path, archive)


def connect(path: Path, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """A connection to a file that `prepare` has seen; its transactions begin and end where the code says so.

    It may be closed by another thread, and must not otherwise be used by two.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=busy_seconds,
    )
    # Synchronous NORMAL: after a power cut the last look may be missing, and is then taken again.
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """While this lasts, no other thread or process that asks for the same is in the folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _is_ours(path: Path) -> bool:
    """Whether there is an index, in whatever state; not where there is no file or an empty one."""
    if not path.exists():
        return False
    with path.open("rb") as file:
        header = file.read(_HEADER.size)
    if not header:
        return False
    if len(header) < _HEADER.size or not header.startswith(_MAGIC):
        raise IndexUnusable(f"{path}: not an SQLite database")
    if _HEADER.unpack(header)[-1] != APPLICATION:
        raise IndexUnusable(f"{path}: a database of another program")
    return True


def _create(path: Path, archive: str) -> None:
    """Put a new index in the place of whatever is there.

    It is made aside and then given its name, so that nobody, even after a crash, finds a file without our mark in its
    header: in WAL mode that is written long after the rest.
    """
    with TemporaryDirectory(prefix=".index-", dir=path.parent) as folder:
        fresh = Path(folder) / path.name
        with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN")
            _make(connection, archive)
            connection.execute("COMMIT")
        for suffix in ("-wal", "-shm"):  # they belong to the old file, and would be taken for the new one's
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        fresh.replace(path)


def _bring_up_to_date(path: Path, archive: str, busy_seconds: float) -> None:
    with closing(connect(path, busy_seconds)) as connection:
        if not _is_current(connection, archive):
            connection.execute("BEGIN IMMEDIATE")
            _make(connection, archive)
            connection.execute("COMMIT")


def _is_current(connection: sqlite3.Connection, archive: str) -> bool:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != SCHEMA:
        return False
    return bool(connection.execute("SELECT root FROM archive").fetchone() == (archive,))


def _make(connection: sqlite3.Connection, archive: str) -> None:
    connection.execute("DROP TABLE IF EXISTS words")  # with it go the tables that full-text search keeps for itself
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    for (table,) in tables.fetchall():
        connection.execute(f'DROP TABLE "{table}"')
    for statement in _TABLES.split(";\n"):
        connection.execute(statement)
    connection.execute("INSERT INTO archive (root) VALUES (?)", (archive,))
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {SCHEMA}")
