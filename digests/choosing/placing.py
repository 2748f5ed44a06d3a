"""Who gets which place in a digest: ranked articles into sections, each story once.

Sections share one order of articles. They are filled from the best article down, so that nothing once placed has to
make room again: an article goes where it ranks best, among the sections that still have room for it, and the places
that it leaves free elsewhere go to the next ones.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import groupby
from operator import itemgetter

from digests.article import Article
from digests.choosing.stories import Stories, Story
from digests.digest import LeftOut, Reason
from digests.indexing.candidates import Ranked
from digests.ranking import Order

NEAR = 128
"""So many of a section's best articles are looked through for stories told again, though its places may be taken."""


class Place:
    """A section while it is being filled from its articles, which come best first."""

    def __init__(self, name: str, ranked: Iterator[Ranked], *, limit: int, per_provider: int | None) -> None:
        self.name = name
        self.placed: list[tuple[int, Story]] = []
        """With the rank among the section's stories, from 1."""
        self.left_out: list[LeftOut] = []
        self.stories = 0
        """How many different stories were met: the last one's rank."""
        self._ranked = ranked
        self._limit = limit
        self._per_provider = per_provider
        self._providers: Counter[str] = Counter()

    def near(self) -> Iterator[Ranked]:
        """The articles that count: the nearest ones, and all others while there is room."""
        looked = 0
        while looked < NEAR or not self.is_full:
            article = next(self._ranked, None)
            if article is None:
                return
            looked += 1
            yield article

    def rest(self) -> Iterator[Article]:
        """The articles that `near` did not come to."""
        return (article for _, article in self._ranked)

    @property
    def is_full(self) -> bool:
        """Whether all places are taken."""
        return len(self.placed) >= self._limit

    def has_room(self, article: Article) -> bool:
        """Whether one more article of this provider can be placed."""
        return not self.is_full and not self._is_enough_of(article)

    def put(self, story: Story) -> None:
        """Place the story that was met last."""
        self.placed.append((self.stories, story))
        self._providers[_publisher(story.article)] += 1

    def refuse(self, article: Article) -> None:
        """Leave out an article that there is no room for."""
        if self.is_full:
            self.leave(article, Reason.OUTRANKED, f"rank {self.stories} > {self._limit}")
        else:
            self.leave(article, Reason.PROVIDER_FULL, f"{self._per_provider} of {article.provider.name}")

    def leave(self, article: Article, reason: Reason, detail: str = "") -> None:
        """Leave an article out."""
        self.left_out.append(LeftOut(article, reason, detail))

    def _is_enough_of(self, article: Article) -> bool:
        return self._per_provider is not None and self._providers[_publisher(article)] >= self._per_provider


def fill(places: Sequence[Place], stories: Stories, seen: frozenset[str]) -> None:
    """Give the articles their places, or the reasons why they have none; `seen` are files sent before."""
    streams = (_numbered(number, place) for number, place in enumerate(places))
    for _, same in groupby(merge(*streams), key=itemgetter(0)):
        rows = list(same)
        article = rows[0][2]
        of_article = [places[number] for _, number, _ in rows]
        if article.file in seen:
            _leave(of_article, article, Reason.SEEN)
        elif story := stories.told(article):
            _tell_again(of_article, article, story)
        else:
            _place(of_article, article, stories)


def _numbered(number: int, place: Place) -> Iterator[tuple[Order, int, Article]]:
    return ((key, number, article) for key, article in place.near())


def _tell_again(places: Sequence[Place], article: Article, story: Story) -> None:
    story.again.append(article)
    title = f'"{story.article.title}"'
    if story.shown:
        _leave(places, article, Reason.SAME_STORY, title)
    else:
        _leave(places, article, Reason.SEEN, f"same story as {title}")


def _place(places: Sequence[Place], article: Article, stories: Stories) -> None:
    for place in places:
        place.stories += 1
    best = min((place for place in places if place.has_room(article)), key=lambda place: place.stories, default=None)
    if best is None:
        for place in places:
            place.refuse(article)
    else:
        best.put(stories.tell(article, shown=True))
        _leave([place for place in places if place is not best], article, Reason.SHOWN_ELSEWHERE, f"in {best.name}")


def _leave(places: Sequence[Place], article: Article, reason: Reason, detail: str = "") -> None:
    for place in places:
        place.leave(article, reason, detail)


def _publisher(article: Article) -> str:
    return (article.provider.domain or article.provider.name).casefold()
