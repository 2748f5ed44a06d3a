"""The running platform: commands come in, none is lost, and no trouble ends it."""

import asyncio
import logging

import aiohttp
import pytest

from bot.chat_events import ChatGone, ChatJoined, ChatMoved
from bot.command import Command
from bot.delivery.delivery import Destination
from bot.delivery.outcome import Sent, Sighting
from bot.receiving.received import Received
from bot.sandbox.telegram import faults
from bot.sandbox.telegram.stand_in import TelegramStandIn
from tests.bot.platforms.telegram.stage import GROUP, PERSON, SUPERGROUP, TOKEN, Stage, sending, staged


async def test_a_command_is_received(stage: Stage) -> None:
    number = await stage.telegram.say(SUPERGROUP, "/latest@standin_bot azure 5", thread=7)

    async with stage.running():
        await stage.ear.hears(1)

    here, key = Destination("telegram", str(SUPERGROUP), "7"), f"telegram/{number}"
    assert stage.ear.heard == [Received(key, Command("latest", "azure 5", here, key))]


async def test_all_of_an_answer_are_received_at_once_and_in_order(stage: Stage) -> None:
    for topic in "abc":
        await stage.telegram.say(PERSON, f"/topic {topic}")

    async with stage.running():
        await stage.ear.hears(3)

    assert len(stage.ear.batches) == 1
    assert [command.argument for command in stage.ear.taken if isinstance(command, Command)] == ["a", "b", "c"]


async def test_telegram_is_told_only_when_all_are_stored(stage: Stage) -> None:
    number = await stage.telegram.say(PERSON, "/latest")
    stage.ear.open.clear()

    async with stage.running():
        await stage.ear.hears(1)
        for _ in range(5):
            await stage.platform.check()  # as long as a poll that moved the offset would have taken
        assert stage.telegram.pending == [number]
        assert stage.telegram.requests("getUpdates")[1:] == []

        stage.ear.open.set()
        await stage.telegram.say(PERSON, "/hilfe")
        await stage.ear.hears(2)

        assert number not in stage.telegram.pending


async def test_what_is_under_way_at_a_crash_is_given_again(stage: Stage, session: aiohttp.ClientSession) -> None:
    await stage.telegram.say(PERSON, "/latest")
    stage.ear.open.clear()
    crashing = asyncio.ensure_future(stage.platform.run(stage.stop))
    await stage.ear.hears(1)
    crashing.cancel()

    again = staged(stage.telegram.url, TOKEN, session, stage.telegram)
    async with again.running():
        await again.ear.hears(1)

    assert again.ear.heard == stage.ear.heard


async def test_what_is_given_again_has_the_same_keys(stage: Stage) -> None:
    async with stage.running():
        await stage.telegram.say(PERSON, "/latest")
        await stage.ear.hears(1)
        stage.telegram.fail("getUpdates", *[faults.repeat()] * 3)
        await stage.telegram.say(PERSON, "/hilfe")
        await stage.ear.hears(3)

    keys = [one.key for one in stage.ear.heard]
    assert len(set(keys)) == 2 < len(keys)


async def test_while_the_store_is_away_telegram_is_not_told(stage: Stage) -> None:
    stage.ear.failures = 2
    number = await stage.telegram.say(PERSON, "/latest")

    async with stage.running():
        for pause in (1, 2):
            await stage.diary.has("telegram_updates_not_stored", pause)
            assert stage.telegram.pending == [number]
            assert stage.platform.trouble == "the store is away"
            await stage.clock.advance(pause)
        await stage.ear.hears(3)
        await stage.diary.has("telegram_recovered")

    assert len(stage.ear.taken) == 1
    assert stage.platform.trouble is None


async def test_a_stop_does_not_wait_for_the_store(stage: Stage) -> None:
    stage.ear.failures = 99
    number = await stage.telegram.say(PERSON, "/latest")

    async with stage.running():
        await stage.diary.has("telegram_updates_not_stored")

    assert stage.telegram.pending == [number]


async def test_what_means_nothing_is_taken_with_its_message_number(stage: Stage) -> None:
    await stage.telegram.say(PERSON, "good morning")
    await stage.telegram.say(SUPERGROUP, "good morning")

    async with stage.running():
        await stage.telegram.say(PERSON, "/latest")
        await stage.ear.hears(1)

    assert stage.ear.sightings == [
        Sighting("telegram:account", 1),
        Sighting(f"telegram:{SUPERGROUP}", 1),
        Sighting("telegram:account", 2),
    ]


