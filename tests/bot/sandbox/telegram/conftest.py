"""A stand-in for Telegram on a clock that is set by hand, with a recorder, and a plain client of it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.sandbox.recording import Recorder
from bot.sandbox.telegram.stand_in import TelegramStandIn
from tests.bot.sandbox.telegram.client import CHANNEL, GROUP, PERSON, SUPERGROUP, Client
from tests.clock import SettableClock


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
async def client(clock: SettableClock, recorder: Recorder) -> AsyncIterator[Client]:
    async with TelegramStandIn(clock=clock, recorder=recorder) as telegram, aiohttp.ClientSession() as session:
        for chat in (PERSON, GROUP):
            telegram.chats.add(chat)
        telegram.chats.add(SUPERGROUP, forum=True)
        telegram.chats.add(CHANNEL, "channel", username="news")
        yield Client(telegram, session)
