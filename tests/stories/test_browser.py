"""The sandbox's page as a person uses it, in a real browser, with the real bot behind it."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo.unfolding import unfold
from bot.sandbox.hub.hub import Hub
from bot.sandbox.hub.rooms import NEWS, PRIVATE
from tests.browser import Page, browser
from tests.stories.process import Running, World, running

BUTTON = "#telegram .tg-button"


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

        await page.type("#telegram-text", "/latest ai")
        await page.sees("#telegram .tg-own", "/latest ai")
        await page.type("#slack-text", "/latest ai")
        await page.sees("#slack .sl-ephemeral", "Ulm")
        await page.type("#slack-text", "@heatwire latest climate")
        await page.sees("#slack .sl-reply", "Salzach")
        await page.screenshot(pictures / "light.png")
        await page.prefer(dark=True)
        await page.until("document.documentElement.dataset.theme === 'dark'")
        await page.screenshot(pictures / "dark.png")
        await page.resize(390, 844)
        await page.screenshot(pictures / "phone-telegram.png")
        await page.click(".tabs button", "Slack")
        await page.screenshot(pictures / "phone-slack.png")

        assert await bot.stop() == 0
    assert page.complaints == []