@pytest.mark.parametrize("content", [{"message": {"text": "/latest"}}, {"callback_query": {}}, {"message": "odd"}, {}])
async def test_an_update_that_cannot_be_read_does_not_hold_up_the_next(
    stage: Stage, content: dict[str, object]
) -> None:
    await stage.telegram.push({"update_id": 1, **content})
    await stage.telegram.say(PERSON, "/latest")

    async with stage.running():
        await stage.ear.hears(1)

    assert [command.name for command in stage.ear.taken if isinstance(command, Command)] == ["latest"]


@pytest.mark.parametrize("body", [{"ok": True, "result": {}}, {"ok": True, "result": [{}]}, "<html>"])
async def test_an_answer_that_is_no_list_of_updates_is_trouble(stage: Stage, body: dict[str, object] | str) -> None:
    stage.telegram.fail("getUpdates", faults.Fault(body=body))
    await stage.telegram.say(PERSON, "/latest")

    async with stage.running():
        await stage.diary.has("telegram_unreachable")
        troubles = [stage.platform.trouble]
        await stage.clock.advance(1)
        await stage.ear.hears(1)
        troubles.append(stage.platform.trouble)

    assert [trouble is None for trouble in troubles] == [False, True]
    assert "telegram_recovered" in stage.diary.names()


async def test_the_clients_menu_shows_the_commands_by_their_names_in_the_chat(stage: Stage) -> None:
    async with stage.running():
        await stage.telegram.expect(lambda: bool(stage.telegram.requests("getUpdates") or stage.telegram.commands))

    assert stage.telegram.commands == [
        {"command": "latest", "description": "The hottest stories"},
        {"command": "topic", "description": "Stories of a topic"},
    ]


async def test_a_menu_that_is_refused_does_not_keep_commands_out(stage: Stage) -> None:
    stage.telegram.fail("setMyCommands", faults.server_error())
    await stage.telegram.say(PERSON, "/latest")

    async with stage.running():
        await stage.ear.hears(1)

    assert "telegram_commands_not_shown" in stage.diary.names()


async def test_a_second_poller_is_told_and_outlived(stage: Stage, session: aiohttp.ClientSession) -> None:
    async with stage.running():
        await stage.diary.has("telegram_started")
        async with session.post(f"{stage.telegram.url}/bot{TOKEN}/getUpdates", json={"timeout": 0}) as other:
            assert other.status == 200
        # The other poll may have come before ours or ended it; another one surely meets it.
        while "telegram_polled_elsewhere" not in stage.diary.names():
            async with session.post(f"{stage.telegram.url}/bot{TOKEN}/getUpdates", json={"timeout": 0}):
                pass
        await stage.telegram.say(PERSON, "/latest")
        await stage.clock.advance(1)
        await stage.ear.hears(1)

    assert [command.name for command in stage.ear.taken if isinstance(command, Command)] == ["latest"]


async def test_a_webhook_is_taken_away_and_what_waits_for_it_is_kept(
    stage: Stage, session: aiohttp.ClientSession
) -> None:
    async with session.post(f"{stage.telegram.url}/bot{TOKEN}/setWebhook", json={"url": "https://a.example/"}):
        pass
    await stage.telegram.say(PERSON, "/latest")

    async with stage.running():
        await stage.ear.hears(1)

    assert "telegram_webhook_deleted" in stage.diary.names()


async def test_the_bot_waits_for_a_network_that_is_not_there_yet(session: aiohttp.ClientSession) -> None:
    async with TelegramStandIn(TOKEN) as away:
        port = int(away.url.rpartition(":")[2])
    stage = staged(away.url, TOKEN, session, away)

    async with stage.running():
        await stage.diary.has("telegram_unreachable")
        async with TelegramStandIn(TOKEN, port=port) as telegram:
            telegram.chats.add(PERSON)
            await telegram.say(PERSON, "/latest")
            await stage.clock.advance(1)
            await stage.ear.hears(1)
            stage.stop.set()

    assert stage.diary.names()[:3] == ["telegram_unreachable", "telegram_recovered", "telegram_started"]


async def test_repeated_trouble_is_told_ever_less_often(stage: Stage) -> None:
    stage.telegram.fail("getMe", *[faults.page(502)] * 8)

    async with stage.running():
        await stage.pass_time_until("telegram_started")

    told = [fields["failures"] for name, fields in stage.diary.entries if name == "telegram_unreachable"]
    assert told == [1, 2, 4, 8]


