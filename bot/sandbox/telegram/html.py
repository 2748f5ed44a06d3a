"""Reads Telegram's HTML as its server does: text and entities, or the server's own words for what is wrong.

The rules are those of TDLib's `parse_html` (td/telegram/MessageEntity.cpp), found by asking TDLib.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from string import ascii_letters, digits
from typing import Any
from urllib.parse import urlsplit

SPACES = " \t\r\n\v\0"
ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:(?P<name>[A-Za-z]+)|#(?P<decimal>[0-9]+)|#x(?P<hex>[0-9A-Fa-f]+))", re.ASCII)
LONGEST_REFERENCE = 10
HIGHEST = 0x10FFFF
TOKEN = frozenset(ascii_letters + digits + ".-")

KINDS = {
    "a": "text_link", "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "s": "strikethrough",
    "strike": "strikethrough", "del": "strikethrough", "u": "underline", "ins": "underline", "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji", "tg-time": "date_time", "span": "spoiler", "pre": "pre", "code": "code",
    "blockquote": "blockquote",
}  # fmt: skip
LINK_SCHEMES = frozenset({"http", "https", "tg", "ton"})


class MarkupError(ValueError):
    """What the server says after `Bad Request: can't parse entities: `."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a message shows, and how; offsets and lengths in UTF-16 code units."""

    text: str
    entities: tuple[Mapping[str, Any], ...] = ()


@dataclass(slots=True)
class Tag:
    """An element that is open: where its markup and its text begin."""

    name: str
    begin: int
    offset: int
    attributes: Mapping[str, str]


