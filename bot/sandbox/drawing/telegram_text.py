"""A Telegram message's text with its entities as HTML: nested as they are, cut where they cross."""

from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import Any, NamedTuple

from bot.sandbox.drawing.markup import Html, element, escaped, is_address, joined, link

MOST_ENTITIES = 100
"""Telegram shows no more in one message."""

_ELEMENTS = {
    "bold": ("b", ""),
    "italic": ("i", ""),
    "underline": ("u", ""),
    "strikethrough": ("s", ""),
    "code": ("code", "tg-code"),
    "blockquote": ("blockquote", "tg-quote"),
    "expandable_blockquote": ("blockquote", "tg-quote tg-expandable"),
    "spoiler": ("span", "tg-spoiler"),
}
"""What an entity becomes, and its class."""
_REVEALED = frozenset({"expandable_blockquote", "spoiler"})
"""What shows itself when it is touched."""
_TAPPABLE = frozenset({"mention", "text_mention", "hashtag", "cashtag", "bot_command", "email", "phone_number"})
_LINKS = frozenset({"text_link", "url"})


class Span(NamedTuple):
    """An entity's place in code points; the outer one of two sorts first."""

    start: int
    minus_end: int
    number: int
    entity: Mapping[str, Any]

    @property
    def end(self) -> int:
        """The code point behind the last."""
        return -self.minus_end


def formatted(text: str, entities: Sequence[Mapping[str, Any]]) -> Html:
    """The text as it is shown; entities count in UTF-16 code units (core.telegram.org/api/entities)."""
    return _Writer(text, spans(text, entities[:MOST_ENTITIES])).within(0, len(text), linked=False)


def spans(text: str, entities: Sequence[Mapping[str, Any]]) -> list[Span]:
    """Where each entity stands; those that stand nowhere in the text are left out."""
    places = [at for at, character in enumerate(text) for _ in range(1 + (character > "\uffff"))] + [len(text)]
    found = []
    for number, entity in enumerate(entities):
        offset, length = entity.get("offset"), entity.get("length")
        if not isinstance(offset, int) or not isinstance(length, int) or offset < 0:
            continue
        start, end = (places[min(max(unit, 0), len(places) - 1)] for unit in (offset, offset + length))
        if start < end:
            found.append(Span(start, -end, number, entity))
    return found


class _Writer:
    """Writes a text from its beginning to its end, with the entities that are still to come on a heap."""

    def __init__(self, text: str, coming: list[Span]) -> None:
        self._text = text
        self._coming = coming
        heapify(coming)

    def within(self, start: int, end: int, *, linked: bool) -> Html:
        """The text between two places; a link cannot stand in a link."""
        pieces = []
        while self._coming and self._coming[0].start < end:
            span = heappop(self._coming)
            if span.end > end:
                heappush(self._coming, span._replace(start=end))
            last = min(span.end, end)
            pieces.append(escaped(self._text[start : span.start]))
            links = span.entity.get("type") in _LINKS
            inner = self.within(span.start, last, linked=linked or links)
            pieces.append(inner if links and linked else shown(span.entity, inner, self._text[span.start : last]))
            start = last
        return joined([*pieces, escaped(self._text[start:end])])


def shown(entity: Mapping[str, Any], inner: Html, text: str) -> Html:
    """One entity around what it holds; one of a kind that is not known changes nothing."""
    kind = str(entity.get("type"))
    if kind == "pre":
        return element("code", inner, css="tg-pre", data_language=entity.get("language"))
    if kind in _LINKS:
        url = entity.get("url") if kind == "text_link" else text if is_address(text) else f"http://{text}"
        return link(url, inner, css="tg-link")
    if kind in _ELEMENTS:
        name, css = _ELEMENTS[kind]
        return element(name, inner, css=css, tabindex=0 if kind in _REVEALED else None)
    return element("span", inner, css="tg-link") if kind in _TAPPABLE else inner
