"""The published articles that a digest can choose from, as they stood at one moment, best first."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from digests.article import Article
from digests.indexing.rows import COLUMNS, articles_of, microseconds
from digests.indexing.search import search
from digests.indexing.shelf import Condition, Shelf, fitting, unfitting
from digests.ranking import Order, decayed

# ruff: noqa: S608  # the texts that statements are made of are ours; values only go in by question marks

FIRST_PAGE = 160
"""So many articles are read at once, a few more than `placing.NEAR`; others only when these do not suffice."""
GROWTH = 10
"""How many times larger each further page is."""

Ranked = tuple[Order, Article]
"""An article behind the key that sorts it among others."""

_TIES = 3
"""Parts of that key before the file's name, which the index does not sort by."""


class Candidates:
    """Questions to the index, answered from one state of it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.create_function("decayed", 3, _decayed, deterministic=True)

    def ranked(self, shelf: Shelf, *, at_once: int = FIRST_PAGE) -> Iterator[Ranked]:
        """The articles in the window that fit the specification, best first; read as they are taken."""
        tied: list[Ranked] = []
        size, offset = at_once, 0
        while True:
            page = [(shelf.rank(article), article) for article in self._page(shelf, size, offset)]
            known = sorted((*tied, *page))
            if len(page) < size:
                yield from known
                return
            # What ties with the last article of a page may go on on the next one.
            last = known[-1][0][:_TIES]
            sure = next(place for place, (key, _) in enumerate(known) if key[:_TIES] == last)
            yield from known[:sure]
            tied = known[sure:]
            size, offset = size * GROWTH, offset + size

    def count(self, shelf: Shelf) -> int:
        """How many articles in the window fit the specification."""
        return self._count(shelf.keys, fitting(shelf))

    def unfit(self, shelf: Shelf) -> tuple[Article, ...]:
        """The articles in the window that do not fit the specification, newest first."""
        where = unfitting(shelf)
        chosen = f"SELECT DISTINCT id, published AS p FROM tagged WHERE {where.sql}"
        return self._articles(f"{chosen} ORDER BY p DESC, id DESC", where.values, "p DESC, id DESC")

    def older(self, keys: Iterable[str], than: datetime, limit: int) -> tuple[Article, ...]:
        """The articles last published before an instant, newest first."""
        near = self._near(keys, "published < ? ORDER BY published DESC, id DESC", than, limit)
        return tuple(reversed(self._of(sorted(near)[-limit:])))

    def newer(self, keys: Iterable[str], than: datetime, limit: int) -> tuple[Article, ...]:
        """The articles first published after an instant, oldest first."""
        near = self._near(keys, "published > ? ORDER BY published, id", than, limit)
        return self._of(sorted(near)[:limit])

    def published(self, files: Iterable[str], since: datetime) -> tuple[Article, ...]:
        """Those of some files that are published articles, and were so not before an instant; oldest first."""
        return articles_of(
            self._connection.execute(
                f"SELECT {COLUMNS} FROM articles "
                "WHERE file IN (SELECT value FROM json_each(?)) AND published >= ? ORDER BY published, id",
                (json.dumps(sorted(files)), microseconds(since)),
            )
        )

    def total(self, keys: Collection[str]) -> int:
        """How many articles have one of the topics at least."""
        return self._count(keys, Condition.among("topic", keys))

    def names(self) -> dict[str, str]:
        """The topics that published articles name, by key; of several spellings the first by alphabet."""
        rows = self._connection.execute(
            "SELECT topic, name FROM names WHERE EXISTS (SELECT 1 FROM tagged WHERE tagged.topic = names.topic)"
        )
        return dict(rows.fetchall())

    def search(self, words: str, limit: int) -> tuple[Article, ...]:
        """The articles that a person's words lead to (`digests.indexing.search`)."""
        return search(self._connection, words, limit)

    def _page(self, shelf: Shelf, size: int, offset: int) -> tuple[Article, ...]:
        where, score = fitting(shelf), shelf.score
        distinct = "" if len(shelf.keys) == 1 else "DISTINCT"
        chosen = (
            f"SELECT {distinct} id, {score.sql} AS s, quality AS q, published AS p FROM tagged WHERE {where.sql} "
            "ORDER BY s DESC, q DESC, p DESC, id LIMIT ? OFFSET ?"
        )
        return self._articles(chosen, (*score.values, *where.values, size, offset))

    def _near(self, keys: Iterable[str], beyond: str, than: datetime, limit: int) -> set[tuple[int, int]]:
        """Times of publication and ids; by topic, so that only `limit` rows of each are read."""
        sql = f"SELECT published, id FROM tagged WHERE topic = ? AND {beyond} LIMIT ?"
        instant = microseconds(than)
        return {row for key in keys for row in self._connection.execute(sql, (key, instant, limit))}

    def _of(self, rows: Iterable[tuple[int, int]]) -> tuple[Article, ...]:
        ids = json.dumps([number for _, number in rows])
        return self._articles("SELECT value AS id FROM json_each(?)", (ids,), "articles.published, id")

    def _articles(self, chosen: str, values: Iterable[object], order: str = "NULL") -> tuple[Article, ...]:
        sql = f"SELECT {COLUMNS} FROM ({chosen}) CROSS JOIN articles USING (id) ORDER BY {order}"
        return articles_of(self._connection.execute(sql, tuple(values)))

    def _count(self, keys: Collection[str], where: Condition) -> int:
        counted = "*" if len(keys) == 1 else "DISTINCT id"
        sql = f"SELECT count({counted}) FROM tagged WHERE {where.sql}"
        return int(self._connection.execute(sql, where.values).fetchone()[0])


def _decayed(total: float, age: int, half_life: int) -> float:
    """`ranking.decayed`, with times in microseconds."""
    return decayed(total, timedelta(microseconds=age), timedelta(microseconds=half_life))
