"""Updates brought to the bot's own server."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from bot.sandbox.recording import Direction, Recorder
from bot.sandbox.telegram import faults
from bot.sandbox.telegram.webhook import SECRET_HEADER
from tests.bot.sandbox.telegram.client import PERSON, Client
from tests.clock import SettableClock
from tests.waiting import PATIENCE


@dataclass
class Receiver:
    """A bot's server, which answers as it is told and else 200."""

    url: str = ""
    got: list[tuple[str | None, Any]] = field(default_factory=list)
    answers: list[web.Response] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.BaseRequest) -> web.Response:
        self.got.append((request.headers.get(SECRET_HEADER), await request.json()))
        self.came.set()
        return self.answers.pop(0) if self.answers else web.Response()

    async def has(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while len(self.got) < count:
                self.came.clear()
                await self.came.wait()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    runner = web.ServerRunner(web.Server(receiver.take))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_updates_are_posted_in_order_with_the_secret(client: Client, receiver: Receiver) -> None:
    first = await client.telegram.say(PERSON, "before")
    await client.call("setWebhook", url=receiver.url, secret_token="S3-cret_")
    second = await client.telegram.say(PERSON, "after")

    await client.telegram.expect(lambda: not client.telegram.pending)

    assert [(secret, update["update_id"]) for secret, update in receiver.got] == [
        ("S3-cret_", first),
        ("S3-cret_", second),
    ]


async def test_an_update_is_posted_again_until_it_is_taken(
    client: Client, receiver: Receiver, clock: SettableClock, recorder: Recorder
) -> None:
    receiver.answers += [web.Response(status=500), web.Response(status=429, headers={"Retry-After": "30"})]
    await client.call("setWebhook", url=receiver.url)
    number = await client.telegram.say(PERSON, "hello")
    await client.telegram.expect(lambda: len(recorder.entries()) == 2)

    info = await client.call("getWebhookInfo")
    assert (info["pending_update_count"], info["last_error_message"]) == (
        1,
        "Wrong response from the webhook: 500 Internal Server Error",
    )
    await clock.advance(1)
    await receiver.has(2)
    await client.telegram.expect(lambda: len([e for e in recorder.entries() if e.direction is Direction.EVENT]) == 2)
    await clock.advance(29)
    assert len(receiver.got) == 2
    await clock.advance(1)
    await client.telegram.expect(lambda: not client.telegram.pending)

    assert [update["update_id"] for _, update in receiver.got] == [number] * 3
    events = [entry.status for entry in recorder.entries() if entry.direction is Direction.EVENT]
    assert events == [500, 429, 200]


async def test_a_server_that_is_away_is_told_of(client: Client) -> None:
    await client.call("setWebhook", url="http://127.0.0.1:1/")
    await client.telegram.say(PERSON, "hello")

    async with asyncio.timeout(PATIENCE):
        while "last_error_message" not in (info := await client.call("getWebhookInfo")):
            continue

    assert info["last_error_message"] == "Connection failed: ClientConnectorError"


async def test_an_update_can_come_twice(client: Client, receiver: Receiver, recorder: Recorder) -> None:
    client.telegram.fail("webhook", faults.repeat())
    await client.call("setWebhook", url=receiver.url)
    await client.telegram.say(PERSON, "hello")

    await receiver.has(2)

    assert receiver.got[0] == receiver.got[1]


async def test_the_answer_to_an_update_can_be_a_call(client: Client, receiver: Receiver) -> None:
    call = {"method": "sendMessage", "chat_id": PERSON, "text": "hello yourself"}
    receiver.answers += [web.json_response(call), web.json_response({"method": "getMe"}), web.json_response([1])]
    await client.call("setWebhook", url=receiver.url)
    for _ in range(3):
        await client.telegram.say(PERSON, "hello")

    await client.telegram.expect(lambda: not client.telegram.pending and client.telegram.messages(PERSON) != [])

    assert [message["text"] for message in client.telegram.messages(PERSON)] == ["hello yourself"]
    assert client.telegram.requests("getMe") == []


async def test_a_webhook_that_is_deleted_gives_the_updates_back_to_polls(client: Client, receiver: Receiver) -> None:
    await client.call("setWebhook", url=receiver.url, allowed_updates=["message"], max_connections=3)
    info = await client.call("getWebhookInfo")
    await client.call("deleteWebhook")
    number = await client.telegram.say(PERSON, "hello")

    assert (info["url"], info["max_connections"], info["allowed_updates"]) == (receiver.url, 3, ["message"])
    assert [update["update_id"] for update in await client.call("getUpdates")] == [number]
    assert receiver.got == []


async def test_what_is_pending_can_be_dropped(client: Client) -> None:
    await client.telegram.say(PERSON, "hello")

    await client.call("deleteWebhook", drop_pending_updates=True)

    assert client.telegram.pending == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"url": "nowhere"}, "invalid webhook URL specified"),
        ({"url": "ftp://a.b/"}, "invalid webhook URL specified"),
        ({"url": "https://a.b/", "secret_token": "x" * 257}, "secret token is too long"),
        ({"url": "https://a.b/", "secret_token": "a b"}, "secret token contains unallowed characters"),
    ],
)
async def test_a_wrong_webhook_is_refused(client: Client, arguments: dict[str, str], words: str) -> None:
    assert await client.refused("setWebhook", **arguments) == (400, f"Bad Request: {words}")
