"""Trouble on request or by chance, and the record of it."""

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.sandbox.chaos import Chaos, Drawn, Mishap
from bot.sandbox.recording import Direction, Recorder
from bot.sandbox.slack.faults import Fault, befallen
from bot.sandbox.slack.stand_in import SlackStandIn
from tests.bot.sandbox.slack.plain import Client
from tests.waiting import PATIENCE

POST = {"channel": "C1", "text": "Hot"}


async def outcome(client: Client, seconds: float = PATIENCE) -> str:
    try:
        async with asyncio.timeout(seconds):
            return str((await client.call("chat.postMessage", **POST)).get("error", "ok"))
    except (aiohttp.ClientError, TimeoutError) as error:
        return type(error).__name__


@pytest.mark.parametrize(
    ("fault", "expected", "stands", "told"),
    [
        (Fault(status=503), "ContentTypeError", 0, "HTTP 503 before accepting"),
        (Fault(status=500, accepted=True), "ContentTypeError", 1, "HTTP 500 after accepting"),
        (Fault(error="ratelimited", status=429), "ratelimited", 0, "ratelimited before accepting"),
        (Fault(hang=True, accepted=True), "TimeoutError", 1, "hang after accepting"),
        (Fault(close=True), "ServerDisconnectedError", 0, "close before accepting"),
        (Fault(close=True, accepted=True), "ServerDisconnectedError", 1, "close after accepting"),
        (Fault(cut=True, accepted=True), "ClientPayloadError", 1, "cut after accepting"),
    ],
)
async def test_each_trouble_is_what_it_is_called(
    client: Client, fault: Fault, expected: str, stands: int, told: str
) -> None:
    client.slack.fail("chat.postMessage", fault)
    assert await outcome(client, 0.1 if fault.hang else PATIENCE) == expected
    assert len(client.slack.messages("C1")) == stands
    assert client.slack.recorder.entries()[-1].fault == told


async def test_a_call_may_be_sent_elsewhere(client: Client) -> None:
    client.slack.fail("chat.postMessage", Fault(status=307, location="/api/chat.postMessage"))
    assert await outcome(client) == "ok"
    assert [call.method for call in client.slack.calls] == ["chat.postMessage"] * 2


async def test_a_post_may_be_accepted_after_the_connection_ended(client: Client) -> None:
    client.slack.fail("chat.postMessage", Fault(close=True, late=0.05))
    stands = asyncio.Event()
    client.slack.on_change(lambda _: stands.set())
    assert await outcome(client) == "ServerDisconnectedError"
    assert client.slack.messages("C1") == []
    await asyncio.wait_for(stands.wait(), 5)
    assert len(client.slack.messages("C1")) == 1
    assert client.slack.recorder.entries()[-1].fault == "close accepted late"


async def test_what_is_to_be_accepted_too_late_is_forgotten_at_the_end(http: aiohttp.ClientSession) -> None:
    async with SlackStandIn() as slack:
        slack.fail("chat.postMessage", Fault(close=True, late=3600))
        await outcome(Client(slack, http))
    assert slack.messages("C1") == []


@pytest.mark.parametrize(
    ("drawn", "fault"),
    [
        (Drawn(Mishap.RATE_LIMITED, 0.5), Fault(error="ratelimited", status=429, retry_after=3)),
        (Drawn(Mishap.ERROR_BEFORE, 0.0), Fault(status=500)),
        (Drawn(Mishap.ERROR_AFTER, 0.9), Fault(status=503, accepted=True)),
        (Drawn(Mishap.TIMEOUT_AFTER, 0.5), Fault(hang=True, accepted=True)),
        (Drawn(Mishap.RESET_BEFORE, 0.5), Fault(close=True)),
        (Drawn(Mishap.RESET_AFTER, 0.5), Fault(close=True, accepted=True)),
        (Drawn(Mishap.LATE, 0.5), Fault(close=True, late=5.0)),
        (Drawn(Mishap.DUPLICATE, 0.5), None),
    ],
)
def test_each_mishap_is_a_fault_of_slacks(drawn: Drawn, fault: Fault | None) -> None:
    assert befallen(drawn) == fault


async def test_the_same_seed_brings_the_same_trouble(http: aiohttp.ClientSession) -> None:
    async def run(seed: int) -> list[str]:
        rates = {"error_before": 0.2, "error_after": 0.1, "reset_before": 0.1, "reset_after": 0.1, "rate_limited": 0.2}
        async with SlackStandIn(chaos=Chaos(seed, rates)) as slack:
            return [await outcome(Client(slack, http)) for _ in range(30)]

    first = await run(7)
    assert first == await run(7)
    assert first != await run(8)
    assert len(set(first)) == 4


async def test_by_chance_the_bot_is_told_again_what_it_was_told_last(client: Client) -> None:
    socket = await client.open()
    _, first = await asyncio.gather(client.slack.mention("C1", "hi"), client.acknowledge(socket))
    client.slack.set_chaos(Chaos(1, {"duplicate": 1.0}))
    assert (await client.call("auth.test"))["ok"]
    again = await client.acknowledge(socket)
    assert again["payload"] == first["payload"]
    client.slack.set_chaos(None)


async def test_nothing_is_told_again_before_anything_was_told(client: Client) -> None:
    client.slack.set_chaos(Chaos(1, {"duplicate": 1.0}))
    assert (await client.call("auth.test"))["ok"]


async def test_every_call_is_recorded_with_its_verdict_and_without_its_token(http: aiohttp.ClientSession) -> None:
    recorder = Recorder()
    wrong: dict[str, Any] = {**POST, "token": "xoxb-test", "blocks": [{"type": "shout"}]}
    async with SlackStandIn(recorder=recorder) as slack:
        await Client(slack, http).call("chat.postMessage", **wrong)
    (entry,) = recorder.entries()
    assert (entry.direction, entry.name, entry.status) == (Direction.CALL, "chat.postMessage", 200)
    assert "token" not in entry.arguments
    assert entry.answer is not None
    assert entry.answer["error"] == "invalid_blocks"
    assert entry.verdict == ("unsupported type: shout [json-pointer:/blocks/0/type]",)


async def test_every_event_is_recorded(client: Client) -> None:
    socket = await client.open()
    await asyncio.gather(client.slack.mention("C1", "hi"), client.acknowledge(socket))
    told = client.slack.recorder.entries()[-1]
    assert (told.direction, told.name, told.status) == (Direction.EVENT, "app_mention", 200)


async def test_whoever_follows_is_told_which_channel_changed(client: Client) -> None:
    client.slack.add_channel("C2")
    told: list[str] = []
    end = client.slack.on_change(told.append)
    ts = (await client.call("chat.postMessage", **POST))["ts"]
    await client.call("chat.update", channel="C1", ts=ts, text="Hotter")
    await client.slack.say("C2", "hi")
    await client.call("chat.delete", channel="C1", ts=ts)
    end()
    await client.call("chat.postMessage", **POST)
    assert told == ["C1", "C1", "C2", "C1"]


async def test_without_chaos_nothing_is_drawn_and_a_fault_for_nobody_harms_nobody(client: Client) -> None:
    client.slack.fail("chat.update", Fault(error="fatal_error"))
    assert await outcome(client) == "ok"
