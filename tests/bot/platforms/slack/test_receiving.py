"""What Slack reports is acknowledged once it is stored, and told once."""

import asyncio
import io
import json
import logging
from datetime import timedelta
from typing import Any

import pytest

from bot.chat_events import ChatJoined
from bot.command import Answer, Button
from bot.delivery.delivery import Delivery, Destination, Priority
from bot.delivery.outcome import Sent
from bot.platforms.slack.payload import calls
from bot.platforms.slack.signature import signed
from bot.platforms.slack.timing import TIMING, Timing
from bot.sandbox.slack.faults import Fault
from digests.message import Message
from tests.bot.platforms.slack.conftest import Bot, until_advanced
from tests.waiting import until

PLAIN = Fault(body="ok", content_type="text/plain")
MESSAGE = Message("slack", {"text": "Hot", "blocks": [{"type": "divider"}]})
ANSWER = Answer((MESSAGE,), ((Button("More", "latest", "azure 5 2"),),))


async def say(bot: Bot) -> None:
    """Answer the last command as the relay would."""
    command = bot.commands[-1]
    for call in calls(ANSWER, command.origin, command):
        outcome = await bot.slack().send(Delivery(command.key, command.origin, call, Priority.REPLY, 1))
        assert isinstance(outcome, Sent)


async def test_a_slash_command_comes_over_the_websocket(bot: Bot) -> None:
    async with bot.connected():
        assert (await bot.stand_in.command("/latest", "azure 3", channel="C1")).acknowledged
    (command,) = bot.commands
    assert (command.name, command.argument, command.origin) == ("latest", "azure 3", Destination("slack", "C1"))


async def test_a_slash_command_comes_over_signed_http(bot: Bot) -> None:
    async with bot.listening():
        bot.set_clock_to_now()
        assert (await bot.stand_in.command("/digest", "topic azure")).acknowledged
    (command,) = bot.commands
    assert (command.name, command.argument) == ("topic", "azure")


@pytest.mark.parametrize("mode", ["connected", "listening"])
async def test_mention_answer_press_and_edit_go_round(bot: Bot, mode: str) -> None:
    bot.set_clock_to_now()
    async with getattr(bot, mode)():
        await bot.stand_in.mention("C1", "latest azure")
        await say(bot)
        question, answer = bot.stand_in.messages("C1")
        assert answer["thread_ts"] == question["ts"]
        assert (await bot.stand_in.press("C1", answer["ts"], "button-0")).acknowledged
        await say(bot)
    assert bot.commands[-1].argument == "azure 5 2"
    assert "edited" in bot.stand_in.messages("C1")[1]


async def test_a_press_under_an_ephemeral_answer_replaces_it(bot: Bot) -> None:
    async with bot.connected():
        await bot.stand_in.command("/latest", "azure")
        await say(bot)
        await bot.stand_in.press("C1", bot.stand_in.responses[0]["ts"], "button-0")
        await say(bot)
    assert bot.stand_in.responses[1]["replace_original"] is True


async def test_a_direct_message_is_a_command(bot: Bot) -> None:
    async with bot.connected():
        await bot.stand_in.mention("D1", "topics")
    assert (bot.commands[0].name, bot.commands[0].origin) == ("topics", Destination("slack", "D1"))


@pytest.mark.parametrize("mode", ["connected", "listening"])
async def test_an_event_delivered_again_has_the_same_key(bot: Bot, mode: str) -> None:
    bot.set_clock_to_now()
    async with getattr(bot, mode)():
        await bot.stand_in.redeliver(await bot.stand_in.mention("C1", "latest"))
    first, again = bot.commands
    assert first.key == again.key


@pytest.mark.parametrize("mode", ["connected", "listening"])
async def test_what_could_not_be_stored_is_not_acknowledged(bot: Bot, mode: str) -> None:
    bot.set_clock_to_now()
    bot.stand_in.sockets.acknowledge_within = 0.3
    bot.error = OSError("disk full")
    async with getattr(bot, mode)():
        assert not (await bot.stand_in.mention("C1", "latest")).acknowledged
        assert not (await bot.stand_in.command("/latest")).acknowledged
        assert not (await bot.stand_in.invite("C1")).acknowledged
    told = [facts["kind"] for name, facts in bot.events if name == "slack_event_not_stored"]
    assert told == ["Command", "Command", "ChatJoined"]
    assert bot.last("slack_event_not_stored")["error"] == "OSError('disk full')"


async def test_what_is_told_again_until_it_could_be_stored_is_acknowledged_then(bot: Bot) -> None:
    bot.set_clock_to_now()
    bot.error = OSError("disk full")
    async with bot.listening():
        reported = await bot.stand_in.mention("C1", "latest")
        bot.error = None
        assert (await bot.stand_in.redeliver(reported)).acknowledged
    first, again = bot.received
    assert first == again


