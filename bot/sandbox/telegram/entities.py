"""Which entity an element of Telegram's HTML makes: the rules of TDLib's `parse_html`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.telegram.links import checked_link, person_of

KINDS = {
    "a": "text_link", "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "s": "strikethrough",
    "strike": "strikethrough", "del": "strikethrough", "u": "underline", "ins": "underline", "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji", "tg-time": "date_time", "span": "spoiler", "pre": "pre", "code": "code",
    "blockquote": "blockquote",
}  # fmt: skip
RANKS = {
    "blockquote": 0, "expandable_blockquote": 0, "pre": 1, "code": 2, "date_time": 3, "text_link": 4, "text_mention": 4,
    "bold": 5, "italic": 6, "underline": 7, "strikethrough": 8, "spoiler": 9, "custom_emoji": 10,
}  # fmt: skip
"""Which comes first of two entities on the same text; of two of one rank, the inner."""

LANGUAGE = "language-"
EMOJI = re.compile(r"-?[1-9][0-9]*", re.ASCII)
HIGHEST_EMOJI = 2**63
SECONDS = re.compile(r"-?[0-9]+", re.ASCII)
TIME_FORMAT = re.compile(r"[rR]|[wWdDtT]*", re.ASCII)

Entity = Mapping[str, Any]


class MarkupError(ValueError):
    """What the server says after `Bad Request: can't parse entities: `."""


@dataclass(frozen=True, slots=True)
class Tag:
    """An element that is open, and where its text begins."""

    name: str
    offset: int
    """In UTF-16 code units."""
    first: int
    """In pieces of text."""
    attributes: Mapping[str, str]


def entity_of(tag: Tag, text: str) -> dict[str, Any] | None:
    """What the element makes of the text in it; None for nothing, MarkupError where the server refuses it."""
    match tag.name:
        case "a":
            return link_of(tag.attributes.get("href") or text)
        case "blockquote" if "expandable" in tag.attributes:
            return {"type": "expandable_blockquote"}
        case "code":
            return {"type": "code", **language_of(tag)}
        case "tg-emoji":
            return emoji_of(tag)
        case "tg-time":
            return time_of(tag)
        case name:
            return {"type": KINDS[name]}


def link_of(url: str) -> dict[str, Any] | None:
    """A link, or a mention of a person by number."""
    person = person_of(url)
    if person is not None:
        return {"type": "text_mention", "user": {"id": person, "is_bot": False, "first_name": ""}}
    checked = checked_link(url)
    return None if checked is None else {"type": "text_link", "url": checked}


def language_of(tag: Tag) -> dict[str, str]:
    """The language that code says it is in; it is shown only where the same text is preformatted too."""
    said = tag.attributes.get("class", "")
    named = said.startswith(LANGUAGE) and said != LANGUAGE
    return {"language": said.removeprefix(LANGUAGE)} if named else {}


def emoji_of(tag: Tag) -> dict[str, Any]:
    """A custom emoji."""
    number = tag.attributes.get("emoji-id", "")
    if not (EMOJI.fullmatch(number) and -HIGHEST_EMOJI <= int(number) < HIGHEST_EMOJI):
        raise MarkupError("Invalid custom emoji identifier specified")
    return {"type": "custom_emoji", "custom_emoji_id": number}


def time_of(tag: Tag) -> dict[str, Any] | None:
    """An instant, shown in the reader's own zone."""
    shape = tag.attributes.get("format", "")
    if not TIME_FORMAT.fullmatch(shape):
        raise MarkupError("Invalid date format used")
    found = SECONDS.match(tag.attributes.get("unix", ""))
    seconds = (int(found[0]) + 2**31) % 2**32 - 2**31 if found else 0
    if seconds <= 0:
        return None
    return {"type": "date_time", "unix_time": seconds, "date_time_format": shape}


def merged(before: Entity | None, made: dict[str, Any]) -> dict[str, Any] | None:
    """One entity for preformatted text that is code of a known language; None where the two stay two."""
    if before is None or (before["offset"], before["length"]) != (made["offset"], made["length"]):
        return None
    code, other = (made, before) if made["type"] == "code" else (before, made)
    if other["type"] != "pre" or code["type"] != "code" or "language" not in code or "language" in other:
        return None
    return {**other, "language": code["language"]}


def finished(entities: list[Entity]) -> tuple[Entity, ...]:
    """In the server's order: as they begin, the longer ones first; code by itself tells no language."""
    shown = ({k: v for k, v in one.items() if k != "language" or one["type"] == "pre"} for one in entities)
    return tuple(sorted(shown, key=lambda one: (one["offset"], -one["length"], RANKS[one["type"]])))
