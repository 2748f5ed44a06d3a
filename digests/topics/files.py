"""The files of a topic tree, read: what is wrong with one is a `Problem`, and the others make the tree."""

from dataclasses import dataclass, replace
from pathlib import Path

from digests.article import Problem
from digests.reading.bounded_yaml import Document, Value, YamlError, parse
from digests.reading.files import ChangedError, UnfitError, contents
from digests.topics.tree import Topic, TopicTree, topic_key, topic_named

PLACE = "_data/topics"
"""Where the files lie below an archive's root; problems name them by it."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One file, understood by itself: its topic's `parent` is still the text that the file has."""

    topic: Topic
    file: str
    document: Document

    def problem(self, field: str, reason: str) -> Problem:
        return Problem(self.file, self.document.line((field,)), reason)


def load(folder: Path) -> tuple[TopicTree, tuple[Problem, ...]]:
    """The tree that the folder's `.yaml` and `.yml` files make, in the order of their names, and what is wrong.

    A folder that does not exist holds no topics. A file that cannot be read and a topic told twice are left out; a
    topic whose parent is unknown, or is below the topic itself, stands at the top.
    """
    read = [_read(path) for path in sorted(folder.glob("*.y*ml")) if path.suffix in {".yaml", ".yml"}]
    problems = [found for found in read if isinstance(found, Problem)]
    entries = _without_doubles([found for found in read if isinstance(found, _Entry)], problems)
    grown = _without_circles(_with_parents(entries, problems), problems)
    return TopicTree(entry.topic for entry in grown), tuple(problems)


def _read(path: Path) -> _Entry | Problem:
    file = f"{PLACE}/{path.name}"
    try:
        document = parse(_text(path))
        return _Entry(_topic(document.value), file, document)
    except YamlError as error:
        return Problem(file, error.line, error.reason)
    except (ChangedError, UnfitError, ValueError) as error:
        return Problem(file, None, str(error) or "changed while it was read")


def _text(path: Path) -> str:
    data, _ = contents(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is not UTF-8") from None


def _topic(value: Value) -> Topic:
    if not isinstance(value, dict):
        raise ValueError("not a mapping")  # noqa: TRY004  # the file is wrong, not a type of ours
    slug, name = _word(value.get("_id")), _word(value.get("name"))
    if not topic_key(slug or name):
        raise ValueError("neither _id nor name")
    named = topic_named(slug or name)
    hashtags = value.get("hashtags")
    tags = [tag for line in hashtags for tag in _word(line).split()] if isinstance(hashtags, list) else []
    return Topic(
        slug=named.slug,
        name=name or slug,
        short_name=_word(value.get("shortname")) or name or slug,
        hashtags=tuple(f"#{tag.lstrip('#')}" for tag in tags if topic_key(tag)),
        parent=_word(value.get("parent")) or None,
    )


def _word(value: Value) -> str:
    """A value as one line of text; a number is a name too (`_id: 5`), and a list is none."""
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def _without_doubles(entries: list[_Entry], problems: list[Problem]) -> list[_Entry]:
    first: dict[str, _Entry] = {}
    for entry in entries:
        other = first.setdefault(topic_key(entry.topic.slug), entry)
        if other is not entry:
            problems.append(entry.problem("_id", f"topic {entry.topic.slug!r} is in {other.file} too"))
    return list(first.values())


def _with_parents(entries: list[_Entry], problems: list[Problem]) -> list[_Entry]:
    """The entries with their parents' slugs; files name a parent by its name, and some by its slug."""
    called = {topic_key(entry.topic.short_name): entry.topic.slug for entry in reversed(entries)}
    called |= {topic_key(entry.topic.name): entry.topic.slug for entry in reversed(entries)}
    called |= {topic_key(entry.topic.slug): entry.topic.slug for entry in entries}
    grown = []
    for entry in entries:
        named = entry.topic.parent
        parent = called.get(topic_key(named)) if named else None
        if named and parent is None:
            problems.append(entry.problem("parent", f"no topic {named!r}"))
        grown.append(replace(entry, topic=replace(entry.topic, parent=parent)))
    return grown


def _without_circles(entries: list[_Entry], problems: list[Problem]) -> list[_Entry]:
    parents = {entry.topic.slug: entry.topic.parent for entry in entries}
    grown = []
    for entry in entries:
        topic = entry.topic
        if topic.parent is not None and _leads_back(topic.slug, parents):
            problems.append(entry.problem("parent", f"{topic.parent!r} is below {topic.slug!r}"))
            parents[topic.slug] = None
            topic = replace(topic, parent=None)
        grown.append(replace(entry, topic=topic))
    return grown


def _leads_back(slug: str, parents: dict[str, str | None]) -> bool:
    above = parents[slug]
    met = set()
    while above is not None and above not in met:
        if above == slug:
            return True
        met.add(above)
        above = parents[above]
    return False
