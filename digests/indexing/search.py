"""The articles that a person's words lead to, whatever the words are."""

import re
import sqlite3

from digests.article import Article
from digests.indexing.rows import COLUMNS, articles_of

MOST_CHARACTERS = 64
MOST_TERMS = 8
NEWEST = 1000
"""So many articles with the words are ranked, the newest of them: a common word occurs in half of all."""

_TERM = re.compile(r"[^\W_]+")
_FOUND = f"""
SELECT {COLUMNS} FROM articles JOIN (
    SELECT rowid AS id, bm25(words, 10.0, 3.0, 2.0) AS distance FROM words
    WHERE words MATCH :terms AND rowid >= (
        SELECT min(rowid) FROM (SELECT rowid FROM words WHERE words MATCH :terms ORDER BY rowid DESC LIMIT {NEWEST})
    )
    ORDER BY distance, rowid DESC LIMIT :limit
) USING (id) ORDER BY distance, id DESC
"""  # noqa: S608  # our own names; what a person typed is a value
"""A match in the title counts most. https://www.sqlite.org/fts5.html#the_bm25_function (less is better)"""


def search(connection: sqlite3.Connection, words: str, limit: int) -> tuple[Article, ...]:
    """The best matches among the newest articles that have all the words, the last one perhaps only begun.

    Of `words` the first 64 characters and 8 terms count; quotes, operators and the like are separators. No words, no
    articles.
    """
    terms = _TERM.findall(words[:MOST_CHARACTERS])[:MOST_TERMS]
    if not terms:
        return ()
    quoted = " ".join(f'"{term}"' for term in terms)
    return articles_of(connection.execute(_FOUND, {"terms": f"{quoted}*", "limit": limit}))
