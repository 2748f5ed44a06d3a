"""A page of ranked stories, and the buttons that lead to the pages beside it."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.command import Button
from bot.commands.conversation import Rows
from bot.commands.request import Request, page_argument
from bot.commands.topics import is_carried
from digests.digest import Digest

DEPTH = 50
"""Stories that can be reached by paging."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the ranked stories."""

    ranked: Digest
    """The stories up to the end of the next page, so that it is known whether there is one; one section."""
    start: int
    count: int

    @property
    def known(self) -> int:
        """How many stories have been ranked."""
        return len(self.ranked.files)

    @property
    def digest(self) -> Digest:
        """The page's own stories."""
        sections = tuple(
            replace(section, entries=section.entries[self.start : self.start + self.count])
            for section in self.ranked.sections
        )
        return replace(self.ranked, sections=sections)

    @property
    def place(self) -> str:
        """Which stories these are, on any page but the first: `6-10`."""
        return span(self.start, min(self.start + self.count, self.known)) if self.start else ""


def depth(request: Request, count: int) -> int:
    """How many stories to rank for a page and a look at the next: each costs time, so no more than that."""
    return min(request.start + 2 * count, DEPTH)


def page_of(ranked: Digest, request: Request, count: int) -> Page:
    """The page asked for; past the end, the last one."""
    known = len(ranked.files)
    start = request.start if request.start < known else max(known - 1, 0) // count * count
    return Page(ranked, start, count)


def page_buttons(page: Page, slug: str, as_of: datetime) -> Rows:
    """Back and forth, each saying which stories it shows; none where the topic's slug is too long for a button."""
    if slug and not is_carried(slug):
        return ()
    end = page.start + page.count
    row: list[Button] = []
    if page.start > 0:
        back = max(page.start - page.count, 0)
        row.append(_button(f"◀ {span(back, page.start)}", slug, page.count, back, as_of))
    if end < page.known:
        forth = span(end, min(end + page.count, page.known))
        row.append(_button(f"{forth} ▶", slug, page.count, end, as_of))
    return (tuple(row),) if row else ()


def span(start: int, end: int) -> str:
    """The stories from `start` up to `end`, as people count them; one alone is its number."""
    return str(end) if end == start + 1 else f"{start + 1}\N{EN DASH}{end}"


def _button(label: str, slug: str, count: int, start: int, as_of: datetime) -> Button:
    return Button(label, "latest", page_argument(slug, count, start, as_of))
