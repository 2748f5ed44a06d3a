"""An article as a row of the index, and back."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from digests.article import Article, Provider
from digests.ranking import heat_of, quality_of
from digests.topics.tree import topic_key

COLUMNS = "file, title, excerpt, url, published, type, heat, quality, provider, domain, topics"
"""The columns that `article_of` reads, in its order."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_SEPARATOR = "\x1f"
"""Between topics; made for that, and nothing that a topic's name has."""
_ROOM = 20
"""Bits of an id below its second of publication."""

Tag = tuple[str, int, int, float, float, str]
Row = tuple[str, str, str, str, int, str, float | None, float | None, str, str, str]


def row_of(article: Article) -> Row:
    """The values of `COLUMNS`."""
    return (
        article.file,
        article.title,
        article.excerpt,
        article.url,
        microseconds(article.published),
        article.type,
        article.heat,
        article.quality,
        article.provider.name,
        article.provider.domain,
        _SEPARATOR.join(topic.replace(_SEPARATOR, " ") for topic in article.topics),
    )


def article_of(row: Row) -> Article:
    """The article that `row_of` made the row from."""
    file, title, excerpt, url, published, kind, heat, quality, provider, domain, topics = row
    return Article(
        file=file,
        title=title,
        excerpt=excerpt,
        url=url,
        published=_EPOCH + timedelta(microseconds=published),
        type=kind,
        heat=heat,
        quality=quality,
        provider=Provider(provider, domain),
        topics=topics_of(topics),
    )


def topics_of(text: str) -> tuple[str, ...]:
    """The topics in the column of that name."""
    return tuple(text.split(_SEPARATOR)) if text else ()


def microseconds(instant: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (instant - _EPOCH) // MICROSECOND


def first_id(article: Article) -> int:
    """The id that an article takes if it is free, else the next: a later article's is larger, from the second on."""
    digest = blake2b(article.file.encode(), digest_size=4).digest()
    second = microseconds(article.published) // 1_000_000
    return (second << _ROOM) + (int.from_bytes(digest) >> (32 - _ROOM))


def keys_of(topics: tuple[str, ...]) -> tuple[str, ...]:
    """The keys an article is tagged with: its topics', each once, and the empty one that all articles have."""
    return tuple(dict.fromkeys(["", *map(topic_key, topics)]))


def tags_of(article: Article, number: int) -> Iterator[Tag]:
    """The rows of `tagged` for an article of id `number`."""
    published, kind = microseconds(article.published), article.type.casefold()
    for key in keys_of(article.topics):
        yield key, published, number, heat_of(article), quality_of(article), kind


def articles_of(cursor: sqlite3.Cursor) -> tuple[Article, ...]:
    """All articles that a query for `COLUMNS` gives."""
    return tuple(article_of(row) for row in cursor.fetchall())
