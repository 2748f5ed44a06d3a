"""Faults on request and by chance, and what the recorder and whoever watches are told."""

import asyncio

import aiohttp
import pytest

from bot.sandbox.chaos import Chaos, Drawn, Mishap
from bot.sandbox.recording import Direction, Recorder
from bot.sandbox.telegram import faults
from bot.sandbox.telegram.clock import SystemClock
from bot.sandbox.telegram.diary import Diary
from bot.sandbox.telegram.stand_in import TelegramStandIn
from tests.bot.sandbox.telegram.client import CHANNEL, PERSON, Client
from tests.clock import SettableClock
from tests.waiting import PATIENCE


async def sent(client: Client, text: str) -> int | None:
    try:
        return (await client.answer("sendMessage", chat_id=PERSON, text=text))[0]
    except aiohttp.ClientError:
        return None


async def test_a_late_message_arrives_when_its_time_has_come(client: Client, clock: SettableClock) -> None:
    client.telegram.fail("sendMessage", faults.late(40))

    assert await sent(client, "late") is None
    assert await sent(client, "soon") == 200
    await clock.advance(39)
    assert [one["text"] for one in client.telegram.messages(PERSON)] == ["soon"]
    await clock.advance(1)
    assert [one["text"] for one in client.telegram.messages(PERSON)] == ["soon", "late"]


async def test_what_would_come_late_never_comes_once_the_server_is_closed() -> None:
    async with TelegramStandIn(clock=SettableClock()) as telegram, aiohttp.ClientSession() as session:
        telegram.chats.add(PERSON)
        telegram.fail("sendMessage", faults.late(1))
        await sent(Client(telegram, session), "late")

    assert telegram.messages(PERSON) == []


async def test_updates_that_were_taken_can_be_given_out_again(client: Client) -> None:
    number = await client.telegram.say(PERSON, "hello")
    await client.call("getUpdates")
    await client.call("getUpdates", offset=number + 1)
    client.telegram.fail("getUpdates", faults.repeat())

    again = await client.call("getUpdates", offset=number + 1)

    assert [update["update_id"] for update in again] == [number]
    assert await client.call("getUpdates", offset=number + 1) == []


@pytest.mark.parametrize(
    ("mishap", "name", "accepted"),
    [
        (Mishap.RATE_LIMITED, "429", False),
        (Mishap.ERROR_BEFORE, "502", False),
        (Mishap.ERROR_AFTER, "500, accepted", True),
        (Mishap.TIMEOUT_AFTER, "hang, accepted", True),
        (Mishap.RESET_BEFORE, "close", False),
        (Mishap.RESET_AFTER, "close, accepted", True),
        (Mishap.LATE, "close, accepted 15 s later", True),
        (Mishap.DUPLICATE, "repeat, accepted", True),
    ],
)
def test_every_mishap_is_a_fault_here(mishap: Mishap, name: str, accepted: bool) -> None:
    fault = faults.fault_of(Drawn(mishap, 0.5))

    assert (fault.name, fault.accepted) == (name, accepted)


async def test_chaos_is_the_same_with_the_same_seed(recorder: Recorder) -> None:
    rates = {"rate_limited": 0.2, "error_after": 0.2, "reset_before": 0.2, "reset_after": 0.2}
    runs = []
    for _ in range(2):
        async with TelegramStandIn() as telegram, aiohttp.ClientSession() as session:
            telegram.chats.add(PERSON)
            telegram.disturb(Chaos(7, rates))
            client = Client(telegram, session)
            statuses = [await sent(client, str(number)) for number in range(40)]
            runs.append((statuses, [one["text"] for one in telegram.messages(PERSON)]))

    assert runs[0] == runs[1]
    assert set(runs[0][0]) == {None, 200, 429, 500}


async def test_chaos_spares_polls_and_what_is_not_named_and_can_be_ended(client: Client) -> None:
    client.telegram.disturb(Chaos(1, {"error_before": 1.0}))
    assert (await client.answer("getMe"))[0] == 502
    await client.call("getUpdates")

    client.telegram.disturb(Chaos(1, {"error_before": 1.0}), "getUpdates")
    await client.call("getMe")
    assert (await client.answer("getUpdates"))[0] == 502

    client.telegram.disturb(None)
    await client.call("getUpdates")


async def test_calls_are_recorded_with_their_verdict_and_their_fault(client: Client, recorder: Recorder) -> None:
    client.telegram.fail("sendMessage", faults.page(502), faults.close(), faults.server_error(accepted=True))
    for text in ("page", "closed", "", "right"):
        await sent(client, text)

    told = [(entry.name, entry.status, entry.verdict, entry.fault) for entry in recorder.entries()]
    assert told == [
        ("sendMessage", 502, (), "502"),
        ("sendMessage", None, (), "close"),
        ("sendMessage", 500, ("Bad Request: message text is empty",), "500, accepted"),
        ("sendMessage", 200, (), None),
    ]
    assert recorder.entries()[0].answer == {"text": "<html>502</html>"}
    assert recorder.entries()[3].arguments == {"chat_id": PERSON, "text": "right"}


async def test_updates_are_recorded_as_they_are_given_out(
    client: Client, recorder: Recorder, clock: SettableClock
) -> None:
    await client.telegram.say(PERSON, "hello")
    assert recorder.entries() == ()

    await client.call("getUpdates")

    event, call = recorder.entries()
    assert (event.direction, event.name, event.at) == (Direction.EVENT, "message", clock.now().timestamp())
    assert (call.direction, call.name) == (Direction.CALL, "getUpdates")


async def test_whoever_watches_is_told_of_every_change_until_he_leaves(client: Client) -> None:
    seen: list[int] = []
    leave = client.telegram.on_change(seen.append)
    await client.call("sendMessage", chat_id=PERSON, text="x")
    await client.telegram.say(CHANNEL, "y")
    await client.call("editMessageText", chat_id=PERSON, message_id=1, text="z")
    await client.call("deleteMessage", chat_id=PERSON, message_id=1)
    leave()
    await client.call("sendMessage", chat_id=PERSON, text="x")

    assert seen == [PERSON, CHANNEL, PERSON, PERSON]
    assert [one["text"] for one in client.telegram.history(CHANNEL)] == ["y"]


async def test_a_webhook_that_is_set_ends_the_poll(client: Client) -> None:
    poll = asyncio.ensure_future(client.refused("getUpdates", timeout=30))
    await client.call("getMe")
    async with asyncio.timeout(PATIENCE):
        while not poll.done():
            await client.call("setWebhook", url="https://127.0.0.1:1/")

    assert (await poll)[0] == 409


async def test_the_oldest_calls_are_forgotten_in_time() -> None:
    diary = Diary(None, SystemClock(), most=3)
    for number in range(10):
        diary.call(str(number), {}, 200, {"ok": True})

    assert [call.method for call in diary.calls] == ["4", "5", "6", "7", "8", "9"]


async def test_the_machines_clock_waits_for_what_happens_or_for_the_time_to_pass() -> None:
    event = asyncio.Event()

    assert await SystemClock().wait(event, 0.001) is False
    event.set()
    assert await SystemClock().wait(event, 60) is True