@dataclass(slots=True)
class Reader:
    """One pass over a text."""

    source: str
    at: int = 0
    text: list[str] = field(default_factory=list)
    length: int = 0
    open: list[Tag] = field(default_factory=list)
    entities: list[Mapping[str, Any]] = field(default_factory=list)

    def parsed(self) -> Parsed:
        """The whole text; MarkupError at the first thing that is wrong with it."""
        while not self.ended():
            if self.source[self.at] != "<":
                self.add(self.character())
            elif self.source[self.at + 1 : self.at + 2] == "/":
                self.end_tag()
            else:
                self.start_tag()
        if self.open:
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        return Parsed("".join(self.text), tuple(sorted(self.entities, key=lambda one: (one["offset"], -one["length"]))))

    def add(self, character: str) -> None:
        """Let the message show the character."""
        self.text.append(character)
        self.length += 1 + (character > "\uffff")

    def character(self) -> str:
        """The next character, decoded where it is written as one of the few references that are known."""
        found = REFERENCE.match(self.source, self.at)
        decoded = None if found is None else reference(found)
        if found is None or decoded is None:
            self.at += 1
            return self.source[self.at - 1]
        self.at = found.end() + (self.source[found.end() : found.end() + 1] == ";")
        return decoded

    def start_tag(self) -> None:
        """`<name attribute="value" …>`."""
        begin = self.at
        self.at += 1
        name = self.until(SPACES + ">").lower()
        if self.ended():
            raise self.fault("Unclosed start tag", begin)
        if name not in KINDS:
            raise self.fault(f'Unsupported start tag "{name}"', begin)
        attributes = self.attributes(name, begin)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self.fault('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(Tag(name, begin, self.length, attributes))

    def attributes(self, tag: str, begin: int) -> Mapping[str, str]:
        """All up to and with the `>`."""
        found: dict[str, str] = {}
        while not self.ended():
            self.skip()
            if self.source[self.at : self.at + 1] == ">":
                self.at += 1
                return found
            name = self.until(SPACES + "=>/\"'")
            if not name:
                raise self.fault(f'Empty attribute name in the tag "{tag}"', begin)
            self.skip()
            if self.ended():
                raise self.fault(f'Unclosed start tag "{tag}"', begin)
            found[name.lower()] = self.value(tag, begin) if self.source[self.at] == "=" else ""
        raise self.fault("Unclosed start tag", begin)

    def value(self, tag: str, begin: int) -> str:
        """What is behind the `=`: quoted by either quote, or a bare word of letters, digits, dots and hyphens."""
        self.at += 1
        self.skip()
        if self.ended():
            raise self.fault(f'Unclosed start tag "{tag}"', begin)
        if self.source[self.at] in "'\"":
            return self.quoted(begin)
        start = self.at
        while not self.ended() and self.source[self.at] in TOKEN:
            self.at += 1
        if not self.ended() and self.source[self.at] not in SPACES + ">":
            raise self.fault("Unexpected end of name token", start)
        return self.source[start : self.at].lower()

    def quoted(self, begin: int) -> str:
        """Up to the same quote, references decoded."""
        quote = self.source[self.at]
        self.at += 1
        value = []
        while self.source[self.at : self.at + 1] != quote:
            if self.ended():
                raise self.fault("Unclosed start tag", begin)
            value.append(self.character())
        self.at += 1
        return "".join(value)

    def end_tag(self) -> None:
        """`</name>`, or `</>` for whatever is open."""
        begin = self.at
        if not self.open:
            raise self.fault("Unexpected end tag", begin)
        self.at += 2
        name = self.until(SPACES + ">").lower()
        self.skip()
        if self.source[self.at : self.at + 1] != ">":
            raise self.fault("Unclosed end tag", begin)
        self.at += 1
        tag = self.open.pop()
        if name and name != tag.name:
            fault = self.fault("Unmatched end tag", begin)
            raise MarkupError(f'{fault}, expected "</{tag.name}>", found "</{name}>"')
        self.close(tag)

    def close(self, tag: Tag) -> None:
        """Note the entity that the element makes, if it makes one."""
        entity = {"type": KINDS[tag.name], "offset": tag.offset, "length": self.length - tag.offset}
        if tag.name == "a":
            url = tag.attributes.get("href") or utf16(self.text, tag.offset)
            entity = {**entity, "url": url} if is_link(url) else {}
        elif tag.name == "blockquote" and "expandable" in tag.attributes:
            entity["type"] = "expandable_blockquote"
        if entity and self.length > tag.offset:
            self.entities.append(entity)

    def ended(self) -> bool:
        """Whether the whole text is read."""
        return self.at == len(self.source)

    def until(self, ends: str) -> str:
        """All up to one of the characters, or to the end."""
        start = self.at
        while not self.ended() and self.source[self.at] not in ends:
            self.at += 1
        return self.source[start : self.at]

    def skip(self) -> None:
        """Past spaces."""
        while not self.ended() and self.source[self.at] in SPACES:
            self.at += 1

    def fault(self, what: str, at: int) -> MarkupError:
        """The server's words, with the place in bytes of UTF-8."""
        return MarkupError(f"{what} at byte offset {len(self.source[:at].encode())}")


def parse_html(source: str) -> Parsed:
    """What a message sent with `parse_mode: HTML` shows; MarkupError where Telegram refuses it."""
    return Reader(source).parsed()


def reference(found: re.Match[str]) -> str | None:
    """The character that `&…` stands for; None where it stands for itself."""
    if found["name"]:
        return ENTITIES.get(found["name"])
    code = int(found["decimal"]) if found["decimal"] else int(found["hex"], 16)
    usable = 0 < code < HIGHEST and len(found[0]) < LONGEST_REFERENCE
    return chr(code) if usable else None


def is_link(url: str) -> bool:
    """Whether Telegram keeps the link; others it drops without a word."""
    try:
        parts = urlsplit(url if "://" in url or url.startswith("tg:") else f"http://{url}")
    except ValueError:
        return False
    if parts.scheme not in LINK_SCHEMES:
        return False
    return parts.scheme in {"tg", "ton"} or (" " not in parts.netloc and "." in parts.netloc)


def utf16(characters: list[str], offset: int) -> str:
    """What the characters say from the offset on, given in UTF-16 code units."""
    return "".join(characters).encode("utf-16-le")[2 * offset :].decode("utf-16-le")
