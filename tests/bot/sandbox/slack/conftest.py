"""A stand-in, and a bot as plain as can be."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox.slack.stand_in import SlackStandIn
from tests.bot.sandbox.slack.plain import Client


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn() as slack:
        yield slack


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def client(slack: SlackStandIn, http: aiohttp.ClientSession) -> Client:
    return Client(slack, http)


@pytest.fixture
def section() -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "Hot"}}
