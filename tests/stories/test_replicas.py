"""Two processes on one store: both send, one of them polls Telegram, and the other takes over when that one dies."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.postgres import PostgresServer
from tests.stories.process import CHANNEL, GROUP, Running, World, eventually, running, world

AT_ONCE = 10.0
"""Seconds within which another process has taken over and answered, on a machine that is busy with other tests."""


@pytest.fixture(params=["sqlite", "postgresql"])
async def around(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as around:
        if request.param == "postgresql":
            server: PostgresServer = request.getfixturevalue("postgres")
            around.configure(store=server.database())
        yield around


def polls(bot: Running) -> bool:
    return any("telegram_started" in line for line in bot.log)


def recorded(*bots: Running) -> int:
    """How many messages were sent, and are known to be."""
    return sum("delivery_sent" in line for bot in bots for line in bot.log)


async def test_one_polls_telegram_and_the_other_takes_over_when_that_one_is_killed(around: World) -> None:
    around.owe_an_edition()
    async with running(around) as one, running(around) as other:
        await eventually(lambda: polls(one) or polls(other))
        first, second = (one, other) if polls(one) else (other, one)
        await second.until_logged("telegram_polled_by_another")
        await around.telegram.say(GROUP, "/help")
        await eventually(lambda: bool(around.in_telegram("/latest")))
        await eventually(lambda: bool(around.in_telegram("Ulm") and around.in_slack("Ulm")))
        await eventually(lambda: recorded(one, other) == 3)  # else the kill would leave the chat in doubt

        await first.end()
        await around.telegram.say(GROUP, "/topics")
        await eventually(lambda: bool(around.in_telegram("Batteries")), AT_ONCE)
        await around.slack.command("/help", channel=CHANNEL)
        await eventually(lambda: bool(around.slack.responses))

        assert await second.stop() == 0
        assert not [line for line in first.log + second.log if "telegram_polled_elsewhere" in line]
        assert sum("telegram_polled_by_another" in line for line in second.log) == 1
    assert len(around.in_telegram("/latest")) == 1
    assert len(around.in_telegram("Ulm")) == len(around.in_slack("Ulm")) == 1


@pytest.mark.parametrize("around", ["sqlite"], indirect=True)
async def test_rolling_restarts_leave_telegram_polled_and_never_from_two_places(around: World) -> None:
    async with running(around) as old:
        await old.until_logged("telegram_started")
        async with running(around) as new:
            await new.until_logged("telegram_polled_by_another")
            assert await old.stop() == 0
            await new.until_logged("telegram_taken_over")
            await around.telegram.say(GROUP, "/topics")
            await eventually(lambda: bool(around.in_telegram("Batteries")), AT_ONCE)

            assert await new.stop() == 0
            assert not [line for line in old.log + new.log if "telegram_polled_elsewhere" in line]
