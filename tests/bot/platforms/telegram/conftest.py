"""The stage of the Telegram tests; every call made on it is judged by the published Bot API and by TDLib."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.sandbox.telegram.stand_in import TelegramStandIn
from tests.bot.platforms.telegram.stage import CHANNEL, GROUP, PERSON, SUPERGROUP, TOKEN, Stage, staged
from tests.judges import bot_api
from tests.judges.telegram import Parsed, verdict
from tests.shared import shared_folder


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(trust_env=False) as session:
        yield session


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn(TOKEN) as telegram:
        for chat in (PERSON, GROUP, CHANNEL):
            telegram.chats.add(chat)
        telegram.chats.add(CHANNEL, "channel", username="news")
        telegram.chats.add(SUPERGROUP, forum=True)
        yield telegram
    _judge(telegram)


@pytest.fixture
async def stage(session: aiohttp.ClientSession, telegram: TelegramStandIn) -> Stage:
    return staged(telegram.url, TOKEN, session, telegram)


def _judge(telegram: TelegramStandIn) -> None:
    published = (shared_folder() / "specs" / "telegram-bot-api-10.1.json").is_file()
    for call in telegram.calls:
        assert not published or bot_api.faults(call.method, call.arguments) == []
        if call.arguments.get("parse_mode") == "HTML":
            assert isinstance(verdict(call.arguments["text"]), Parsed)
