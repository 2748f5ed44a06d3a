"""Readings written into the index's tables: what a file says now replaces all that it said before."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from digests.article import Article, Problem
from digests.indexing.rows import COLUMNS, Tag, first_id, keys_of, row_of, tags_of, topics_of
from digests.look import Reading, Stamp
from digests.topics.tree import topic_key

_ARTICLE = f"INSERT INTO articles (id, {COLUMNS}) VALUES (?{', ?' * (COLUMNS.count(',') + 1)})"  # noqa: S608  # our own names of columns
_WORDS = "INSERT INTO words (rowid, title, excerpt, provider) VALUES (?, ?, ?, ?)"
_FORGET_WORDS = (
    "INSERT INTO words (words, rowid, title, excerpt, provider) "
    "SELECT 'delete', id, title, excerpt, provider FROM articles WHERE id = ?"
)
_NAME = "INSERT INTO names VALUES (?, ?) ON CONFLICT DO UPDATE SET name = min(name, excluded.name)"
_WRAP = 1 << 64
"""Inodes are unsigned numbers of 64 bits, SQLite's integers signed ones."""


def write(connection: sqlite3.Connection, readings: Sequence[Reading]) -> None:
    """Remember what some files say now; articles that are not published any more are forgotten."""
    forget_articles(connection, [reading.file for reading in readings])
    connection.executemany(
        "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", (_file_row(reading) for reading in readings)
    )
    _add(connection, [reading.found for reading in readings if isinstance(reading.found, Article)])


def forget_files(connection: sqlite3.Connection, files: Sequence[str]) -> None:
    """Forget files that are gone, and their articles."""
    forget_articles(connection, files)
    connection.executemany("DELETE FROM files WHERE file = ?", ((file,) for file in files))


def forget_articles(connection: sqlite3.Connection, files: Iterable[str]) -> None:
    """Forget the articles of some files, where there are any."""
    for file in files:
        found = connection.execute("SELECT id, published, topics FROM articles WHERE file = ?", (file,)).fetchone()
        if found is not None:
            number, published, topics = found
            connection.execute(_FORGET_WORDS, (number,))
            connection.execute("DELETE FROM articles WHERE id = ?", (number,))
            connection.executemany(
                "DELETE FROM tagged WHERE topic = ? AND published = ? AND id = ?",
                ((key, published, number) for key in keys_of(topics_of(topics))),
            )


def stamps(connection: sqlite3.Connection) -> dict[str, Stamp]:
    """What was remembered of each file: the stamp it had when it was read."""
    rows = connection.execute("SELECT file, inode, mtime_ns, size FROM files")
    return {file: Stamp(inode % _WRAP, mtime_ns, size) for file, inode, mtime_ns, size in rows}


def stamp(connection: sqlite3.Connection, file: str) -> Stamp | None:
    """What was remembered of one file."""
    row = connection.execute("SELECT inode, mtime_ns, size FROM files WHERE file = ?", (file,)).fetchone()
    return None if row is None else Stamp(row[0] % _WRAP, *row[1:])


def problems(connection: sqlite3.Connection) -> tuple[Problem, ...]:
    """The files that could not be read as they are now."""
    rows = connection.execute(
        "SELECT problem_file, problem_line, problem_reason FROM files WHERE problem_reason IS NOT NULL ORDER BY file"
    )
    return tuple(Problem(*row) for row in rows)


def _file_row(reading: Reading) -> tuple[str, int, int, int, str | None, int | None, str | None]:
    stamp, found = reading.stamp, reading.found
    inode = stamp.inode if stamp.inode < _WRAP // 2 else stamp.inode - _WRAP
    problem = (found.file, found.line, found.reason) if isinstance(found, Problem) else (None, None, None)
    return (reading.file, inode, stamp.mtime_ns, stamp.size, *problem)


def _add(connection: sqlite3.Connection, articles: Sequence[Article]) -> None:
    tags: list[Tag] = []
    for article in articles:
        number = _free_id(connection, article)
        connection.execute(_ARTICLE, (number, *row_of(article)))
        connection.execute(_WORDS, (number, article.title, article.excerpt, article.provider.name))
        tags += tags_of(article, number)
    connection.executemany("INSERT INTO tagged VALUES (?, ?, ?, ?, ?, ?)", tags)
    connection.executemany(_NAME, set(_names(articles)))


def _free_id(connection: sqlite3.Connection, article: Article) -> int:
    number = first_id(article)
    while connection.execute("SELECT 1 FROM articles WHERE id = ?", (number,)).fetchone():
        number += 1
    return number


def _names(articles: Iterable[Article]) -> Iterator[tuple[str, str]]:
    return ((key, topic) for article in articles for topic in article.topics if (key := topic_key(topic)))
