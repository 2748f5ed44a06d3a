"""The small HTML that templates are written in, read strictly: a tree of text and known tags, or what is wrong."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

MAX_DEPTH = 16

Tags = Mapping[str, frozenset[str]]
"""The tags a dialect knows, and the attributes each may have."""

_TAG = re.compile(r"""<(/?)([a-z][a-z0-9-]*)((?:\s+[a-z-]+(?:=(?:"[^"]*"|'[^']*'))?)*)\s*>""")
_ATTRIBUTE = re.compile(r"""([a-z-]+)(?:=(?:"([^"]*)"|'([^']*)'))?""")
_VOID = frozenset({"hr"})
_SAME = {"strong": "b", "em": "i", "ins": "u", "strike": "s", "del": "s"}


class MarkupError(Exception):
    """What a template made is not the small HTML of its dialect; `token` is the piece of it that is not."""

    def __init__(self, token: str, reason: str) -> None:
        super().__init__(f"{token!r} {reason}")
        self.token = token


@dataclass(frozen=True, slots=True)
class Element:
    """A tag and what it holds; `strong` is `b`, `em` is `i`, and so on."""

    tag: str
    attributes: Mapping[str, str]
    children: tuple["Node", ...]


Node = str | Element
"""A text is plain: nothing in it is escaped."""


def parse(text: str, tags: Tags) -> tuple[Node, ...]:
    """The tree of a rendered template; MarkupError where a tag is unknown, unclosed or crosses another."""
    reader = _Reader(tags)
    end = 0
    for found in _TAG.finditer(text):
        reader.text(text[end : found.start()])
        reader.tag(found)
        end = found.end()
    reader.text(text[end:])
    return reader.done()


def plain(nodes: Iterable[Node]) -> str:
    """The text alone."""
    return "".join(node if isinstance(node, str) else plain(node.children) for node in nodes)


def elements(nodes: Iterable[Node]) -> Iterator[Element]:
    """Every element, outer before inner."""
    for node in nodes:
        if isinstance(node, Element):
            yield node
            yield from elements(node.children)


class _Reader:
    def __init__(self, tags: Tags) -> None:
        self._tags = tags
        self._children: list[list[Node]] = [[]]
        self._open: list[tuple[str, str, Mapping[str, str]]] = []

    def text(self, text: str) -> None:
        at = text.find("<")
        if at >= 0:
            raise MarkupError(text[at : at + 20], "is no tag")
        if text:
            self._children[-1].append(html.unescape(text))

    def tag(self, found: re.Match[str]) -> None:
        token, slash, written, attributes = found[0], *found.groups()
        name = _SAME.get(written, written)
        if name not in self._tags:
            raise MarkupError(token, "is not a tag that may be used here")
        if slash:
            self._close(token, name)
        else:
            self._start(token, name, self._attributes(token, name, attributes))

    def done(self) -> tuple[Node, ...]:
        if self._open:
            raise MarkupError(self._open[-1][0], "is not closed")
        return tuple(self._children[0])

    def _start(self, token: str, name: str, attributes: Mapping[str, str]) -> None:
        if name in _VOID:
            self._children[-1].append(Element(name, attributes, ()))
            return
        if len(self._open) == MAX_DEPTH:
            raise MarkupError(token, f"is nested more than {MAX_DEPTH} deep")
        self._open.append((token, name, attributes))
        self._children.append([])

    def _close(self, token: str, name: str) -> None:
        if not self._open or self._open[-1][1] != name:
            raise MarkupError(token, "closes what is not open")
        _, _, attributes = self._open.pop()
        children = tuple(self._children.pop())
        self._children[-1].append(Element(name, attributes, children))

    def _attributes(self, token: str, name: str, written: str) -> Mapping[str, str]:
        found = {key: html.unescape(double or single) for key, double, single in _ATTRIBUTE.findall(written)}
        for key in found.keys() - self._tags[name]:
            raise MarkupError(token, f"has the attribute {key!r} that it may not have")
        return found
