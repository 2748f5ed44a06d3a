"""A digest compiled: what is chosen for each topic at an instant, from where, and why the rest is not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from digests.choosing.leaving import beyond_window, unfit
from digests.choosing.placing import Place, fill
from digests.choosing.stories import RelatedOf, Stories, Story
from digests.digest import Digest, DigestSpec, Entry, LeftOut, Reason, Section
from digests.indexing.candidates import Candidates
from digests.indexing.index import Index
from digests.indexing.shelf import EVERYTHING, Shelf
from digests.ranking import explain as explained
from digests.ranking import score
from digests.topics.tree import TopicTree

REMEMBERED = timedelta(days=7)
"""How long before the window's start an article may have been published whose story counts as sent before."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What is asked of one section."""

    name: str
    slug: str
    keys: tuple[str, ...]


ALL_TOPICS = _Part("All topics", "all", EVERYTHING)
"""The one section of a specification without topics."""


def compile_digest(
    spec: DigestSpec,
    *,
    index: Index,
    topics: TopicTree,
    now: datetime,
    since: datetime | None = None,
    seen: frozenset[str] = frozenset(),
    related: RelatedOf,
    explain: bool = True,
) -> Digest:
    """What belongs in a digest at `now`, out of all that was published since `since` (`now - spec.window` without).

    A topic asked for twice has one section. An article is shown once: where it ranks best, the section named first
    where that is equal. What is in `seen` (files) is not shown again, nor is a story that one of them told.

    The choice depends on nothing but the arguments, the index and the related articles, so that whoever compiles over
    the same files chooses alike. `explain=False` leaves `Section.left_out` empty and reads only the best few hundred
    articles, however many are in the window. UnknownTopic for a topic that neither the tree nor any article has.
    """
    begin = now - spec.window if since is None else since
    parts = _parts(spec, topics)
    with index.candidates() as candidates:
        shelves = [Shelf(part.keys, spec, begin, now) for part in parts]
        places = [_place(part, shelf, candidates) for part, shelf in zip(parts, shelves, strict=True)]
        stories = Stories(related)
        for article in candidates.published(seen, begin - REMEMBERED):
            stories.tell(article, shown=False)
        fill(places, stories, seen)
        sections = tuple(
            Section(
                part.name,
                part.slug,
                tuple(_entries(place, shelf, stories, candidates)),
                tuple(_left_out(place, shelf, candidates)) if explain else (),
            )
            for part, place, shelf in zip(parts, places, shelves, strict=True)
        )
    return Digest(as_of=now.astimezone(UTC), since=begin.astimezone(UTC), sections=sections)


def _parts(spec: DigestSpec, topics: TopicTree) -> list[_Part]:
    if not spec.topics:
        return [ALL_TOPICS]
    asked = dict.fromkeys(topics.find(text) for text in spec.topics)
    return [_Part(topic.name, topic.slug, topics.keys(topic)) for topic in asked]


def _place(part: _Part, shelf: Shelf, candidates: Candidates) -> Place:
    spec = shelf.spec
    return Place(part.name, candidates.ranked(shelf), limit=spec.limit, per_provider=spec.per_provider)


def _entries(place: Place, shelf: Shelf, stories: Stories, candidates: Candidates) -> Iterator[Entry]:
    count = candidates.count(shelf) if place.placed else 0
    for rank, story in place.placed:
        yield _entry(rank, count, story, shelf, stories)


def _entry(rank: int, count: int, story: Story, shelf: Shelf, stories: Stories) -> Entry:
    weights, article = shelf.spec.weights, story.article
    return Entry(
        article=article,
        score=score(weights, article, shelf.until),
        why=f"rank {rank} of {count}: {explained(weights, article, shelf.until)}",
        also_at=stories.also_at(story),
    )


def _left_out(place: Place, shelf: Shelf, candidates: Candidates) -> Iterator[LeftOut]:
    yield from place.left_out
    for article in place.rest():
        yield LeftOut(article, Reason.OUTRANKED)
    yield from unfit(shelf, candidates)
    yield from beyond_window(shelf, candidates)
