"""Bytes of one article file to an `Article`, or to a `Problem` that says file, line and reason."""

import re
from contextlib import suppress
from typing import NamedTuple

from digests.article import Article, Problem, Related
from digests.reading import fields, related_block
from digests.reading.bounded_yaml import Document, Limits, Value, YamlError, parse
from digests.reading.fields import FieldError, Fields

_LIMITS = Limits()
_OPENING = re.compile(r"---[ \t]*(?:\n|\Z)")
_CLOSING = re.compile(r"\n(?:---|\.\.\.)[ \t]*(?=\n|\Z)")


def read(data: bytes, file: str) -> Article | Problem | None:
    """The article in `data`, what is wrong with it, or None if it is not published; `file` is the path below `_news`.

    Published is only what says `published: true` and does not say `removed: true`: whatever is unclear there, and a
    missing title, date or link, makes a problem and never an article. What is not published is not judged further.
    """
    unified = _with_line_feeds(data)
    short = related_block.cut(unified)
    if short is not None:
        found = _read_cut(short, file)
        if not isinstance(found, Problem):
            return found
    return read_whole(unified, file)


def read_whole(data: bytes, file: str) -> Article | Problem | None:
    """What `read` answers, found the long way: everything is parsed."""
    try:
        return _judge(_front_matter(_with_line_feeds(data), _LIMITS), file)
    except YamlError as error:
        return _problem(file, error.line, error.reason)


def _read_cut(short: related_block.Cut, file: str) -> Article | Problem | None:
    """A problem here only means that the whole file has to be read: it may tell another, and knows its lines."""
    limits = Limits(size=_LIMITS.size - short.length, events=_LIMITS.events - short.events)
    try:
        front = _front_matter(short.data, limits)
    except YamlError as error:
        return _problem(file, error.line, error.reason)
    if front.document.key_offset(("related",)) != len(_decoded(short.data[: short.start])):
        return _problem(file, None, "related is part of something larger")
    return _judge(front, file)


def related(data: bytes) -> tuple[Related, ...]:
    """The related articles that a published article's file lists, without those that have no title or link."""
    try:
        found = _front_matter(_with_line_feeds(data), _LIMITS).fields
        entries = found.get("related") if fields.is_published(found) else None
    except (YamlError, FieldError):
        return ()
    if not isinstance(entries, list):
        return ()
    return tuple(one for one in map(_related, entries) if one is not None)


def _related(entry: Value) -> Related | None:
    if isinstance(entry, dict):
        with suppress(FieldError):
            url = fields.link(entry)
            return Related(fields.title(entry), url, fields.provider(entry.get("provider"), url))
    return None


class _FrontMatter(NamedTuple):
    """The fields of a file, and the document that knows at which of the file's lines they stand."""

    fields: Fields
    document: Document


def _front_matter(data: bytes, limits: Limits) -> _FrontMatter:
    """The front matter of a file whose lines end in line feeds; YamlError where there is none."""
    document = parse(_between_marks(_decoded(data)), limits)
    found = {} if document.value is None else document.value
    if not isinstance(found, dict):
        raise YamlError("front matter without keys", document.line(()))
    return _FrontMatter(found, document)


def _with_line_feeds(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


def _decoded(data: bytes) -> str:
    """Strictly UTF-8, without a byte order mark; NEL, as some mainframes end their lines, becomes a line feed."""
    try:
        return data.decode("utf-8-sig").replace("\x85", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise YamlError(f"byte 0x{data[error.start]:02x} at offset {error.start} is no UTF-8", line) from None


def _between_marks(text: str) -> str:
    """Front matter with its opening mark, which YAML knows too, so that YAML's lines are the file's."""
    opening = _OPENING.match(text)
    if opening is None:
        raise YamlError("no front matter: the first line is not ---", 1)
    closing = _CLOSING.search(text, opening.end() - 1)
    if closing is None:
        raise YamlError("front matter without an end: no second ---", None)
    return text[: closing.start() + 1]


def _judge(front: _FrontMatter, file: str) -> Article | Problem | None:
    try:
        return _article(front.fields, file) if fields.is_published(front.fields) else None
    except FieldError as error:
        line = front.document.key_line((error.key,)) if error.key in front.fields else None
        return _problem(file, line, str(error))


def _article(found: Fields, file: str) -> Article:
    url = fields.link(found)
    return Article(
        file=file,
        title=fields.title(found),
        excerpt=fields.text(found.get("excerpt")),
        url=url,
        published=fields.instant(found, "publishedDateTime"),
        type=fields.text(found.get("type")).lower() or "article",
        heat=fields.number(found, "heat"),
        quality=fields.number(found, "quality"),
        provider=fields.provider(found.get("provider"), url),
        topics=fields.topics(found.get("topics")),
    )


def _problem(file: str, line: int | None, reason: str) -> Problem:
    return Problem(f"_news/{file}", line, reason)
