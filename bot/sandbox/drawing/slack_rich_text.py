"""Slack's `rich_text` blocks as HTML (docs.slack.dev/reference/block-kit/blocks/rich-text-block)."""

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from bot.sandbox.drawing.emoji import emoji
from bot.sandbox.drawing.markup import Html, element, escaped, link, moment, object_of, objects

DEEPEST = 8
"""A list's `indent` is 0 to 8."""
_MENTIONS = {
    "user": ("@", "user_id"),
    "usergroup": ("@", "usergroup_id"),
    "broadcast": ("@", "range"),
    "channel": ("#", "channel_id"),
}
"""What is written before the name, and where the name is."""
_STYLES = {"bold": "b", "italic": "i", "strike": "s", "underline": "u"}


def rich_text(block: Mapping[str, Any]) -> Html:
    """The whole block."""
    return element("div", *(_part(part) for part in objects(block.get("elements"))), css="sl-rich-text")


def _part(part: Mapping[str, Any]) -> Html:
    match part.get("type"):
        case "rich_text_list":
            return _list(part)
        case "rich_text_quote":
            return element("blockquote", *_inline(part), css="sl-quote", dir="auto")
        case "rich_text_preformatted":
            return element("code", *_inline(part), css="sl-pre")
        case _:
            return element("div", *_inline(part), css="sl-text", dir="auto")


def _list(part: Mapping[str, Any]) -> Html:
    items = [element("li", *_inline(item), dir="auto") for item in objects(part.get("elements"))]
    indent, offset = part.get("indent"), part.get("offset")
    css = f"sl-list sl-indent-{min(max(indent, 0), DEEPEST) if isinstance(indent, int) else 0}"
    if part.get("style") == "ordered":
        return element("ol", *items, css=css, start=offset + 1 if isinstance(offset, int) else None)
    return element("ul", *items, css=css)


def _inline(part: Mapping[str, Any]) -> Iterator[Html]:
    for piece in objects(part.get("elements")):
        yield _styled(_piece(piece), object_of(piece.get("style")))


def _piece(piece: Mapping[str, Any]) -> Html:
    kind = str(piece.get("type"))
    if kind in _MENTIONS:
        sign, name = _MENTIONS[kind]
        return element("span", escaped(f"{sign}{piece.get(name, '')}"), css="sl-mention")
    match kind:
        case "link":
            return link(piece.get("url"), escaped(piece.get("text") or piece.get("url", "")), css="sl-link")
        case "emoji":
            return escaped(emoji(str(piece.get("name", "")), piece.get("unicode")))
        case "color":
            return element("code", escaped(piece.get("value", "")), css="sl-code")
        case "date":
            return _date(piece)
        case _:
            return escaped(piece.get("text", ""))


def _date(piece: Mapping[str, Any]) -> Html:
    when = moment(piece.get("timestamp"), UTC)
    return escaped(piece.get("fallback") or ("" if when is None else f"{when:%B %d, %Y}"))


def _styled(inner: Html, style: Mapping[str, Any]) -> Html:
    if style.get("code"):
        inner = element("code", inner, css="sl-code")
    for name, tag in _STYLES.items():
        if style.get(name):
            inner = element(tag, inner)
    return inner
