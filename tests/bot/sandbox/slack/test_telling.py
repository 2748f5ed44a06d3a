"""How the bot is told what people do: over one websocket of several or signed over HTTP, and told again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox.slack.socket import MOST_CONNECTIONS
from bot.sandbox.slack.stand_in import SlackStandIn
from tests.bot.sandbox.slack.plain import Client


async def test_the_greeting_says_how_many_connections_there_are(client: Client) -> None:
    first = await client.open()
    said = await client.call("apps.connections.open", "xapp-test")
    second = await client.http.ws_connect(said["url"])
    hello = await second.receive_json()
    assert not first.closed
    assert hello["num_connections"] == 2
    assert hello["debug_info"]["approximate_connection_time"] == 18_060


async def test_each_event_goes_to_one_of_the_connections(client: Client) -> None:
    sockets = [await client.open(), await client.open()]
    received = [asyncio.create_task(client.acknowledge(socket)) for socket in sockets]
    await client.slack.command("/latest", "one")
    await client.slack.command("/latest", "two")
    told = [envelope["payload"]["text"] for envelope in await asyncio.gather(*received)]
    assert sorted(told) == ["one", "two"]


async def test_no_app_has_more_than_ten_connections(client: Client) -> None:
    sockets = [await client.open() for _ in range(MOST_CONNECTIONS)]
    assert len(sockets) == client.slack.sockets.count
    assert (await client.call("apps.connections.open", "xapp-test"))["error"] == "too_many_websockets"


async def test_a_warned_connection_is_used_on(client: Client) -> None:
    socket = await client.open()
    await client.slack.sockets.disconnect("warning")
    assert (await socket.receive_json())["reason"] == "warning"
    reported, _ = await asyncio.gather(client.slack.command("/latest"), client.acknowledge(socket))
    assert reported.acknowledged


async def test_an_event_whose_acknowledgement_got_lost_is_told_again(http: aiohttp.ClientSession) -> None:
    async with SlackStandIn(retries=(0.0,)) as slack:
        client = Client(slack, http)
        slack.sockets.acknowledge_within = 0.05
        slack.sockets.lose_acknowledgements()
        socket = await client.open()
        mentioned = asyncio.create_task(slack.mention("C1", "hi"))
        first, again = await client.acknowledge(socket), await client.acknowledge(socket)
        assert (await mentioned).acknowledged
    assert first["payload"] == again["payload"]
    assert (again["retry_attempt"], again["retry_reason"]) == (1, "timeout")


async def test_what_the_bot_says_with_its_acknowledgement_is_shown_to_who_asked(client: Client) -> None:
    socket = await client.open()
    said = {"text": "One moment"}
    reported, _ = await asyncio.gather(client.slack.command("/latest"), client.acknowledge(socket, said))
    (shown,) = client.slack.messages("C1")
    assert (reported.answer, shown["text"], shown["seen_by"]) == (said, "One moment", "U1")


async def test_only_what_names_the_bot_or_is_said_to_it_alone_is_told(client: Client) -> None:
    socket = await client.open()
    assert await client.slack.say("C1", "nothing for bots") is None
    _, mention = await asyncio.gather(client.slack.say("C1", "<@U0BOT> latest"), client.acknowledge(socket))
    _, direct = await asyncio.gather(client.slack.say("D1", "latest"), client.acknowledge(socket))
    assert mention["payload"]["event"]["type"] == "app_mention"
    assert direct["payload"]["event"]["channel_type"] == "im"


async def test_the_bot_hears_that_it_was_invited(client: Client) -> None:
    client.slack.add_channel("ALIEN", is_member=False)
    socket = await client.open()
    _, envelope = await asyncio.gather(client.slack.invite("ALIEN"), client.acknowledge(socket))
    event = envelope["payload"]["event"]
    assert (event["type"], event["user"], event["channel"]) == ("member_joined_channel", "U0BOT", "ALIEN")
    assert (await client.call("chat.postMessage", channel="ALIEN", text="x"))["ok"]


async def test_the_bot_hears_who_looks_at_its_home_tab(client: Client) -> None:
    socket = await client.open()
    _, envelope = await asyncio.gather(client.slack.open_home("U2"), client.acknowledge(socket))
    assert envelope["payload"]["event"]["user"] == "U2"


@asynccontextmanager
async def listening(answer: Callable[[int], web.Response]) -> AsyncIterator[tuple[str, list[dict[str, str]]]]:
    """A bot over HTTP: its address, and the headers of what it got."""
    received: list[dict[str, str]] = []

    async def receive(request: web.Request) -> web.Response:
        await request.read()
        received.append(dict(request.headers))
        return answer(len(received))

    application = web.Application()
    application.router.add_post("/", receive)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/", received
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(("kind", "times"), [("event", 3), ("command", 1)])
async def test_only_events_are_told_again_over_http(kind: str, times: int) -> None:
    async with (
        SlackStandIn(retries=(0.0, 0.0)) as slack,
        listening(lambda _: web.Response(status=500)) as (address, received),
    ):
        slack.deliver_to = address
        reported = await (slack.mention("C1", "hi") if kind == "event" else slack.command("/latest"))
    assert not reported.acknowledged
    assert len(received) == times
    told = [(headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason")) for headers in received]
    assert told == [(None, None), ("1", "http_error"), ("2", "http_error")][:times]


async def test_an_event_that_is_acknowledged_is_told_once(http: aiohttp.ClientSession) -> None:
    async with SlackStandIn(retries=(0.0,)) as slack, listening(lambda _: web.Response()) as (address, received):
        slack.deliver_to = address
        assert (await slack.mention("C1", "hi")).acknowledged
    assert len(received) == 1


async def test_a_bot_that_is_not_there_is_told_why_next_time() -> None:
    async with SlackStandIn() as slack, listening(lambda _: web.Response()) as (address, _):
        slack.deliver_to = address.replace("127.0.0.1", "127.0.0.2")
        assert (await slack.mention("C1", "hi")).reason == "connection_failed"


@pytest.mark.parametrize(
    ("body", "answer"),
    [("", None), ("One moment", {"text": "One moment"}), ('{"text": "Now"}', {"text": "Now"}), ("[]", None)],
)
async def test_a_command_over_http_may_be_answered_at_once(body: str, answer: Any) -> None:
    async with SlackStandIn() as slack, listening(lambda _: web.Response(text=body)) as (address, _):
        slack.deliver_to = address
        assert (await slack.command("/latest")).answer == answer
        assert len(slack.messages("C1")) == (answer is not None)


async def test_a_bot_that_thinks_too_long_counts_as_silent() -> None:
    thinking: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: thinking.append(writer), "127.0.0.1", 0)
    async with SlackStandIn() as slack, server:
        slack._reporter.answer_within = 0.05
        slack.deliver_to = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        assert (await slack.mention("C1", "hi")).reason == "http_timeout"
    for writer in thinking:
        writer.close()
        await writer.wait_closed()
