"""Reads a drawn fragment as a browser does, and refuses what must never be in one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

ELEMENTS = {
    "a", "article", "b", "blockquote", "button", "code", "div", "h3", "hr", "i", "li", "ol", "optgroup", "option", "s",
    "select", "span", "time", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "class", "data-action", "data-callback", "data-channel", "data-chat", "data-initial", "data-language",
    "data-message", "data-thread", "data-ts", "data-value", "datetime", "dir", "href", "label", "rel", "role",
    "selected", "start", "tabindex", "target", "title", "type", "value",
}  # fmt: skip


@dataclass
class Element:
    """An element, as a browser finds it."""

    name: str
    attributes: Mapping[str, str]
    text: str = ""

    @property
    def css(self) -> list[str]:
        return self.attributes.get("class", "").split()


@dataclass
class _Reading(HTMLParser):
    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Element(tag, {name: value or "" for name, value in attrs})
        assert tag in ELEMENTS, tag
        assert len(found.attributes) == len(attrs), attrs
        assert found.attributes.keys() <= ATTRIBUTES, attrs
        assert found.attributes.get("href", "http:").lower().startswith(("http:", "https:")), attrs
        assert not (tag in {"a", "button"} and any(one.name in {"a", "button"} for one in self.open)), "one in another"
        self.elements.append(found)
        if tag != "hr":
            self.open.append(found)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().name == tag, tag

    def handle_data(self, data: str) -> None:
        for one in self.open:
            one.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def read(fragment: str) -> list[Element]:
    """Every element in the order in which they begin; AssertionError where one is not closed, not known or not safe."""
    fragment.encode()
    reading = _Reading()
    reading.feed(fragment)
    reading.close()
    assert reading.open == []
    return reading.elements


def of(fragment: str, css: str) -> list[Element]:
    """The elements of a class."""
    return [one for one in read(fragment) if css in one.css]


def only(fragment: str, css: str) -> Element:
    """The one element of a class."""
    [found] = of(fragment, css)
    return found


def named(fragment: str, name: str) -> list[str]:
    """What the elements of this name hold."""
    return [one.text for one in read(fragment) if one.name == name]
