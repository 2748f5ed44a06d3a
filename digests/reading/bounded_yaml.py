"""The only door to PyYAML: one YAML document, read within limits, or one error that says why and where.

PyYAML's own loaders kill the process on 25 kB of `[`, let a few hundred bytes of aliases grow to gigabytes, take the
last of two equal keys, and raise whatever Python raises at a date like 2024-13-45. Here libyaml only says what stands
where, one event after the other; what that means is decided here, without recursion, and counted.
"""

import re
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

import yaml

from digests.reading.yaml_scalars import plain

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"
Path = tuple[str | int, ...]
"""Keys and list indexes, from the document's top down."""


class YamlError(Exception):
    """A text that is no YAML, or more YAML than is taken; `line` counts from 1 and is None where none is to blame."""

    def __init__(self, reason: str, line: int | None) -> None:
        super().__init__(reason if line is None else f"line {line}: {reason}")
        self.reason = reason
        self.line = line


@dataclass(frozen=True, slots=True)
class Limits:
    """How much YAML one document may hold."""

    size: int = 524_288
    """Characters in all; the largest article known has 142,841."""
    events: int = 100_000
    """Starts, ends, keys and values in all; a block of related articles makes one of every six bytes."""
    depth: int = 16
    """Lists and mappings inside each other."""
    scalar: int = 16_384
    """Characters of one key or value."""


Place = tuple[yaml.Event, yaml.Event]
"""The events, which know their lines, of the key that leads to a value (in a list, of the value) and of the value."""
Places = dict[int, dict[str | int, Place]]
"""By `id` of a list or mapping: where its entries stand."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a text says, in Python's own types, and the lines at which it says so."""

    value: Value
    _top: list[Value] = field(repr=False, compare=False)
    _places: Places = field(repr=False, compare=False)

    def line(self, path: Path) -> int | None:
        """The line (from 1) where the value at `path` starts, or its nearest ancestor's; None in an empty document."""
        place = self._place(path)
        return None if place is None else _line(place[1])

    def key_line(self, path: Path) -> int | None:
        """The line (from 1) of the key that leads to the value at `path`; for an entry of a list, the entry's own."""
        place = self._place(path)
        return None if place is None else _line(place[0])

    def key_offset(self, path: Path) -> int | None:
        """The characters before the key that leads to the value at `path`, likewise."""
        place = self._place(path)
        return None if place is None else _mark(place[0]).index

    def _place(self, path: Path) -> Place | None:
        place, node = None, self._top
        for step in (0, *path):
            inside = self._places.get(id(node), {})
            if step not in inside:
                break
            place, node = inside[step], cast("Any", node)[step]
        return place


def parse(text: str, limits: Limits = Limits()) -> Document:
    """The one document in `text`; YamlError, and nothing else, for any text that is none or exceeds the limits.

    Keys are texts as written; plain values follow YAML 1.2's core schema. Anchors, aliases, tags, merge keys, keys that
    are no scalars, equal keys and second documents are refused.
    """
    if len(text) > limits.size:
        raise YamlError(f"{len(text)} characters, at most {limits.size}", None)
    if stray := _UNREADABLE.search(text):
        raise YamlError(f"character U+{ord(stray[0]):04X}", text.count("\n", 0, stray.start()) + 1)
    construction = _Construction(limits)
    try:
        construction.follow(yaml.CSafeLoader(text))
    except yaml.MarkedYAMLError as error:
        raise _refusal(error) from None
    return construction.document()


_UNREADABLE = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What may not stand in a YAML text, half a surrogate pair among it: https://yaml.org/spec/1.2.2/#51-character-set."""


def _refusal(error: yaml.MarkedYAMLError) -> YamlError:
    """What libyaml says, at the line where it noticed, and with the line where the matter began if that is another."""
    noticed = error.problem_mark.line + 1 if error.problem_mark else None
    began = error.context_mark.line + 1 if error.context_mark else noticed
    since = "" if began == noticed else f" that starts at line {began}"
    context = f" {error.context}{since}" if error.context else ""
    return YamlError(f"{error.problem}{context}", noticed)


