"""What the fields of an article's front matter mean: each as the type that `Article` holds, or why it cannot be."""

import html
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from digests.article import Provider
from digests.reading.bounded_yaml import Value

Fields = Mapping[str, Value]

LINK_KEYS = ("webUrl", "originalUrl", "ampWebUrl")
"""In the order in which they are preferred."""

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_CONTROL = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]")
_LINK = re.compile(r"https?://[^\s/?#@\\\"<>\[\]]+(?:[/?#][^\s\\\"<>]*)?", re.IGNORECASE)
_LONGEST_LINK = 2_048
_LONGEST_SHOWN = 60
_ZONE = re.compile(r"\s+(?=[-+Z][0-9:]*$)|\s+(?:UTC|GMT)$")


class FieldError(Exception):
    """A field that an article cannot do without, or that would mislead if it were passed over; `key` names it."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key


def text(value: Value) -> str:
    """Plain text on one line: entities decoded, control characters and line ends turned to spaces; else empty.

    Publishers escape twice now and then (`&amp;#39;`), so decoding is done twice. Only entities that end in a semicolon
    count: `AT&T` and `?a=1&copy=2` stay as they are.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    plain = str(value)
    if "&" in plain:
        plain = _decoded(_decoded(plain))
    return " ".join(_CONTROL.sub(" ", plain).split())


def _decoded(plain: str) -> str:
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), plain)


def is_published(fields: Fields) -> bool:
    """Whether `published` plainly says true and `removed` does not; FieldError where either says anything odd."""
    if "published" not in fields:
        return False
    return _flag(fields, "published") and not (fields.get("removed") is not None and _flag(fields, "removed"))


def _flag(fields: Fields, key: str) -> bool:
    value = fields[key]
    if not isinstance(value, bool):
        raise FieldError(key, f"{_shown(value)} is neither true nor false")
    return value


def title(fields: Fields) -> str:
    """The title, which every article has; FieldError where nothing of it is left."""
    found = text(fields.get("title"))
    if not found:
        raise FieldError("title", "no title")
    return found


def link(fields: Fields) -> str:
    """The first of `LINK_KEYS` that is an absolute http(s) link."""
    for key in LINK_KEYS:
        value = fields.get(key)
        if isinstance(value, str) and is_link(value.strip()):
            return value.strip()
    key = next((key for key in LINK_KEYS if key in fields), LINK_KEYS[0])
    raise FieldError(key, f"no http link: {_shown(fields.get(key))}" if key in fields else "no link")


def is_link(url: str) -> bool:
    """Whether `url` is an absolute http(s) link of at most 2,048 characters, without spaces or a user's name in it."""
    if len(url) > _LONGEST_LINK or not _LINK.fullmatch(url):
        return False
    try:
        return urlsplit(url).port != 0
    except ValueError:  # a port that is none, or a host with signs that turn into others, such as the one for "a/c"
        return False


def number(fields: Fields, key: str) -> float | None:
    """A finite number, also if it stands in quotes; None where the field is missing or empty."""
    value = fields.get(key)
    if value is None or value == "":
        return None
    try:
        found = math.nan if isinstance(value, bool | list | dict) else float(value)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise FieldError(key, f"{_shown(value)} is no number")
    return found


def instant(fields: Fields, key: str) -> datetime:
    """A point in time, in UTC: ISO 8601 or Jekyll's `2025-01-02 03:04:05 +0100`; without a zone it is UTC already."""
    value = fields.get(key)
    if value is None:
        raise FieldError(key, "no date")
    try:
        found = datetime.fromisoformat(_ZONE.sub("", str(value).strip().upper()))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise FieldError(key, f"{_shown(value)} is no date") from None


def provider(value: Value, url: str) -> Provider:
    """Who published what stands at `url`, whose host stands in where nothing better is said."""
    said = value if isinstance(value, dict) else {"name": value}
    domain = text(said.get("domain")).lower() or (urlsplit(url).hostname or "").removeprefix("www.")
    return Provider(text(said.get("name")) or domain, domain)


def topics(value: Value) -> tuple[str, ...]:
    """Topic names as written, each once; what is no text is passed over. A single name may stand without a list."""
    names = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(name for name in map(text, names) if name))


def _shown(value: Value) -> str:
    """A value for an error message, short whatever it is."""
    match value:
        case None:
            return "nothing"
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case bool():
            return str(value).lower()
        case _:
            shown = repr(value)
            return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"