async def test_nothing_is_acknowledged_before_it_is_stored(bot: Bot) -> None:
    bot.hold.clear()
    async with bot.connected():
        typing = asyncio.create_task(bot.stand_in.command("/latest"))
        await until(lambda: bot.commands)
        assert bot.stand_in.sockets.acknowledged == []
        bot.hold.set()
        assert (await typing).acknowledged


async def test_what_takes_too_long_to_store_is_not_acknowledged(bot: Bot) -> None:
    assert TIMING.store < 3
    bot.stand_in.sockets.acknowledge_within = 0.3
    bot.hold.clear()
    async with bot.connected(Timing(store=0.05)):
        assert not (await bot.stand_in.command("/latest")).acknowledged
    assert bot.last("slack_event_not_stored")["error"] == "not within 0.05 s"


async def test_what_asks_for_nothing_is_acknowledged(bot: Bot) -> None:
    async with bot.connected():
        assert (await bot.stand_in.command("/weather")).acknowledged
    assert bot.commands == []


async def test_what_is_being_stored_when_the_bot_stops_is_acknowledged(bot: Bot) -> None:
    bot.hold.clear()
    async with bot.connected() as stop:
        typing = asyncio.create_task(bot.stand_in.command("/latest"))
        mentioned = asyncio.create_task(bot.stand_in.mention("C1", "topics"))
        await until(lambda: len(bot.commands) == 2)
        stop.set()
        bot.hold.set()
        assert (await mentioned).acknowledged
        assert (await typing).acknowledged


async def test_a_store_that_never_answers_does_not_keep_the_bot(bot: Bot) -> None:
    bot.hold.clear()
    async with bot.connected(Timing(store=0.05)):
        typing = asyncio.create_task(bot.stand_in.command("/latest"))
        await until(lambda: bot.commands)
    typing.cancel()


async def test_the_bot_follows_when_slack_ends_a_websocket(bot: Bot) -> None:
    async with bot.connected():
        await bot.stand_in.reconnect()
        assert (await bot.stand_in.command("/latest")).acknowledged
    assert bot.stand_in.sockets.greeted == 2


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"app_token": "xapp-wrong"}, "invalid_auth"),
        ({"app_token": ""}, "no app-level token"),
        ({"base_url": "http://127.0.0.1:1/api/"}, "ClientConnectorError"),
    ],
)
async def test_without_a_connection_the_bot_says_so_and_stops_at_once(
    bot: Bot, options: dict[str, Any], error: str
) -> None:
    async with bot.running(**options):  # where no time passes, so the next attempt never comes
        await until(lambda: bot.count("slack_connection_failed"))
    assert bot.last("slack_connection_failed") == {"error": error, "retry_in": 1.0}


async def test_attempts_come_at_growing_intervals_until_one_succeeds(bot: Bot) -> None:
    bot.stand_in.fail("apps.connections.open", Fault(error="internal_error"), times=9)
    async with bot.running():
        await until_advanced(bot, lambda: bot.count("slack_connected"))
    waits = [facts["retry_in"] for name, facts in bot.events if name == "slack_connection_failed"]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert bot.last("slack_connected") == {"attempts": 10}


@pytest.mark.parametrize("fault", [Fault(hang=True), Fault(body="<html>"), Fault(close=True), PLAIN])
async def test_an_attempt_that_gets_no_proper_answer_is_repeated(impatient: Bot, fault: Fault) -> None:
    impatient.stand_in.fail("apps.connections.open", fault)
    async with impatient.running():
        await until_advanced(impatient, lambda: impatient.count("slack_connected"))
    assert impatient.count("slack_connection_failed") == 1


async def test_the_bot_stops_at_once_while_slack_does_not_answer(bot: Bot) -> None:
    bot.stand_in.fail("apps.connections.open", Fault(hang=True), times=5)
    async with bot.running():  # which ends before the request has taken its time
        await until(lambda: bot.stand_in.calls)


async def test_a_websocket_that_cannot_be_opened_is_given_up_in_time(bot: Bot) -> None:
    bot.stand_in.refuse_sockets = True
    async with bot.running(timing=Timing(connect=0.2)):
        await until(lambda: bot.count("slack_connection_failed"))
    assert bot.last("slack_connection_failed")["error"] == "no websocket within 0.2 s"


async def test_a_lost_connection_is_reported_and_replaced(bot: Bot) -> None:
    # The library would mend it by itself, at its next ping.
    async with bot.connected(Timing(ping=3600)):
        bot.stand_in.sockets.drop()
        await until_advanced(bot, lambda: bot.count("slack_connected") == 2)
        assert (await bot.stand_in.command("/latest")).acknowledged
    assert bot.count("slack_connection_lost") == 1


