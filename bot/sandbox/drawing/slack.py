"""A message of a Slack channel as a Slack client shows it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from bot.sandbox.drawing.markup import NOTHING, Html, element, escaped, moment, object_of, objects, time
from bot.sandbox.drawing.slack_blocks import block_html
from bot.sandbox.drawing.slack_mrkdwn import mrkdwn

APP_NAME = "Heatwire"
"""What a bot is called whose messages do not say it."""
COLOURS = 6
ENDINGS = {"1": "1st", "2": "2nd", "3": "3rd"}
"""Of ordinal numbers, by their last digit."""


def post(message: Mapping[str, Any], zone: tzinfo = UTC) -> str:
    """The message object (docs.slack.dev/messaging) as HTML, its time as clocks in the zone show it.

    Its blocks are drawn where it has some, and its `text` where it has none, as Slack does. A stored message does not
    say its `channel`; who wants its controls pressed adds it.
    """
    place = {"data_channel": message.get("channel"), "data_ts": message.get("ts")}
    name, is_app = author(message)
    avatar = element("span", css=f"sl-avatar sl-colour-{colour(name)}", data_initial=name[:1].upper())
    badge = element("span", escaped("APP"), css="sl-badge") if is_app else NOTHING
    head = element("div", element("b", escaped(name), css="sl-name"), badge, _clock(message, zone), css="sl-head")
    edited = element("span", escaped("(edited)"), css="sl-edited") if message.get("edited") else NOTHING
    body = element("div", head, element("div", content(message, place), css="sl-content"), edited, css="sl-body")
    hint = element("div", escaped("Only visible to you"), css="sl-hint") if is_ephemeral(message) else NOTHING
    css = f"sl-message{' sl-ephemeral' if hint else ''}{' sl-reply' if is_reply(message) else ''}"
    return element("article", hint, avatar, body, css=css, **place, data_thread=message.get("thread_ts"))


def day(when: date) -> str:
    """What stands between messages where a day begins."""
    return element("div", element("span", escaped(f"{when:%A, %B} {ordinal(when.day)}")), css="sl-day")


def content(message: Mapping[str, Any], place: Mapping[str, Any]) -> Html:
    """What is said."""
    blocks = objects(message.get("blocks"))
    if blocks:
        return Html("".join(block_html(block, place) for block in blocks))
    return element("div", mrkdwn(str(message.get("text") or "")), css="sl-text", dir="auto")


def author(message: Mapping[str, Any]) -> tuple[str, bool]:
    """The name over the message, and whether it is an app's; a response to a command says neither."""
    is_app = "bot_id" in message or "user" not in message
    profile = object_of(message.get("bot_profile" if is_app else "user_profile"))
    name = message.get("username") or profile.get("name") or profile.get("real_name")
    return str(name or (APP_NAME if is_app else message["user"])), is_app


def is_ephemeral(message: Mapping[str, Any]) -> bool:
    """Whether one person only sees it."""
    said = message.get("is_ephemeral") or message.get("ephemeral")
    return bool(said) or message.get("response_type") == "ephemeral"


def is_reply(message: Mapping[str, Any]) -> bool:
    """Whether it stands in a thread, below the message that began it."""
    return message.get("thread_ts") not in {None, message.get("ts")}


def colour(name: str) -> int:
    """Which of the avatars' colours is the name's."""
    return sum(map(ord, name)) % COLOURS


def _clock(message: Mapping[str, Any], zone: tzinfo) -> Html:
    when = moment(message.get("ts"), zone)
    return NOTHING if when is None else time(when, twelve_hours(when), "sl-time")


def twelve_hours(when: datetime) -> str:
    """`9:05 AM`, in whatever locale."""
    return f"{when.hour % 12 or 12}:{when.minute:02} {'AM' if when.hour < 12 else 'PM'}"  # noqa: PLR2004 - noon


def ordinal(number: int) -> str:
    """`1st`, `12th`, `23rd`."""
    words = str(number)
    last = f"{words[-1]}th" if number // 10 % 10 == 1 else ENDINGS.get(words[-1], f"{words[-1]}th")
    return words[:-1] + last
