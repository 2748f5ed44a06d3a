"""The sandbox's page as a person uses it, in a real browser, with the real bot behind it."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.demo.unfolding import unfold
from bot.sandbox.hub.hub import Hub
from bot.sandbox.hub.replay import Replay
from bot.sandbox.hub.rooms import FORUM, NEWS, PRIVATE
from tests.browser import Page, browser
from tests.stories.process import Running, World, running


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where screenshots are kept: to be looked at, in the folder that HEATWIRE_SCREENSHOTS names."""
    folder = Path(os.environ.get("HEATWIRE_SCREENSHOTS") or tmp_path / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    async with browser(tmp_path) as page:
        yield page


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[Hub, Running]]:
    """The sandbox, with a bot at work in it that owes a digest."""
    async with Hub() as hub:
        around = World(folder, hub.telegram, hub.slack)
        unfold(folder / "archive", datetime.now(UTC))
        around.configure(group=PRIVATE, channel=NEWS)
        around.owe_an_edition()
        environ = {
            "HEATWIRE_TELEGRAM_TOKEN": hub.tokens.telegram,
            "HEATWIRE_SLACK_BOT_TOKEN": hub.tokens.slack_bot,
            "HEATWIRE_SLACK_APP_TOKEN": hub.tokens.slack_app,
        }
        async with running(around, environ=environ) as bot:
            yield hub, bot
        around.judge()


async def test_digests_arrive_live_and_both_chats_can_be_talked_in(page: Page, tmp_path: Path, pictures: Path) -> None:
    async with served(tmp_path) as (hub, bot):
        await page.open(hub.address)
        await page.sees("#telegram .tg-message", "Ulm")
        await page.sees("#slack .sl-message", "Ulm")
        await page.screenshot(pictures / "digests.png")

        await page.type("#telegram-text", "/latest ai")
        await page.sees("#telegram .tg-own", "/latest ai")
        await page.click("#telegram .tg-button", "6\N{EN DASH}9")
        await page.sees("#telegram .tg-button", "1\N{EN DASH}5")
        await page.type("#slack-text", "/latest ai")
        await page.sees("#slack .sl-ephemeral", "Ulm")
        await page.click("#slack .sl-button", "6\N{EN DASH}9")
        await page.sees("#slack .sl-button", "1\N{EN DASH}5")
        await page.type("#slack-text", "@heatwire latest climate")
        await page.sees("#slack .sl-reply", "Salzach")
        await taken(page, pictures)

        assert await bot.stop() == 0
    assert page.complaints == []


async def taken(page: Page, pictures: Path) -> None:
    """Pictures of the page: light and dark, and as a phone shows it."""
    await page.screenshot(pictures / "light.png")
    await page.prefer(dark=True)
    await page.until("document.documentElement.dataset.theme === 'dark'")
    await page.screenshot(pictures / "dark.png")
    await page.resize(900, 900)
    await page.screenshot(pictures / "tablet.png")
    await page.resize(390, 844)
    await page.screenshot(pictures / "phone-telegram.png")
    await page.prefer(dark=False)
    for view in ("Slack", "Calls"):
        await page.click(".tabs button", view)
        await page.screenshot(pictures / f"phone-{view.lower()}.png")


async def test_the_payload_the_verdict_and_the_calls_are_there_to_look_at(page: Page, pictures: Path) -> None:
    async with Hub() as hub, bot_of(hub) as send:
        await page.open(hub.address)
        await page.click("#faults button", "429")
        await page.sees("#toast", "sendMessage")
        await send(text="refused")
        await send(text="<b>Moon</b> dust", parse_mode="HTML")
        await send(text="<moon>", parse_mode="HTML")

        await page.sees("#calls .odd", "429")
        await page.sees("#calls .wrong", "can't parse entities")
        await page.click("#telegram .behind summary", "accepted")
        await page.sees("#telegram .behind pre", '"text": "<b>Moon</b> dust"')
        await page.click("#calls summary", "can't parse")
        await page.sees("#calls pre", '"error_code": 400')
        await page.screenshot(pictures / "behind.png")
        await page.type("#calls-filter", "slack")
        await page.until("![...document.querySelectorAll('#calls li')].some(one => one.getClientRects().length)")
    assert page.complaints == []


@asynccontextmanager
async def bot_of(hub: Hub) -> AsyncIterator[Callable[..., Awaitable[None]]]:
    """A bot that does nothing but write into the private chat."""
    async with aiohttp.ClientSession() as session:

        async def send(**said: Any) -> None:
            address = f"{hub.telegram.url}/bot{hub.tokens.telegram}/sendMessage"
            await session.post(address, json={"chat_id": PRIVATE, **said})

        yield send


async def test_each_chat_and_each_topic_can_be_chosen_and_the_theme_too(page: Page) -> None:
    async with Hub() as hub:
        await page.open(hub.address)
        await page.choose("#telegram-room", "Newsroom: Science")
        await page.type("#telegram-text", "hello, scientists")
        await page.sees("#telegram .tg-own", "hello, scientists")
        await page.choose("#telegram-room", "Newsroom")
        await page.until("!document.querySelector('#telegram .message')")
        await page.choose("#slack-room", "#research")
        await page.type("#slack-text", "nobody hears this")
        await page.sees("#slack .sl-text", "nobody hears this")
        await page.sees("#toast", "@heatwire")
        await page.type("#slack-text", "/latest")
        await page.sees("#toast", "no bot is connected")
        await page.click("#theme")
        await page.until("document.documentElement.dataset.theme === 'dark'")

    [message] = hub.telegram.history(FORUM)
    assert (message["text"], message["message_thread_id"]) == ("hello, scientists", 7)
    assert page.complaints == []


async def test_what_somebody_else_wrote_is_text_and_never_part_of_the_page(page: Page) -> None:
    hostile = "<img src=x onerror=\"document.title='taken over'\"><script>document.title='taken over'</script>"
    async with Hub() as hub:
        await page.open(hub.address)
        await hub.telegram.say(PRIVATE, hostile)
        await page.type("#slack-text", hostile)
        await page.sees("#telegram .tg-text", "<script>")
        await page.sees("#slack .sl-text", "<script>")

        assert await page.ask("document.title") == "Sandbox"
    assert page.complaints == []


async def test_a_recording_is_shown_again(page: Page, pictures: Path) -> None:
    async with Hub() as hub, bot_of(hub) as send:
        await send(text="first")
        await send(text="second")
        recording = hub.recorder.entries()

    async with Replay(recording) as replay:
        await page.open(replay.address)
        await page.sees("#telegram .tg-message", "second")
        await page.sees("#status", "a recording")
        await page.screenshot(pictures / "replay.png")

        assert not await page.ask("document.querySelector('.composer').getClientRects().length")
    assert page.complaints == []