async def test_a_stop_ends_a_long_poll_at_once(stage: Stage) -> None:
    async with stage.running():
        await stage.diary.has("telegram_started")


async def test_a_stop_before_the_start_is_a_stop(stage: Stage) -> None:
    stage.stop.set()

    await stage.platform.run(stage.stop)

    assert stage.telegram.calls == []


async def test_a_press_is_a_command_and_stops_the_clients_spinner(stage: Stage) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Azure", "callback_data": "topic azure"}]]}
    await stage.platform.send(sending({"text": "Which?", "reply_markup": keyboard}))

    async with stage.running():
        await stage.telegram.press(PERSON, 1, "topic azure")
        await stage.ear.hears(1)
        await stage.telegram.expect(lambda: len(stage.telegram.requests("answerCallbackQuery")) == 1)

    (command,) = stage.ear.taken
    assert isinstance(command, Command)
    assert (command.name, command.argument, command.edit) == ("topic", "azure", {"message_id": 1})
    edit = sending({"message_id": 1, "text": "Azure's hottest"}, "editMessageText")
    assert await stage.platform.send(edit) == Sent({"message_id": 1})


async def test_a_press_that_is_no_command_stops_the_spinner_too(stage: Stage) -> None:
    await stage.platform.send(sending({"text": "Which?"}))
    stage.telegram.fail("answerCallbackQuery", faults.server_error())

    async with stage.running():
        await stage.telegram.press(PERSON, 1, "nonsense")
        await stage.diary.has("telegram_press_not_acknowledged")

    assert stage.ear.heard == []


async def test_a_spinner_under_way_does_not_hold_up_the_stop(stage: Stage) -> None:
    await stage.platform.send(sending({"text": "Which?"}))
    stage.telegram.fail("answerCallbackQuery", faults.hang())

    async with stage.running():
        await stage.telegram.press(PERSON, 1, "topic azure")
        await stage.telegram.expect(lambda: bool(stage.telegram.requests("answerCallbackQuery")))


async def test_chats_that_come_and_go_are_noted(stage: Stage) -> None:
    async with stage.running():
        await stage.diary.has("telegram_started")
        await stage.telegram.block(PERSON)
        await stage.telegram.unblock(PERSON)
        await stage.telegram.migrate(GROUP, -1005)
        await stage.ear.hears(3)

    assert stage.ear.taken == [
        ChatGone("telegram", "7"),
        ChatJoined("telegram", "7"),
        ChatMoved("telegram", "-55", "-1005"),
    ]


async def test_a_check_gives_the_bots_name(stage: Stage) -> None:
    assert await stage.platform.check() == "standin_bot"


async def test_a_check_says_why_there_is_no_name(stage: Stage, session: aiohttp.ClientSession) -> None:
    stranger = staged(stage.telegram.url, TOKEN + "-not", session, stage.telegram)

    with pytest.raises(ConnectionError, match=r"^unauthorized$"):
        await stranger.platform.check()


async def test_a_check_wants_a_name(stage: Stage) -> None:
    stage.telegram.fail("getMe", faults.Fault(body={"ok": True, "result": True}))

    with pytest.raises(ConnectionError, match="names no bot"):
        await stage.platform.check()


async def test_a_refused_token_is_told_and_tried_again(stage: Stage, session: aiohttp.ClientSession) -> None:
    stranger = staged(stage.telegram.url, TOKEN + "-not", session, stage.telegram)

    async with stranger.running():
        await stranger.diary.has("telegram_token_refused")
        await stranger.clock.advance(1)
        await stranger.diary.has("telegram_token_refused", 2)

    assert stranger.platform.trouble == "unauthorized"


async def test_nothing_that_is_logged_or_observed_shows_the_token(
    stage: Stage, session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stranger = staged(stage.telegram.url, TOKEN + "-not", session, stage.telegram)
    stage.telegram.fail("getMe", faults.page(404), faults.close(), faults.server_error())
    stage.ear.failures = 1

    async with stage.running(), stranger.running():
        await stage.pass_time_until("telegram_started")
        await stranger.diary.has("telegram_token_refused")
        await stage.telegram.say(PERSON, "/latest")
        await stage.diary.has("telegram_updates_not_stored")

    assert TOKEN not in caplog.text
    assert TOKEN not in repr((stage.diary.entries, stranger.diary.entries, stage.platform))