class _Open:
    """A list or mapping whose end has not come yet; `key` is the key whose value comes next."""

    __slots__ = ("key", "node", "places")

    def __init__(self, node: list[Value] | dict[str, Value], places: dict[str | int, Place]) -> None:
        self.node = node
        self.places = places
        self.key: yaml.ScalarEvent | None = None


class _Construction:
    """Values made of libyaml's events; a list of what is open stands in for recursion, so depth is only a number."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._top: list[Value] = []
        self._places: Places = {}
        self._open: list[_Open] = []
        self._begin(self._top)

    def document(self) -> Document:
        return Document(self._top[0] if self._top else None, self._top, self._places)

    def follow(self, loader: yaml.CSafeLoader) -> None:
        for _ in range(self._limits.events):
            event = loader.get_event()
            if isinstance(event, yaml.ScalarEvent):
                self._take_scalar(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._take_start(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._open.pop()
            elif isinstance(event, yaml.StreamEndEvent):
                return
            else:
                self._take_rest(event)
        raise YamlError(f"more than {self._limits.events} keys and values", None)

    def _take_rest(self, event: yaml.Event | None) -> None:
        """The start of the stream, an alias, or a border of a document."""
        if isinstance(event, yaml.AliasEvent):
            raise _unwanted(event, f"alias '*{event.anchor}'")
        if isinstance(event, yaml.DocumentStartEvent) and self._top:
            raise _unwanted(event, "second document")

    def _take_scalar(self, event: yaml.ScalarEvent) -> None:
        if event.anchor is not None or event.tag is not None:
            raise _property(event)
        text = event.value
        if len(text) > self._limits.scalar:
            raise _unwanted(event, f"value of {len(text)} characters, at most {self._limits.scalar}")
        if "\0" in text:
            raise _unwanted(event, "character U+0000")
        inside = self._open[-1]
        if inside.key is None and isinstance(inside.node, dict):
            self._take_key(inside, event)
        else:
            self._put(inside, _plain(event) if event.implicit[0] else text, event)

    def _take_key(self, inside: _Open, event: yaml.ScalarEvent) -> None:
        key = event.value
        if key == "<<" and event.implicit[0]:
            raise _unwanted(event, "merge key '<<'")
        if key in inside.places:
            raise _unwanted(event, f"second key {key!r}, first at line {_line(inside.places[key][0])}")
        inside.key = event

    def _take_start(self, event: yaml.CollectionStartEvent) -> None:
        inside = self._open[-1]
        node: list[Value] | dict[str, Value] = {} if isinstance(event, yaml.MappingStartEvent) else []
        if event.anchor is not None or event.tag is not None:
            raise _property(event)
        if len(self._open) > self._limits.depth:
            raise _unwanted(event, f"nesting deeper than {self._limits.depth}")
        if inside.key is None and isinstance(inside.node, dict):
            raise _unwanted(event, "key that is no text")
        self._put(inside, node, event)
        self._begin(node)

    def _begin(self, node: list[Value] | dict[str, Value]) -> None:
        places = self._places[id(node)] = dict[str | int, Place]()
        self._open.append(_Open(node, places))

    def _put(self, inside: _Open, value: Value, event: yaml.Event) -> None:
        if isinstance(inside.node, list):
            inside.places[len(inside.node)] = (event, event)
            inside.node.append(value)
        else:
            key = cast("yaml.ScalarEvent", inside.key)  # a value in a mapping comes after its key
            inside.places[key.value] = (key, event)
            inside.node[key.value] = value
            inside.key = None


def _plain(event: yaml.ScalarEvent) -> Value:
    try:
        return plain(event.value)
    except ValueError as error:
        raise _unwanted(event, str(error)) from None


def _property(event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> YamlError:
    return _unwanted(event, f"anchor '&{event.anchor}'" if event.anchor is not None else f"tag {event.tag!r}")


def _unwanted(event: yaml.Event, what: str) -> YamlError:
    return YamlError(what, _line(event))


def _line(event: yaml.Event) -> int:
    return _mark(event).line + 1


def _mark(event: yaml.Event) -> yaml.Mark:
    """Where an event starts; libyaml's events always know, which their type does not say."""
    return cast("yaml.Mark", event.start_mark)
