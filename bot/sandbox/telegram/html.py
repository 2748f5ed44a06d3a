"""Reads Telegram's HTML as its server does: text and entities, or the server's own words for what is wrong.

The rules are those of TDLib's `parse_html` (td/telegram/MessageEntity.cpp), found by asking TDLib.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from string import ascii_letters, digits

from bot.sandbox.telegram.entities import KINDS, Entity, MarkupError, Tag, entity_of, finished, merged

SPACES = " \t\r\n\v\0"
ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:(?P<name>[A-Za-z]+)|#(?P<decimal>[0-9]+)|#x(?P<hex>[0-9A-Fa-f]+))", re.ASCII)
PLAIN = re.compile(r"[^<&]+")
QUOTED = {"'": re.compile(r"[^'&]+"), '"': re.compile(r'[^"&]+')}
LONGEST_REFERENCE = 10
HIGHEST = 0x10FFFF
SURROGATE = re.compile("[\ud800-\udfff]")
ADVICE = "check for unmatched surrogate code units"
TOKEN = frozenset(ascii_letters + digits + ".-")
CLASSES = {"span": "tg-", "code": "language-"}
"""How the classes begin that the server reads; others it does not even see."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a message shows, and how; offsets and lengths in UTF-16 code units."""

    text: str
    entities: tuple[Entity, ...] = ()


@dataclass(slots=True)
class Reader:
    """One pass over a text."""

    source: str
    at: int = 0
    text: list[str] = field(default_factory=list)
    length: int = 0
    open: list[Tag] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def parsed(self) -> Parsed:
        """The whole text; MarkupError at the first thing that is wrong with it."""
        while not self.ended():
            if self.source[self.at] != "<":
                self.add(self.run(PLAIN))
            elif self.source[self.at + 1 : self.at + 2] == "/":
                self.end_tag()
            else:
                self.start_tag()
        if self.open:
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        text = "".join(self.text)
        if SURROGATE.search(text):
            raise MarkupError(f"Text contains invalid Unicode characters after decoding HTML entities, {ADVICE}")
        return Parsed(text, finished(self.entities))

    def add(self, shown: str) -> None:
        """Let the message show it."""
        self.text.append(shown)
        self.length += len(shown) if shown.isascii() else len(shown.encode("utf-16-le", "surrogatepass")) // 2

    def run(self, plain: re.Pattern[str]) -> str:
        """All that is plain; else the next character, decoded where it is one of the few references that are known."""
        found = plain.match(self.source, self.at) or REFERENCE.match(self.source, self.at)
        decoded = None if found is None else found[0] if found.re is plain else reference(found)
        if found is None or decoded is None:
            self.at += 1
            return self.source[self.at - 1]
        self.at = found.end() + (found.re is REFERENCE and self.source[found.end() : found.end() + 1] == ";")
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
        self.open.append(Tag(name, self.length, len(self.text), attributes))

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
            value = self.value(tag, begin) if self.source[self.at] == "=" else ""
            if name != "class" or value.startswith(CLASSES.get(tag, "")):
                found[name] = value
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
            value.append(self.run(QUOTED[quote]))
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
        length = self.length - tag.offset
        made = entity_of(tag, "".join(self.text[tag.first :])) if length else None
        if made is None:
            return
        made |= {"offset": tag.offset, "length": length}
        both = merged(self.entities[-1] if self.entities else None, made)
        if both is not None:
            self.entities.pop()
        self.entities.append(both or made)

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
