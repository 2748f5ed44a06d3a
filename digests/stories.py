"""Which articles tell the same story, which one stands for it, and where else it is told.

Two articles tell the same story when they link to the same page, or when their titles say the same. Where the
publisher lists the one as `related` to the other, the longer title may also say a little more than the shorter one.
`related` alone says nothing: it also lists whatever else happened in the field that week.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from digests.article import Article, Provider, Related
from digests.links import page_of
from digests.titles import Wording, says_more, says_the_same, wording

RelatedOf = Callable[[str], tuple[Related, ...]]
"""The related articles of a file; slow when the file was not asked for before."""


@dataclass(slots=True)
class Story:
    """A story, the article that stands for it, and the articles that were found to tell it again."""

    article: Article
    shown: bool
    """Whether the article is chosen now; it was sent in an earlier digest otherwise."""
    again: list[Article] = field(default_factory=list)


class Stories:
    """The stories told so far, the best-ranked article of each standing for it."""

    def __init__(self, related: RelatedOf) -> None:
        self._related = related
        self._stories: list[Story] = []
        self._by_page: dict[str, Story] = {}
        self._by_words: dict[tuple[str, ...], Story] = {}

    def tell(self, article: Article, *, shown: bool) -> Story:
        """Begin a story with the article that stands for it."""
        story = Story(article, shown)
        self._stories.append(story)
        if page := page_of(article.url):
            self._by_page.setdefault(page, story)
        if words := _wording(article).key:
            self._by_words.setdefault(words, story)
        return story

    def told(self, article: Article) -> Story | None:
        """The story that an article tells again, if one was told before."""
        told = self._by_page.get(page_of(article.url)) or self._by_words.get(_wording(article).key)
        return told or next((story for story in self._stories if self._same(story.article, article)), None)

    def also_at(self, story: Story) -> tuple[Provider, ...]:
        """Who else tells a story, each once: those that tell it again by rank, then those only heard of."""
        elsewhere = (article.provider for article in story.again)
        return tuple(_others(story.article.provider, (*elsewhere, *self._heard_of(story.article))))

    def _same(self, one: Article, other: Article) -> bool:
        said, again = _wording(one), _wording(other)
        if says_the_same(said, again):
            return True
        return says_more(said, again) and (self._lists(one, other) or self._lists(other, one))

    def _lists(self, one: Article, other: Article) -> bool:
        page = page_of(other.url)
        return any(page_of(related.url) == page for related in self._related(one.file)) if page else False

    def _heard_of(self, article: Article) -> Iterator[Provider]:
        said = _wording(article)
        for related in self._related(article.file):
            again = wording(related.title, related.provider.name)
            if says_the_same(said, again) or says_more(said, again):
                yield related.provider


def _wording(article: Article) -> Wording:
    return wording(article.title, article.provider.name)


def _others(own: Provider, providers: Iterable[Provider]) -> Iterator[Provider]:
    names, domains = {own.name.casefold(), ""}, {own.domain.casefold()} - {""}
    for provider in providers:
        name, domain = provider.name.casefold(), provider.domain.casefold()
        if name not in names and domain not in domains:
            names.add(name)
            domains |= {domain} - {""}
            yield provider