async def test_a_connection_that_the_library_mended_is_reported(bot: Bot) -> None:
    async with bot.connected(Timing(ping=0.2)):
        bot.stand_in.sockets.drop()
        await until_advanced(bot, lambda: bot.count("slack_connection_lost"))
        await until(lambda: bot.stand_in.sockets.count)
        await until_advanced(bot, lambda: bot.count("slack_connected") == 2)
    assert bot.stand_in.sockets.greeted == 2


def request(body: bytes, now: float, **headers: str) -> dict[str, Any]:
    """A signed request's parts, some headers replaced."""
    time = str(int(now))
    own = {"X-Slack-Request-Timestamp": time, "X-Slack-Signature": signed("s", time, body)}
    return {"data": body, "headers": {"Content-Type": "application/json", **own, **headers}}


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Slack-Signature": "v0=0"},
        {"X-Slack-Signature": "v0=é"},
        {"X-Slack-Signature": ""},
        {"X-Slack-Request-Timestamp": "soon"},
        {"X-Slack-Request-Timestamp": "1"},
        {"X-Slack-Request-Timestamp": ""},
    ],
)
@pytest.mark.parametrize("body", [b'{"type": "url_verification", "challenge": "c"}', b"\xff\xfe", b""])
async def test_what_slack_did_not_sign_is_unauthorized(bot: Bot, headers: dict[str, str], body: bytes) -> None:
    async with (
        bot.listening() as url,
        bot.session.post(url, **request(body, bot.clock.now().timestamp(), **headers)) as response,
    ):
        assert (response.status, await response.text()) == (401, "")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff"])
async def test_what_is_signed_and_makes_no_sense_is_a_bad_request(bot: Bot, body: bytes) -> None:
    async with bot.listening() as url, bot.session.post(url, **request(body, bot.clock.now().timestamp())) as response:
        assert response.status == 400


async def test_slacks_handshake_is_answered(bot: Bot) -> None:
    body = b'{"type": "url_verification", "challenge": "c"}'
    async with bot.listening() as url, bot.session.post(url, **request(body, bot.clock.now().timestamp())) as response:
        assert json.loads(await response.text()) == {"challenge": "c"}


async def test_a_body_over_a_megabyte_is_refused(bot: Bot) -> None:
    async with bot.listening() as url:
        body = b"x" * (1024 * 1024 + 1)
        parts = request(body, bot.clock.now().timestamp())
        async with bot.session.post(url, **parts | {"data": io.BytesIO(body)}) as response:
            assert response.status == 413


async def test_a_port_that_is_taken_is_reported_and_tried_again(bot: Bot) -> None:
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    async with bot.running(mode="http", port=port):
        await until(lambda: bot.count("slack_connection_failed"))
        taken.close()
        await taken.wait_closed()
        await until_advanced(bot, lambda: bot.count("slack_listening"))


async def test_variables_of_other_slack_tools_change_nothing(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in (
        "SLACK_CLIENT_ID",
        "SLACK_CLIENT_SECRET",
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
        "SLACK_APP_TOKEN",
    ):
        monkeypatch.setenv(name, "other")
    async with bot.connected():
        await bot.stand_in.command("/latest")
    assert len(bot.commands) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", ["connected", "listening"])
async def test_no_log_shows_what_was_said_or_a_token(bot: Bot, caplog: pytest.LogCaptureFixture, mode: str) -> None:
    caplog.set_level(logging.DEBUG)
    bot.set_clock_to_now()
    async with getattr(bot, mode)():
        await bot.stand_in.command("/latest", "canary")
        await say(bot)
    shown = caplog.text + repr(bot.events)
    assert not [secret for secret in ("canary", "xoxb-", "xapp-", "/response/", "ticket") if secret in shown]


async def test_nothing_of_the_bot_runs_on_once_it_has_stopped(bot: Bot) -> None:
    async with bot.connected():
        await bot.stand_in.command("/latest")
    # The stand-in's own connections belong to the test.
    await until(lambda: not [task for task in asyncio.all_tasks() if "socket_mode" in repr(task)])
    assert not bot.session.closed


async def test_a_connection_in_order_is_not_reported_again(bot: Bot) -> None:
    async with bot.connected():
        looks = bot.clock.now() + timedelta(minutes=3)
        await until_advanced(bot, lambda: bot.clock.now() >= looks)
        assert (await bot.stand_in.command("/latest")).acknowledged
    assert [name for name, _ in bot.events] == ["slack_connected"]


async def test_a_channel_that_let_the_bot_in_is_received(bot: Bot) -> None:
    bot.stand_in.add_channel("ALIEN", is_member=False)
    async with bot.connected():
        assert (await bot.stand_in.invite("ALIEN")).acknowledged
    assert [one.event for one in bot.received] == [ChatJoined("slack", "ALIEN")]
