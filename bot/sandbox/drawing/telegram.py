"""A message of the Bot API as the bubble that a Telegram client shows."""

from collections.abc import Mapping
from datetime import UTC, date, tzinfo
from typing import Any

from bot.sandbox.drawing.markup import (
    NOTHING,
    Html,
    element,
    escaped,
    is_address,
    link,
    moment,
    object_of,
    objects,
    time,
)
from bot.sandbox.drawing.telegram_text import formatted

COLOURS = 7
"""Telegram gives each sender one of so many, by the remainder of the id."""
SERVICE = {
    "migrate_to_chat_id": "The group was upgraded to a supergroup",
    "migrate_from_chat_id": "The group was upgraded to a supergroup",
    "new_chat_members": "New members joined the group",
    "left_chat_member": "A member left the group",
    "forum_topic_created": "A topic was created",
}


def bubble(message: Mapping[str, Any], zone: tzinfo = UTC) -> str:
    """The `Message` object (core.telegram.org/bots/api#message) as HTML, its time as clocks in the zone show it.

    What a person wrote stands on the right, as one's own; whatever is no message is a line in the middle.
    """
    place = {"data_chat": object_of(message.get("chat")).get("id"), "data_message": message.get("message_id")}
    text = _text(message)
    if text is None:
        service = next((words for key, words in SERVICE.items() if key in message), "Unsupported message")
        return element("article", element("span", escaped(service)), css="tg-service", **place)
    own = object_of(message.get("from")).get("is_bot") is False
    keyboard = _keyboard(message, place)
    body = element("div", *_sender(message, own=own), text, _stamp(message, zone), css="tg-bubble")
    css = f"tg-message{' tg-own' if own else ''}{' tg-has-keyboard' if keyboard else ''}"
    return element("article", body, keyboard, css=css, **place, data_thread=message.get("message_thread_id"))


def day(when: date) -> str:
    """What stands between messages where a day begins."""
    return element("div", element("span", escaped(f"{when:%B} {when.day}")), css="tg-service tg-day")


def _text(message: Mapping[str, Any]) -> Html | None:
    for text, entities in (("text", "entities"), ("caption", "caption_entities")):
        if isinstance(message.get(text), str):
            inner = formatted(message[text], objects(message.get(entities)))
            return element("div", inner, css="tg-text", dir="auto")
    return None


def _sender(message: Mapping[str, Any], *, own: bool) -> tuple[Html, ...]:
    """The name over what others wrote, where more than one may write, and in groups their picture beside it."""
    kind = object_of(message.get("chat")).get("type")
    sender = object_of(message.get("sender_chat") or message.get("from"))
    name = " ".join(str(sender[key]) for key in ("title", "first_name", "last_name") if sender.get(key))
    if own or kind == "private" or not name:
        return ()
    number = sender.get("id")
    colour = f"tg-colour-{abs(number) % COLOURS if isinstance(number, int) else 0}"
    label = element("div", escaped(name), css=f"tg-sender {colour}", dir="auto")
    picture = element("span", css=f"tg-avatar {colour}", data_initial=name[:1].upper())
    return (label,) if kind == "channel" else (label, picture)


def _stamp(message: Mapping[str, Any], zone: tzinfo) -> Html:
    when = moment(message.get("date"), zone)
    edited = escaped("edited ") if message.get("edit_date") else NOTHING
    clock = NOTHING if when is None else time(when, f"{when:%H:%M}", "tg-time")
    return element("span", edited, clock, css="tg-stamp")


def _keyboard(message: Mapping[str, Any], place: Mapping[str, Any]) -> Html:
    rows = object_of(message.get("reply_markup")).get("inline_keyboard")
    drawn = [
        element("div", *(_button(button, place) for button in objects(row)), css="tg-row")
        for row in (rows if isinstance(rows, list) else [])
    ]
    return element("div", *drawn, css="tg-keyboard") if drawn else NOTHING


def _button(button: Mapping[str, Any], place: Mapping[str, Any]) -> Html:
    label = element("span", escaped(button.get("text", "")), dir="auto")
    if is_address(button.get("url")):
        return link(button["url"], label, css="tg-button tg-url-button")
    return element("button", label, css="tg-button", type="button", **place, data_callback=button.get("callback_data"))
