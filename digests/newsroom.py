"""The news half as the rest of the program sees it: an archive, its index and its topics, kept fresh together."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from sqlite3 import DatabaseError
from threading import RLock
from typing import Protocol, TypeVar

from digests.article import Article, Problem
from digests.choosing.compiling import compile_digest
from digests.digest import Digest, DigestSpec
from digests.indexing.candidates import Candidates
from digests.indexing.file import is_broken
from digests.indexing.index import Index, Progress, Refreshed
from digests.indexing.related_memory import RelatedMemory
from digests.indexing.shelf import EVERYTHING
from digests.look import Archive
from digests.topics import files as topic_files
from digests.topics.tree import Topic, TopicTree

T = TypeVar("T")


class ArchiveWithTopics(Archive, Protocol):
    """An archive and the folder of its topic files, which need not exist."""

    @property
    def topics_folder(self) -> Path:
        """`_data/topics` below the archive's root; it also tells one archive from another."""


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic and how much there is of it."""

    slug: str
    name: str
    short_name: str
    parent: str | None
    """The parent's slug."""
    depth: int
    """How many topics are above it."""
    count: int
    """Published articles, those of the topics below it included."""


class Newsroom:
    """Digests, topics and search over one archive; safe to use from several threads.

    Everything is answered from the index as the last `refresh` left it, by whichever process. An index that turns out
    to be damaged is made anew from the archive, once, before the question is answered.
    """

    def __init__(self, archive: ArchiveWithTopics, index: Index) -> None:
        self._archive = archive
        self._index = index
        self._related = RelatedMemory(archive.related, index.stamp)
        self._refreshing = RLock()
        self._tree = TopicTree()
        self._topic_problems: tuple[Problem, ...] = ()
        self._rows: tuple[TopicRow, ...] | None = None

    @classmethod
    def open(cls, archive: ArchiveWithTopics, index_path: Path) -> "Newsroom":
        """A newsroom that knows what was read the last time; IndexUnusable for an index file that is none of ours."""
        index = Index.open(index_path, str(archive.topics_folder.resolve()))
        newsroom = cls(archive, index)
        newsroom._mended(newsroom._learn_topics)
        return newsroom

    def close(self) -> None:
        """Let the index's file go; no question may follow."""
        self._index.close()

    def refresh(self, progress: Progress | None = None, *, doubt: bool = False) -> Refreshed:
        """Read what changed in the archive since the last time; `progress` hears how far that is.

        With `doubt`, a large part of the archive that is suddenly gone is taken for a disk's trouble, and kept.
        Its `problems` are all that stand, those of topic files included. Errors of the archive as a whole, and of the
        disk, are raised, and leave everything as it was.
        """
        with self._refreshing:
            refreshed = self._mended(lambda: self._read(progress, doubt=doubt))
            return replace(refreshed, problems=(*self._topic_problems, *refreshed.problems))

    def digest(
        self,
        spec: DigestSpec,
        *,
        now: datetime,
        since: datetime | None = None,
        seen: frozenset[str] = frozenset(),
        explain: bool = True,
    ) -> Digest:
        """What `choosing.compiling.compile_digest` makes of the archive as it is known; UnknownTopic likewise."""
        return self._mended(
            lambda: compile_digest(
                spec,
                index=self._index,
                topics=self._tree,
                now=now,
                since=since,
                seen=seen,
                related=self._related,
                explain=explain,
            )
        )

    def topic(self, text: str) -> Topic:
        """The topic that a person means; UnknownTopic has the names that come near."""
        return self._tree.find(text)

    def topics(self) -> tuple[TopicRow, ...]:
        """The tree's topics, each before those below it, then those of articles only, the largest first."""
        if self._rows is None:
            self._rows = self._mended(lambda: self._asked(self._counted))
        return self._rows

    def search(self, words: str, limit: int = 10) -> tuple[Article, ...]:
        """The articles that a person's words lead to, best first; any text is safe."""
        return self._mended(lambda: self._asked(lambda candidates: candidates.search(words, limit)))

    def problems(self) -> tuple[Problem, ...]:
        """The files that cannot be read as they are, those of topics first."""
        return (*self._topic_problems, *self._mended(self._index.problems))

    def count(self) -> int:
        """How many published articles there are."""
        return self._mended(lambda: self._asked(lambda candidates: candidates.total(EVERYTHING)))

    def _read(self, progress: Progress | None, *, doubt: bool) -> Refreshed:
        refreshed = self._index.refresh(self._archive.look(self._index.known()), progress, doubt=doubt)
        self._learn_topics()
        return refreshed

    def _learn_topics(self) -> None:
        tree, problems = topic_files.load(self._archive.topics_folder)
        self._tree = tree.joined_by(self._asked(lambda candidates: candidates.names()))
        self._topic_problems = problems
        self._rows = None

    def _counted(self, candidates: Candidates) -> tuple[TopicRow, ...]:
        tree = self._tree
        rows = {
            topic: TopicRow(
                slug=topic.slug,
                name=topic.name,
                short_name=topic.short_name,
                parent=topic.parent,
                depth=tree.depth(topic),
                count=candidates.total(tree.keys(topic)),
            )
            for topic in tree
        }
        planted = [row for topic, row in rows.items() if tree.has_file(topic)]
        others = [row for topic, row in rows.items() if not tree.has_file(topic)]
        return (*planted, *sorted(others, key=lambda row: -row.count))

    def _asked(self, question: Callable[[Candidates], T]) -> T:
        with self._index.candidates() as candidates:
            return question(candidates)

    def _mended(self, work: Callable[[], T]) -> T:
        """What the work gives, on a new index if the old one is damaged."""
        try:
            return work()
        except DatabaseError as error:
            if not is_broken(error):
                raise
        with self._refreshing:
            self._index.rebuild()
            self._read(None, doubt=False)
        return work()
