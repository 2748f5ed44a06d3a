"""Telegram's dialect: HTML of few tags, counted in UTF-16 units and entities, in which a stranger's text is only text.

The rules are those of https://core.telegram.org/bots/api#html-style and of TDLib, which the Bot API parses with.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape

from digests.dialects.dialect import Cost, Part
from digests.dialects.links import link
from digests.dialects.markup import Element, Node, Tags, elements, parse, plain
from digests.dialects.text import clean, units
from digests.message import Message

MAX_UNITS = 4096
"""UTF-16 units after parsing. The server counts code points, clients units: never fewer, so safe under both."""
MAX_ENTITIES = 100
"""What is beyond is ignored without a word."""
MAX_BYTES = 35_000
"""Of HTML in UTF-8; what is beyond is cut before parsing, without a word."""

_NONE: frozenset[str] = frozenset()
TAGS: Tags = {
    "a": frozenset({"href"}),
    "b": _NONE,
    "i": _NONE,
    "u": _NONE,
    "s": _NONE,
    "code": _NONE,
    "pre": _NONE,
    "blockquote": frozenset({"expandable"}),
    "tg-spoiler": _NONE,
}

_GAP = "\n\n"
_WORD_JOINER = "\u2060"
_LIVE = re.compile(
    r"[@#/$.](?:"
    r"(?<=@)(?=\w)|(?<=#)(?=\S)|(?<=\$)(?=1?[A-Z])"  # a mention or an address, a hashtag, a cashtag
    r"|(?<=/)(?<!\w/)(?=\w)|(?<=//)"  # a command, tg://…
    r"|(?<=\S\.)(?=[^\W\d_])"  # a bare host: Telegram links evil.com in a title by itself
    r"|(?<=\d\.)(?=\d+\.\d)"  # 1.2.3.4, likewise
    r")"
)
_COMMAND = re.compile(r"/[a-z0-9_]{1,32}(?!\S)")


class Telegram:
    """Messages for `sendMessage` in parse mode HTML."""

    name = "telegram"
    markup = True
    limit: Cost = (MAX_UNITS, MAX_ENTITIES, MAX_BYTES)
    gap: Cost = (len(_GAP), 0, len(_GAP))

    def length(self, text: str) -> int:
        """In UTF-16 units."""
        return units(text)

    def text(self, value: str, *, commands: bool = False) -> str:
        """Clean, and with a word joiner in whatever Telegram would make tappable by itself."""
        shown = clean(value)
        command = _COMMAND.match(shown) if commands else None
        kept = command[0] if command else ""
        return kept + _LIVE.sub(_defused, shown[len(kept) :])

    def part(self, rendered: str) -> Part:
        """Costs UTF-16 units of text, entities and bytes of HTML; MarkupError where a tag is not Telegram's."""
        nodes = parse(rendered.strip(), TAGS)
        text = plain(nodes)
        if not text.strip():
            return Part("", (0, 0, 0))
        written = _html(nodes)
        entities = sum(1 for _ in elements(nodes))
        return Part(written, (units(text), entities, len(written.encode())))

    def message(self, parts: Sequence[Part], *, link_previews: bool) -> Message:
        """The parts, a blank line between each two."""
        return Message(
            self.name,
            {
                "text": _GAP.join(part.content for part in parts),
                "parse_mode": "HTML",
                "link_preview_options": {"is_disabled": not link_previews},
            },
        )


def _defused(found: re.Match[str]) -> str:
    return found[0] + _WORD_JOINER


def _html(nodes: Iterable[Node]) -> str:
    return "".join(escape(node, quote=False) if isinstance(node, str) else _element(node) for node in nodes)


def _element(element: Element) -> str:
    inner = _html(element.children)
    match element.tag:
        case "a":
            # Telegram takes the text of a link without an address for the address.
            address = link(element.attributes.get("href", ""))
            return inner if address is None else f'<a href="{escape(address)}">{inner}</a>'
        case "blockquote" if "expandable" in element.attributes:
            return f"<blockquote expandable>{inner}</blockquote>"
        case tag:
            return f"<{tag}>{inner}</{tag}>"
