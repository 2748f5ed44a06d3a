"""A chat is gone: the rest of the edition goes on, and the admins are told once, with what they can do."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.process import World, eventually, running, world

ADMIN = 77
GONE = -42


@pytest.fixture
async def around(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as around:
        around.telegram.chats.add(ADMIN)
        around.configure(group=GONE)
        with around.config.open("a", encoding="utf-8") as file:
            file.write(f"admins: [{{telegram: {ADMIN}}}]\n")
        yield around


def told(around: World) -> list[str]:
    """What stands in the admin's chat."""
    return [message["text"] for message in around.telegram.messages(ADMIN)]


async def test_an_admin_is_told_of_a_chat_that_is_gone_and_the_others_get_their_edition(around: World) -> None:
    around.owe_an_edition()
    async with running(around) as bot:
        await bot.until_logged("delivery_lost")
        await eventually(lambda: bool(around.in_slack("Ulm")))
        assert await bot.stop() == 0

    # What is to be told is looked for as soon as a process comes up.
    async with running(around) as bot:
        await eventually(lambda: bool(told(around)))
        assert await bot.stop() == 0
    async with running(around) as bot:
        await bot.until_logged("telegram_started")
        assert await bot.stop() == 0

    (text,) = told(around)
    assert "telegram:-42 is paused: " in text
    assert "let the bot in again" in text
