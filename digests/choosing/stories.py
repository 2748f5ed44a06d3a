"""Which articles tell the same story, which one stands for it, and where else it is told.

Two articles tell the same story when they link to the same page, or when their titles say the same. Where the
publisher lists the one as `related` to the other, the longer title may also say a little more than the shorter one.
`related` alone says nothing: it also lists whatever else happened in the field that week.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from digests.article import Article, Provider, Related
from digests.choosing.links import page_of
from digests.choosing.titles import Wording, says_more, says_the_same, wording

RelatedOf = Callable[[str], tuple[Related, ...]]
"""The related articles of a file; slow when the file was not asked for before."""


@dataclass(slots=True)
class Story:
    """A story, the article that stands for it, and the articles that were found to tell it again."""

    article: Article
    said: Wording
    """What its title says."""
    shown: bool
    """Whether the article is chosen now; it was sent in an earlier digest otherwise."""
    again: list[Article] = field(default_factory=list)


class Stories:
    """The stories told so far, the best-ranked article of each standing for it."""

    def __init__(self, related: RelatedOf) -> None:
        self._related = related
        self._stories: list[Story] = []
        self._by_sign: dict[tuple[str, ...], Story] = {}
        self._led_by: defaultdict[str, list[int]] = defaultdict(list)
        self._having: defaultdict[str, list[int]] = defaultdict(list)

    def tell(self, article: Article, *, shown: bool) -> Story:
        """Begin a story with the article that stands for it."""
        said = _wording(article)
        story = Story(article, said, shown)
        for sign in _signs(article, said):
            self._by_sign.setdefault(sign, story)
        self._led_by[said.lead].append(len(self._stories))
        for word in said.beginnings:
            self._having[word].append(len(self._stories))
        self._stories.append(story)
        return story

    def told(self, article: Article) -> Story | None:
        """The story that an article tells again, if one was told before."""
        said = _wording(article)
        for sign in _signs(article, said):
            if sign in self._by_sign:
                return self._by_sign[sign]
        near = map(self._stories.__getitem__, self._near(said))
        return next((story for story in near if self._is_told(story, article, said)), None)

    def also_at(self, story: Story) -> tuple[Provider, ...]:
        """Who else tells a story, each once: those that tell it again by rank, then those only heard of."""
        elsewhere = (article.provider for article in story.again)
        return tuple(_others(story.article.provider, (*elsewhere, *self._heard_of(story))))

    def _near(self, said: Wording) -> list[int]:
        """The stories that may be alike, first told first: of two titles alike, one has all words of the other."""
        shorter = (number for word in said.beginnings for number in self._led_by.get(word, ()))
        return sorted({*shorter, *self._having.get(said.lead, ())})

    def _is_told(self, story: Story, article: Article, said: Wording) -> bool:
        if says_the_same(story.said, said):
            return True
        one, other = story.article, article
        return says_more(story.said, said) and (self._lists(one, other) or self._lists(other, one))

    def _lists(self, one: Article, other: Article) -> bool:
        page = page_of(other.url)
        return any(page_of(related.url) == page for related in self._related(one.file)) if page else False

    def _heard_of(self, story: Story) -> Iterator[Provider]:
        for related in self._related(story.article.file):
            said = wording(related.title, related.provider.name)
            if says_the_same(story.said, said) or says_more(story.said, said):
                yield related.provider


def _wording(article: Article) -> Wording:
    return wording(article.title, article.provider.name)


def _signs(article: Article, said: Wording) -> Iterator[tuple[str, ...]]:
    """What two articles need only have one of in common to tell the same story."""
    if page := page_of(article.url):
        yield ("page", page)
    if said.words:
        yield ("words", *said.key)
        yield ("letters", said.letters)


def _others(own: Provider, providers: Iterable[Provider]) -> Iterator[Provider]:
    names, domains = {own.name.casefold(), ""}, {own.domain.casefold()} - {""}
    for provider in providers:
        name, domain = provider.name.casefold(), provider.domain.casefold()
        if name not in names and domain not in domains:
            names.add(name)
            domains |= {domain} - {""}
            yield provider
