"""HTML as it is built here: elements of our own naming, and text that is only ever text."""

import re
from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any, NewType

Html = NewType("Html", str)
"""What is markup already; only the functions of this module make some."""

NOTHING = Html("")
_VOID = frozenset({"hr"})
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\r": "\n"})
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""What no HTML may hold, written or referred to."""
_ADDRESS = re.compile(r"https?://[^\s\x00-\x20]", re.IGNORECASE)


def escaped(text: object) -> Html:
    """The text, of no meaning to a parser; what cannot be written in HTML is U+FFFD."""
    return Html(_UNPRINTABLE.sub("\ufffd", str(text)).translate(_ESCAPES))


def joined(pieces: Iterable[Html]) -> Html:
    """One after the other."""
    return Html("".join(pieces))


def element(name: str, *children: Html, css: str = "", **attributes: object) -> Html:
    """`<name class="css" …>children</name>`; `data_chat` is written `data-chat`, an attribute that is None left out.

    Names of elements, classes and attributes are written in the source, never taken from a message.
    """
    given = {"class": css or None, **attributes}
    written = "".join(
        f' {key.replace("_", "-")}="{escaped(value)}"' for key, value in given.items() if value is not None
    )
    start = f"<{name}{written}>"
    return Html(start) if name in _VOID else Html(f"{start}{joined(children)}</{name}>")


def link(url: object, *children: Html, css: str) -> Html:
    """A link that opens elsewhere and tells nothing; looks like one but leads nowhere if it is not http or https."""
    if not is_address(url):
        return element("span", *children, css=css)
    return element("a", *children, css=css, href=url, title=url, rel="noopener noreferrer", target="_blank")


def is_address(url: object) -> bool:
    """Whether a browser would ask a web server for it, and nothing else."""
    return isinstance(url, str) and _ADDRESS.match(url) is not None


def moment(seconds: object, zone: tzinfo) -> datetime | None:
    """The wall clock's time of Unix seconds, given as a number or written as one; None where they are no time."""
    try:
        return datetime.fromtimestamp(float(str(seconds)), zone)
    except (ValueError, OverflowError, OSError):
        return None


def time(when: datetime, words: str, css: str) -> Html:
    """A time of the day, with the instant for programs."""
    return element("time", escaped(words), css=css, datetime=when.isoformat(), title=f"{when:%Y-%m-%d %H:%M:%S %Z}")


def objects(value: object) -> list[dict[str, Any]]:
    """The JSON objects of a list; none where it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list | tuple) else []


def object_of(value: object) -> dict[str, Any]:
    """The JSON object; an empty one where it is none."""
    return value if isinstance(value, dict) else {}
