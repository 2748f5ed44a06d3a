"""What templates are tried on before they are used: digests and notices with all that makes templates stumble."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from digests.article import Article, Provider
from digests.digest import Digest, Entry, LeftOut, Reason, Section
from digests.message import Notice
from digests.rendering.wording import Presentation

_NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
_NASTY = """</b><a href="x">'&amp; {{ 7 * 7 }} {% if %} <!channel> @all /stop #tag \u202e\x1b[31m🔥"""
_NAMELESS = Provider("", "")
_LONG = "A long story. " * 200

_PLAIN = Article(
    "2026-11-22-plain.md",
    "A story",
    "What happened, and to whom.",
    "https://example.com/a-story",
    _NOW - timedelta(hours=3),
    "article",
    97.0,
    87.0,
    Provider("Example News", "example.com"),
    ("Azure",),
)
_HOSTILE = Article(
    _NASTY, _NASTY, _NASTY, "javascript:alert(1)", _NOW, _NASTY, None, None, Provider(_NASTY, _NASTY), (_NASTY,)
)
_EMPTY = Article("2026-11-22-empty.md", "", "", "", _NOW - timedelta(days=9), "", -1.0, None, _NAMELESS, ())
_GIANT = Article(
    "2026-11-22-giant.md", _LONG, _LONG, "https://example.com/" + "a" * 1900, _NOW, "video", 942.0, 164.0, _NAMELESS, ()
)

_ENTRIES = (
    Entry(_PLAIN, 97.0, "rank 1 of 31: heat 97, quality 87, 3 h old", (Provider("Forbes", "forbes.com"),)),
    Entry(_HOSTILE, 0.0, _NASTY, tuple(Provider(f"{_NASTY}{number}", "") for number in range(9))),
    Entry(_EMPTY, 0.0, ""),
    Entry(_GIANT, 942.0, _LONG),
)
_LEFT_OUT = (LeftOut(_PLAIN, Reason.COLD, "heat 3 < 10"), LeftOut(_HOSTILE, Reason.SEEN), LeftOut(_GIANT, Reason.POOR))
_SECTIONS = (
    Section("Azure", "azure", _ENTRIES[:1]),
    Section("Quiet", "quiet", (), _LEFT_OUT),
    Section(_NASTY, "nasty", _ENTRIES * 5, _LEFT_OUT),
)

NOTICES = (Notice("Topics", ("Azure", _NASTY, _LONG)), Notice(""), Notice(_NASTY, (_LONG,) * 50))


def editions() -> Iterator[tuple[Digest, Presentation]]:
    """Digests of every kind, each with the way it is to be shown."""
    yield _digest(*_SECTIONS), Presentation(title="Good morning", note="2 h late", page=(2, 4), explain=True)
    yield _digest(*_SECTIONS), Presentation(title=_NASTY, note=_NASTY)
    yield _digest(Section("", "", _ENTRIES)), Presentation()
    yield _digest(*_SECTIONS[1:2]), Presentation(note=_NASTY, explain=True)
    yield _digest(), Presentation()


def _digest(*sections: Section) -> Digest:
    return Digest(_NOW, _NOW - timedelta(days=1), sections)
