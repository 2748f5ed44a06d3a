"""The platforms plugged in as the settings say."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.chats import chats, composers, deaf
from bot.clock import SystemClock
from bot.observing import ignore
from bot.settings.loading import load_text
from tests.stories.process import TOKENS

PLAN = "digests: {one: {at: '09:00', to: [{console: true}]}}\narchive: {path: a}\n"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.mark.parametrize(
    ("switched_on", "plugged"),
    [
        ("", {"console"}),
        ("telegram: {}\n", {"telegram", "console"}),
        ("telegram: {}\nslack: {}\n", {"telegram", "slack", "console"}),
    ],
)
async def test_what_the_settings_name_is_plugged_in(
    session: aiohttp.ClientSession, switched_on: str, plugged: set[str]
) -> None:
    settings = load_text(PLAN + switched_on, Path("heatwire.yaml"), TOKENS)

    found = chats(settings, deaf(session, SystemClock(), ignore))

    assert set(found) == plugged
    assert set(found) <= set(composers())
    assert await found["console"].identity() == "this terminal"
