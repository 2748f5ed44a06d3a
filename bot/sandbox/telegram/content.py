"""What a call wants to show, as the Bot API takes it: text with its entities, and buttons."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.sandbox.telegram.entities import MarkupError
from bot.sandbox.telegram.html import Parsed, parse_html
from bot.sandbox.telegram.links import checked_link
from bot.sandbox.telegram.refusals import bad_request
from bot.sandbox.telegram.requests import Arguments

LONGEST_TEXT = 4096
"""Unicode characters, once parsed: https://core.telegram.org/bots/api#sendmessage."""
LONGEST_SOURCE = 1 << 15
"""Bytes, before parsing."""
MOST_ENTITIES = 100
LONGEST_DATA = 64
"""Bytes: https://core.telegram.org/bots/api#inlinekeyboardbutton."""

SPACES = " \t\r\n\v\f\0"
OTHER_KINDS = ("login_url", "switch_inline_query", "switch_inline_query_current_chat", "web_app", "copy_text", "pay")
"""Buttons that are neither data nor a link, and are taken as they are."""


def text_of(arguments: Arguments, name: str = "text") -> dict[str, Any]:
    """The text that is shown, with its entities; RefusedError where Telegram takes none of it."""
    parsed = trimmed(parsed_text(arguments, name))
    if not parsed.text:
        raise bad_request("message text is empty")
    if len(parsed.text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    entities = [dict(one) for one in parsed.entities[:MOST_ENTITIES]]
    return {"text": parsed.text, "entities": entities} if entities else {"text": parsed.text}


def parsed_text(arguments: Arguments, name: str) -> Parsed:
    """The text with its markup read, or with the entities that came beside it. Of the parse modes, HTML is spoken."""
    source = str(arguments.get(name) or "")
    if len(source.encode("utf-8", "replace")) > LONGEST_SOURCE:
        raise bad_request("text is too long")
    match str(arguments.get("parse_mode") or "").lower():
        case "html":
            try:
                return parse_html(source)
            except MarkupError as fault:
                raise bad_request(f"can't parse entities: {fault}") from fault
        case "" | "none":
            return Parsed(source, tuple(arguments.get("entities") or ()))
        case _:
            raise bad_request("unsupported parse_mode")


def trimmed(parsed: Parsed) -> Parsed:
    """Without the spaces around it; entities that were on nothing else are gone."""
    text = parsed.text.strip(SPACES)
    lead = len(parsed.text) - len(parsed.text.lstrip(SPACES))
    length = len(text.encode("utf-16-le", "surrogatepass")) // 2
    moved = (cut_to(one, lead, length) for one in parsed.entities)
    return Parsed(text, tuple(one for one in moved if one["length"] > 0))


def cut_to(entity: Mapping[str, Any], lead: int, length: int) -> dict[str, Any]:
    """The part of the entity that is within a text of this length, begun so much later; in UTF-16 code units."""
    begin = max(entity["offset"] - lead, 0)
    end = min(entity["offset"] - lead + entity["length"], length)
    return {**entity, "offset": begin, "length": end - begin}


def keyboard_of(arguments: Arguments) -> dict[str, Any]:
    """The inline keyboard; RefusedError where a button is one that Telegram does not take."""
    markup = arguments.get("reply_markup") or {}
    if not isinstance(markup, Mapping):
        raise bad_request("object expected as reply markup")
    rows: Iterable[Any] = markup.get("inline_keyboard") or []
    for button in (button for row in rows for button in row):
        check_button(button)
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def check_button(button: Mapping[str, Any]) -> None:
    """RefusedError where the button is wrong."""
    if not button.get("text"):
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    if "url" in button:
        if checked_link(str(button["url"])) is None:
            raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    elif "callback_data" in button:
        if not 1 <= len(str(button["callback_data"]).encode()) <= LONGEST_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
    elif not any(kind in button for kind in OTHER_KINDS):
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
