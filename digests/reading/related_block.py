"""The one shape in which the publisher writes `related`, so that it can be cut out of a file unread.

`related` is 93 % of all bytes and of no interest until an article is chosen. A block that keeps to this grammar byte
by byte holds nothing that a YAML reader could object to or that could reach beyond it; any other is not cut but parsed.
"""

import re
from typing import NamedTuple

_OPENING = b"\nrelated:\n"
_START = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*+\n[A-Za-z]++:[ \n]")
"""The document is a block mapping with its keys at the line's start: no flow mapping is open where the block begins."""

_BYTES_PER_EVENT = 5
"""The densest block, of empty texts, takes more bytes than that for every start, end, key and value."""
_TEXT_LIMIT = 16_384
_WIDE = rb"""
    \xc2[\xa0-\xbf] | [\xc3-\xdf][\x80-\xbf]  # no C1 control, no NEL
  | \xe2(?: \x80[\x80-\xa7\xaa-\xbf] | [\x81-\xbf][\x80-\xbf] )  # no line or paragraph separator
  | [\xe1\xe3-\xec\xee][\x80-\xbf]{2} | \xe0[\xa0-\xbf][\x80-\xbf] | \xed[\x80-\x9f][\x80-\xbf]  # no surrogate
  | \xef(?: [\x80-\xba\xbc-\xbe][\x80-\xbf] | \xbb[\x80-\xbe] | \xbf[\x80-\xbd] )  # no U+FEFF, U+FFFE, U+FFFF
  | \xf0[\x90-\xbf][\x80-\xbf]{2} | [\xf1-\xf3][\x80-\xbf]{3} | \xf4[\x80-\x8f][\x80-\xbf]{2}
"""
"""A character beyond ASCII, in UTF-8, that may stand in YAML and ends no line."""
_ESCAPE = rb"""\\(?: ["\\/rnt] | u(?!0000|[Dd][89A-Fa-f])[0-9A-Fa-f]{4} )"""
_PRINTABLE = rb"[\x20!\x23-\x5b\x5d-~]*+"
"""ASCII without the quote and the backslash."""
_QUOTED = rb'" (?!.{%d}) %b (?: (?: %b | %b ) %b )*+ "\n' % (_TEXT_LIMIT, _PRINTABLE, _WIDE, _ESCAPE, _PRINTABLE)
_UNPUNCTUATED = rb"""[\x20!"\x24-9;-~]*+"""
"""ASCII without the colon and the number sign, either of which may end a plain value."""
_NAME = rb"[A-Za-z0-9] (?!.{%d}) %b (?: (?: %b ) %b )*+ \n" % (_TEXT_LIMIT, _UNPUNCTUATED, _WIDE, _UNPUNCTUATED)
_NUMBER = rb"-?[0-9]{1,9}\n"
_TIME = rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\n"


def _line(indent: str, key: str, value: bytes = rb"\n") -> bytes:
    gap = "" if value == rb"\n" else " "
    return re.escape(f"{indent}{key}:{gap}".encode()) + value


_IMAGE = b"".join(
    (
        _line("      - ", "url", _QUOTED),
        _line("        ", "width", _NUMBER),
        _line("        ", "height", _NUMBER),
        b"(?:%b)?+" % _line("        ", "isCached", rb"(?:true|false)\n"),
    )
)
_ITEM = b"".join(
    (
        _line("  - ", "title", _QUOTED),
        _line("    ", "excerpt", _QUOTED),
        _line("    ", "publishedDateTime", _TIME),
        _line("    ", "webUrl", _QUOTED),
        b"(?:%b)?+" % _line("    ", "ampWebUrl", _QUOTED),
        b"(?:%b)?+" % _line("    ", "cdnAmpWebUrl", _QUOTED),
        _line("    ", "type", rb"[a-z]{1,20}+\n"),
        _line("    ", "provider"),
        _line("      ", "name", _NAME),
        _line("      ", "domain", _NAME),
        _line("    ", "quality", _NUMBER),
        b"(?:%b(?:%b)++)?+" % (_line("    ", "images"), _IMAGE),
    )
)
_BLOCK = re.compile(rb"%b(?:%b)++(?=\n?(?:[A-Za-z]|---))" % (re.escape(_OPENING), _ITEM), re.VERBOSE)
"""Possessive throughout: on a mismatch there is no other way to try, so the time taken is linear."""


class Cut(NamedTuple):
    """A file whose block was cut, but for its first line."""

    data: bytes
    start: int
    """Bytes before that line, `related:`."""
    length: int
    """Bytes that were cut."""
    events: int
    """As many YAML events as they can have made, or more."""


def cut(data: bytes) -> Cut | None:
    """The file, whose lines end in line feeds, without its block; None where it cannot be cut.

    Only where the line that is left proves to be a key of the top level was the block what it looked like; if not, it
    was part of something larger (a quoted text can hold such lines), and the file has to be parsed whole.
    """
    start = data.find(_OPENING)
    block = _BLOCK.match(data, start) if start > 0 and _START.match(data) else None
    if block is None:
        return None
    kept = start + len(_OPENING)
    length = block.end() - kept
    return Cut(data[:kept] + data[block.end() :], start + 1, length, length // _BYTES_PER_EVENT)
