"""A digest as it looks in both chats: an HTML file, and a picture of it."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from bot.cli.browser import draw
from bot.cli.options import Theme
from bot.errors import BotError, UsageError
from bot.plans import DigestPlan
from bot.publishing.publisher import Publisher
from bot.sandbox.drawing import slack, telegram
from bot.sandbox.drawing.document import document
from bot.sandbox.slack.stand_in import SlackStandIn
from bot.sandbox.telegram.stand_in import TelegramStandIn
from digests.message import Message

WIDTH = 1192
"""Pixels of the page: two chats as wide as their apps show them, and a margin."""
TOKEN = "123456:PREVIEW"  # noqa: S105  # invented
CHAT = -1_000_000_000_001
CHANNEL = "C0PREVIEW"
SENDER = {"id": 1, "is_bot": True, "first_name": "Heatwire"}


def write_picture(target: Path, html: str) -> tuple[Path, ...]:
    """Write `target` (.html, or .png with the HTML beside it); the files written.

    Raises:
        UsageError: `target` is neither.
        BrowserError: the HTML is written, and no picture of it.
    """
    if target.suffix not in {".html", ".png"}:
        raise UsageError(f"{str(target)!r} is neither a .png nor a .html")
    page = target.with_suffix(".html")
    try:
        page.write_text(html, "utf-8")
        if target == page:
            return (page,)
        target.write_bytes(draw(page, WIDTH))
    except OSError as error:
        raise BotError(f"{error.filename}: {error.strerror}") from error
    return target, page


def page_of(plan: DigestPlan, at: datetime, publisher: Publisher, *, theme: Theme, explain: bool) -> str:
    """Both chats after the digest came, their clocks in the digest's time zone."""
    for_telegram, for_slack = (
        messages(publisher, plan, at, dialect, explain=explain) for dialect in ("telegram", "slack")
    )
    zone = plan.timetable.timezone
    today = at.astimezone(zone).date()
    in_group = asyncio.run(in_telegram(plan.title, for_telegram, at))
    in_channel = asyncio.run(in_slack(for_slack, at))
    return document(
        plan.title,
        [telegram.day(today), *(telegram.bubble(message, zone) for message in in_group)] if in_group else [],
        [slack.day(today), *(slack.post(message, zone) for message in in_channel)] if in_channel else [],
        theme=theme.value,
    )


def messages(
    publisher: Publisher, plan: DigestPlan, at: datetime, dialect: str, *, explain: bool
) -> tuple[Message, ...]:
    """What the digest says in a dialect: to its first destination there, or to its first at all if it has none."""
    copies = publisher.preview(plan, at, dialect=dialect, explain=explain)
    chosen = [copy for copy in copies if copy.destination.platform == dialect] or list(copies)
    return chosen[0].messages


async def in_telegram(title: str, said: Sequence[Message], at: datetime) -> list[Mapping[str, Any]]:
    """The messages as they stand in a group after they were sent there; BotError where Telegram would refuse one."""
    async with TelegramStandIn(TOKEN) as stand_in:
        stand_in.chats.add(CHAT, title=title)
        url = f"{stand_in.url}/bot{TOKEN}/sendMessage"
        await _post(url, [{**message.payload, "chat_id": CHAT} for message in said])
        return [{**message, "from": SENDER, "date": int(at.timestamp())} for message in stand_in.messages(CHAT)]


async def in_slack(said: Sequence[Message], at: datetime) -> list[Mapping[str, Any]]:
    """The messages as they stand in a channel after they were posted there; BotError where Slack would refuse one."""
    async with SlackStandIn(bot_token=TOKEN) as stand_in:
        stand_in.add_channel(CHANNEL)
        await _post(f"{stand_in.url}chat.postMessage", [{**message.payload, "channel": CHANNEL} for message in said])
        ts = f"{at.timestamp():.6f}"
        return [{**message, "channel": CHANNEL, "ts": ts} for message in stand_in.messages(CHANNEL)]


async def _post(url: str, calls: Sequence[Mapping[str, Any]]) -> None:
    async with ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session:
        for call in calls:
            async with session.post(url, json=call) as response:
                answer = await response.json()
            if not answer["ok"]:
                reasons = (
                    [answer["description"]] if "description" in answer else [answer["error"], *answer.get("errors", ())]
                )
                raise BotError(f"the platform refuses the message: {', '.join(reasons)}")
