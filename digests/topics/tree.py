"""The topic tree of `_data/topics/*.yaml` and the topics beside it: finding the one that a person meant."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from digests.errors import NewsError
from digests.likeness import nearest

_SEPARATORS = re.compile(r"[\s_-]+")


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as its file says it."""

    slug: str
    """What commands and configuration call it; unique in its tree."""
    name: str
    short_name: str
    """The name where there is little room; the name itself where the file has no other."""
    hashtags: tuple[str, ...]
    """With their `#`."""
    parent: str | None
    """The parent's slug."""


class UnknownTopic(NewsError):  # noqa: N818  # it reads as what is the matter: no topic of that name
    """No topic is called by the text; `nearest` are the names that come near, best first."""

    def __init__(self, text: str, near: tuple[str, ...]) -> None:
        super().__init__(f"no topic {text!r}")
        self.text = text
        self.nearest = near


def topic_key(text: str) -> str:
    """What a topic's names are compared by: no case, no leading `#`, and no space, hyphen or underscore.

    Empty for a text that names nothing.
    """
    folded = unicodedata.normalize("NFKC", text).strip().lstrip("#").casefold()
    return _SEPARATORS.sub("", folded)


def topic_named(name: str) -> Topic:
    """The topic that an article names and the tree does not know."""
    bare = unicodedata.normalize("NFKC", name).strip().lstrip("#").casefold()
    return Topic(_SEPARATORS.sub("-", bare).strip("-"), name, name, (), None)


class TopicTree:
    """Topics by any of their names, each with what is below it; parents before children, children in file order.

    The topics given must have unique slugs, and parents that exist without a circle: `topic_files` sees to that.
    """

    def __init__(self, topics: Iterable[Topic] = (), others: Iterable[Topic] = ()) -> None:
        tree = tuple(topics)
        self._planted = frozenset(topic.slug for topic in tree)
        self._by_slug = {topic.slug: topic for topic in (*tree, *others)}
        self._children: dict[str | None, list[Topic]] = {}
        for topic in self._by_slug.values():
            self._children.setdefault(topic.parent, []).append(topic)
        self._by_key = self._called()
        self._keys: dict[str, list[str]] = {}
        for key, topic in self._by_key.items():
            self._keys.setdefault(topic.slug, []).append(key)

    def __iter__(self) -> Iterator[Topic]:
        return (topic for root in self._children.get(None, ()) for topic in self.family(root))

    def find(self, text: str) -> Topic:
        """The topic of that slug, name, short name or hashtag, in any case; UnknownTopic has the nearest names."""
        topic = self._by_key.get(topic_key(text))
        if topic is None:
            raise UnknownTopic(text, self._near(text))
        return topic

    def depth(self, topic: Topic) -> int:
        """How many topics are above one."""
        return 0 if topic.parent is None else 1 + self.depth(self._by_slug[topic.parent])

    def family(self, topic: Topic) -> Iterator[Topic]:
        """A topic and everything below it, in order."""
        yield topic
        for child in self._children.get(topic.slug, ()):
            yield from self.family(child)

    def keys(self, topic: Topic) -> tuple[str, ...]:
        """The keys of all names by which an article can say that it belongs to a topic or to one below it."""
        return tuple(key for member in self.family(topic) for key in self._keys.get(member.slug, ()))

    def joined_by(self, names: Mapping[str, str]) -> "TopicTree":
        """This tree and, as roots behind it, the topics of articles that it does not know: names by their key."""
        others = [topic_named(name) for key, name in sorted(names.items()) if key not in self._by_key]
        return TopicTree(self._by_slug.values(), others)

    def has_file(self, topic: Topic) -> bool:
        """Whether the topic is in the tree itself, not only named by articles."""
        return topic.slug in self._planted

    def _called(self) -> dict[str, Topic]:
        """Topics by key: a slug goes before a name, that before a short name, that before a hashtag; then the first."""
        topics = tuple(self._by_slug.values())
        called: dict[str, Topic] = {}
        for names in (
            ((topic.slug, topic) for topic in topics),
            ((topic.name, topic) for topic in topics),
            ((topic.short_name, topic) for topic in topics),
            ((hashtag, topic) for topic in topics for hashtag in topic.hashtags),
        ):
            for name, topic in names:
                called.setdefault(topic_key(name), topic)
        called.pop("", None)
        return called

    def _near(self, text: str) -> tuple[str, ...]:
        near = nearest(topic_key(text), self._by_key, limit=10)
        return tuple(dict.fromkeys(self._by_key[key].name for key in near))[:3]
