"""Makes a stranger's text harmless to any reader's screen, shortens it where it may be cut, and measures it."""

import re
import unicodedata

MAX_MARKS = 3
"""Combining marks in a row: more than any language needs, fewer than it takes to paint over the line above."""

_PLANES = "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
_DROPPED = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls, but for those that are white space
    "\u00ad\u034f\u180e\u200b\u2060-\u2065\ufeff"  # zero-width, but for the joiners that scripts and emoji need
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # what turns the direction of writing
    "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters and symbols that show nothing
    "\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e00ff"  # annotations, and tags that hide text in text
    f"\ud800-\udfff\ufdd0-\ufdef{_PLANES}"  # no characters at all
    "]"
)
_SPACES = re.compile(r"\s+")
_JOINERS = re.compile("[\u200c\u200d]{2,}")
_STACK = re.compile(rf"[^\w\s\x00-\x7f]{{{MAX_MARKS + 1},}}")
"""Where marks may be stacked: none of them is a letter, a digit, a space or ASCII."""
_JOINING = "\u200c\u200d"
_TONES = range(0x1F3FB, 0x1F400)
_FLAGS = range(0x1F1E6, 0x1F200)
_ELLIPSIS = "…"
_LOOSE = " ,;:.-\u2013\u2014"
"""What looks lost before an ellipsis."""


def clean(text: str) -> str:
    """The text on one line, without what hides, overpaints, reorders or cannot be encoded."""
    if text.isascii() and text.isprintable():  # most are, and have nothing to drop
        return " ".join(text.split())
    shown = _JOINERS.sub(_first, _DROPPED.sub("", text))
    return _SPACES.sub(" ", _STACK.sub(_unstacked, shown)).strip()


def visible(text: str) -> bool:
    """Whether there is anything to see in a clean text: a letter, a number, a sign."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)


def units(text: str) -> int:
    """Length in UTF-16 code units: how Telegram and JavaScript count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cells(text: str) -> int:
    """Width in a terminal's cells: East Asian letters and most emoji take two, marks none."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def shortened(text: str, limit: int) -> str:
    """The text in at most `limit` characters (code points): cut between words where one ends near, and marked `…`."""
    if len(text) <= limit:
        return text
    end = _whole(text, max(limit - 1, 0))
    space = text.rfind(" ", end * 2 // 3, end + 1)
    kept = text[: end if space < 0 else space].rstrip(_LOOSE)
    return kept + _ELLIPSIS if kept else ""


def _first(found: re.Match[str]) -> str:
    return found[0][0]


def _unstacked(found: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in found[0]:
        if character not in _JOINING:  # a joiner does not start a new pile
            marks = marks + 1 if _mark(character) else 0
        if marks <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def _mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def _cells(character: str) -> int:
    if character < "\u0300":
        return 1
    if _mark(character) or character in _JOINING:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _whole(text: str, end: int) -> int:
    """The last place at or before `end` that does not fall inside what a reader sees as one character."""
    while end > 0 and _inside(text, end):
        end -= 1
    return end


def _inside(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if ord(after) in _FLAGS:
        flags = text[:at]
        return (len(flags) - len(flags.rstrip("".join(map(chr, _FLAGS))))) % 2 == 1
    return after in _JOINING or before in _JOINING or ord(after) in _TONES or _mark(after)
