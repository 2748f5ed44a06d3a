"""The small HTML of Slack's templates as Block Kit: text goes into `rich_text` and `plain_text`, which nothing parses.

Shapes and lengths are those of https://docs.slack.dev/reference/block-kit/blocks.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from digests.dialects.links import link
from digests.dialects.markup import Element, MarkupError, Node, Tags, parse, plain
from digests.dialects.text import units

MAX_TEXT = 3000
"""UTF-16 units in one text of a block."""
MAX_HEADER = 150
MAX_CONTEXT = 2000

_NONE: frozenset[str] = frozenset()
_STYLES = {"b": "bold", "i": "italic", "u": "underline", "s": "strike", "code": "code"}
_WRAPS = {"blockquote": "rich_text_quote", "pre": "rich_text_preformatted"}
_ALONE = ("h1", "small", "hr")
TAGS: Tags = {"a": frozenset({"href"})} | dict.fromkeys((*_STYLES, *_WRAPS, *_ALONE), _NONE)

Block = dict[str, Any]


def blocks(rendered: str) -> tuple[Block, ...]:
    """The blocks that a rendered template means; MarkupError where a tag is unknown or stands where it cannot."""
    builder = _Builder()
    for node in parse(rendered, TAGS):
        builder.add(node)
    return builder.done()


def texts(value: Any) -> Iterator[str]:
    """Every text and address in blocks, in no order: what counts towards a message's length."""
    if isinstance(value, dict):
        for key in value.keys() & {"text", "url", "elements"}:
            yield from texts(value[key])
    elif isinstance(value, str):
        yield value
    else:
        for item in value:
            yield from texts(item)


class _Builder:
    """Gathers pieces into sections, sections into rich text, and rich text into blocks."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._rich: list[Block] = []
        self._pieces: list[Block] = []

    def add(self, node: Node) -> None:
        if isinstance(node, Element) and node.tag in _ALONE:
            self._end_rich_text()
            self._blocks += _alone(node)
        elif isinstance(node, Element) and node.tag in _WRAPS:
            self._end_section()
            self._wrap(_WRAPS[node.tag], list(_inline(node.children, {})))
        else:
            self._pieces += _inline([node], {})

    def done(self) -> tuple[Block, ...]:
        self._end_rich_text()
        return tuple(self._blocks)

    def _end_rich_text(self) -> None:
        self._end_section()
        if self._rich:
            self._blocks.append({"type": "rich_text", "elements": self._rich})
            self._rich = []

    def _end_section(self) -> None:
        self._wrap("rich_text_section", self._pieces)
        self._pieces = []

    def _wrap(self, kind: str, pieces: list[Block]) -> None:
        trimmed = _trimmed(pieces)
        if trimmed:
            self._rich.append({"type": kind, "elements": trimmed})


def _alone(element: Element) -> Iterator[Block]:
    """A rule, a header or a line of small print; the latter as rich text where they are too long for their kind."""
    text = _only_text(element).strip()
    match element.tag:
        case "hr":
            yield {"type": "divider"}
        case _ if not text:
            return
        case "h1" if units(text) <= MAX_HEADER:
            yield {"type": "header", "text": {"type": "plain_text", "text": text}}
        case "small" if units(text) <= MAX_CONTEXT:
            yield {"type": "context", "elements": [{"type": "plain_text", "text": text}]}
        case tag:
            pieces = list(_pieces(text, {"bold": True} if tag == "h1" else {}, None))
            yield {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": pieces}]}


def _only_text(element: Element) -> str:
    for child in element.children:
        if isinstance(child, Element):
            raise MarkupError(f"<{child.tag}", f"stands in <{element.tag}>, which takes text only")
    return plain(element.children)


def _inline(nodes: Iterable[Node], style: Mapping[str, bool], address: str | None = None) -> Iterator[Block]:
    for node in nodes:
        if isinstance(node, str):
            yield from _pieces(node, style, address)
        elif node.tag == "a":
            yield from _inline(node.children, style, link(node.attributes.get("href", "")))
        elif node.tag in _STYLES:
            yield from _inline(node.children, {**style, _STYLES[node.tag]: True}, address)
        else:
            raise MarkupError(f"<{node.tag}", "stands inside another tag")


def _pieces(text: str, style: Mapping[str, bool], address: str | None) -> Iterator[Block]:
    """One element as a rule; several where the text is longer than one may be."""
    kind: Block = {"type": "text"} if address is None else {"type": "link", "url": address}
    styled = {"style": dict(style)} if style else {}
    step = MAX_TEXT // 2  # no character is longer than two units
    for start in range(0, len(text), step):
        yield {**kind, "text": text[start : start + step], **styled}


def _trimmed(pieces: list[Block]) -> list[Block]:
    """Without white space at the ends, where templates have line breaks that no reader should see."""
    while pieces and not pieces[0]["text"].strip():
        pieces = pieces[1:]
    while pieces and not pieces[-1]["text"].strip():
        pieces = pieces[:-1]
    if pieces:
        pieces[0] = pieces[0] | {"text": pieces[0]["text"].lstrip()}
        pieces[-1] = pieces[-1] | {"text": pieces[-1]["text"].rstrip()}
    return pieces
