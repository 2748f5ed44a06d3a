"""What templates are shown: a digest in plain values, cleaned for the dialect, kept short, and nothing else."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from digests.article import Article, Provider
from digests.dialects.dialect import Dialect
from digests.dialects.links import link
from digests.dialects.text import shortened, visible
from digests.digest import Digest, Entry, LeftOut, Section
from digests.message import Notice
from digests.rendering.dates import age, clock_time, date, long_date

MAX_NAME = 100
"""Characters of a digest's, topic's or provider's name."""
MAX_LINE = 500
"""Characters of a note, of a notice's line or of a reason."""
MAX_RAW = 10_000
"""Characters of any text that are looked at."""
MAX_ALSO_AT = 5
"""Other providers that are named; the rest is counted."""
UNTITLED = "(untitled)"
NAMELESS = "The hottest stories"

Context = Mapping[str, Any]
"""Strings, numbers, None, and lists and mappings of those."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """How a digest is to be shown, beyond what is in it."""

    title: str = ""
    """The digest's title for people; none: the names of its topics."""
    timezone: tzinfo = UTC
    """Whose dates are shown."""
    link_previews: bool = False
    note: str = ""
    """Plain text shown in the heading: `2 h late`."""
    page: tuple[int, int] | None = None
    """Which page of how many this is, `(1, 4)`."""
    first: int = 1
    """The number of each section's first entry: more than 1 on a later page."""
    explain: bool = False
    """Show why each entry was chosen, and what was left out and why."""


@dataclass(frozen=True, slots=True)
class Cut:
    """How many characters of an article's own text are shown at most."""

    title: int
    excerpt: int


CUTS = tuple(Cut(*cut) for cut in ((300, 1000), (300, 400), (300, 200), (300, 100), (300, 0), (100, 0), (30, 0)))
"""From what is hoped for to what always fits: an entry that is too large is rendered again with the next."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The values for each template of one digest."""

    dialect: Dialect
    digest: Digest
    presentation: Presentation

    def heading(self) -> Context:
        """For `heading` and `empty`; all other templates of the digest see these values too."""
        shown, instant = self.presentation, self.digest.as_of
        page, pages = shown.page or (1, 1)
        topics = [self.name(section.topic) for section in self.digest.sections]
        return {
            "digest": self.name(shown.title) or self.name(", ".join(filter(None, topics))) or NAMELESS,
            "topics": topics,
            "count": len(self.digest.files),
            "date": long_date(instant, shown.timezone),
            "time": clock_time(instant, shown.timezone),
            "note": self._line(shown.note),
            "page": page,
            "pages": pages,
        }

    def section(self, section: Section) -> Context:
        """For `section` and `quiet`."""
        return {"topic": self.name(section.topic), "stories": len(section.entries)}

    def entry(self, entry: Entry, position: int, cut: Cut) -> Context:
        """For `entry`, with no more of the article's own text than `cut`."""
        article, others = entry.article, self._others(entry)
        return {
            "position": position,
            "title": self.title(article, cut.title),
            "url": link(article.url) or "",
            "excerpt": shortened(self._text(article.excerpt), cut.excerpt),
            "provider": self._provider(article.provider),
            "age": age(article.published, self.digest.as_of, self.presentation.timezone),
            "date": date(article.published, self.presentation.timezone),
            "time": clock_time(article.published, self.presentation.timezone),
            "type": self.name(article.type),
            "heat": _shown(article.heat),
            "quality": _shown(article.quality),
            "also_at": others[:MAX_ALSO_AT],
            "also_more": len(others[MAX_ALSO_AT:]),
            "why": self._line(entry.why) if self.presentation.explain else "",
        }

    def left_out(self, left_out: Iterable[LeftOut]) -> Context:
        """For `left_out`."""
        return {
            "articles": [
                {
                    "title": self.title(one.article, CUTS[0].title),
                    "url": link(one.article.url) or "",
                    "provider": self._provider(one.article.provider),
                    "reason": one.reason.value,
                    "detail": self._line(one.detail),
                }
                for one in left_out
            ],
        }

    def name(self, text: str) -> str:
        """A name as it is shown."""
        return shortened(self._text(text), MAX_NAME)

    def title(self, article: Article, limit: int) -> str:
        """An article's title: never without anything to tap."""
        text = self._text(article.title)
        return shortened(text, limit) if visible(text) else UNTITLED

    def _text(self, text: str) -> str:
        return self.dialect.text(text[:MAX_RAW])

    def _line(self, text: str) -> str:
        return shortened(self._text(text), MAX_LINE)

    def _provider(self, provider: Provider) -> str:
        return self.name(provider.name) or self.name(provider.domain)

    def _others(self, entry: Entry) -> list[str]:
        return list(dict.fromkeys(name for name in map(self._provider, entry.also_at) if name))


def notice(said: Notice, lines: Iterable[str], dialect: Dialect, *, begins: bool) -> Context:
    """For `notice`; `begins`: this is the part with the title."""
    title = shortened(dialect.text(said.title[:MAX_RAW]), MAX_LINE)
    return {
        "title": title if begins else "",
        "lines": [shortened(dialect.text(line[:MAX_RAW], commands=said.commands), MAX_LINE) for line in lines],
    }


def continued(name: str, number: int, total: int, topic: str) -> Context:
    """For `continued`, the heading of the second message and those after it."""
    return {"digest": name, "number": number, "total": total, "topic": topic}


def _shown(score: float | None) -> int | None:
    """Heat and quality for people: nothing where there is none, or where it has decayed below zero."""
    return round(score) if score is not None and math.isfinite(score) and score >= 0 else None
