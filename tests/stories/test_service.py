"""The bot run as its users run it: a process, two chats, and what happens between them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.process import CHANNEL, GROUP, TOKENS, World, eventually, running, world


@pytest.fixture
async def around(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as around:
        yield around


async def test_an_edition_arrives_in_both_chats_and_commands_are_answered_there(around: World) -> None:
    around.owe_an_edition()
    async with running(around) as bot:
        await eventually(lambda: bool(around.in_telegram("Ulm") and around.in_slack("Ulm")))
        await around.telegram.say(GROUP, "/topic batteries")
        await around.slack.command("/topics", channel=CHANNEL)
        await around.slack.mention(CHANNEL, "latest climate")
        await eventually(lambda: bool(around.in_telegram("Sand battery passes its third winter")[1:]))
        await eventually(lambda: bool(around.slack.responses and around.in_slack("Salzach")[1:]))

        assert await bot.stop() == 0


async def test_nothing_arrives_twice_after_a_restart(around: World) -> None:
    around.owe_an_edition()
    async with running(around) as bot:
        await eventually(lambda: bool(around.in_telegram("Ulm") and around.in_slack("Ulm")))
        assert await bot.stop() == 0

    async with running(around):
        await around.telegram.say(GROUP, "/help")
        await around.slack.command("/topics", channel=CHANNEL)
        await eventually(lambda: bool(around.in_telegram("/latest") and around.slack.responses))

    assert len(around.in_telegram("Ulm")) == 1
    assert len(around.in_slack("Ulm")) == 1


async def test_nothing_arrives_twice_after_a_kill(around: World) -> None:
    around.owe_an_edition()
    async with running(around) as bot:
        await eventually(lambda: sum("delivery_sent" in line for line in bot.log) == 2)
        await bot.end()

    async with running(around):
        await around.telegram.say(GROUP, "/help")
        await eventually(lambda: bool(around.in_telegram("/latest")))

    assert len(around.in_telegram("Ulm")) == 1


async def test_a_second_process_sends_nothing_twice(around: World) -> None:
    around.owe_an_edition()
    async with running(around) as one, running(around) as other:
        await eventually(lambda: bool(around.in_telegram("Ulm") and around.in_slack("Ulm")))
        await one.until_logged("service_started")
        await other.until_logged("service_started")
        await around.slack.command("/help", channel=CHANNEL)
        await eventually(lambda: bool(around.slack.responses))
        assert (await one.stop(), await other.stop()) == (0, 0)

    assert len(around.in_telegram("Ulm")) == 1
    assert len(around.in_slack("Ulm")) == 1


async def test_trouble_with_one_platform_does_not_stop_the_other(around: World) -> None:
    around.owe_an_edition()
    wrong = {**TOKENS, "HEATWIRE_SLACK_BOT_TOKEN": "xoxb-wrong", "HEATWIRE_SLACK_APP_TOKEN": "xapp-wrong"}
    async with running(around, environ=wrong) as bot:
        await eventually(lambda: bool(around.in_telegram("Ulm")))
        await around.telegram.say(GROUP, "/topics")
        await eventually(lambda: bool(around.in_telegram("Batteries")))

        assert await bot.stop() == 0


async def test_a_changed_configuration_is_applied_and_its_difference_said(around: World) -> None:
    async with running(around) as bot:
        await bot.until_logged("service_started")
        around.configure(topics="Space")

        line = await bot.until_logged("configuration_changed")
        await around.telegram.say(GROUP, "/topics")
        await eventually(lambda: bool(around.in_telegram("Batteries")))

    assert "topics" in line


async def test_a_broken_configuration_is_reported_once_and_the_old_one_stays(around: World) -> None:
    async with running(around) as bot:
        await bot.until_logged("service_started")
        around.config.write_text(around.config.read_text("utf-8").replace("limit: 50", "limti: 50"), "utf-8")

        line = await bot.until_logged("configuration_rejected")
        await around.telegram.say(GROUP, "/topics")
        await eventually(lambda: bool(around.in_telegram("Batteries")))

        assert await bot.stop() == 0
    assert "heatwire.yaml:12: digests.morning.limti" in line
    assert sum("configuration_rejected" in line for line in bot.log) == 1


async def test_no_token_is_ever_in_the_log(around: World) -> None:
    around.owe_an_edition()
    async with running(around) as bot:
        await eventually(lambda: bool(around.in_telegram("Ulm") and around.in_slack("Ulm")))
        await bot.stop()

    said = "".join(bot.log)
    assert "edition_published" in said
    assert not [name for name, token in TOKENS.items() if token in said]
