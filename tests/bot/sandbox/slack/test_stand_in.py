"""The Slack on this machine behaves to Slack's own SDK as Slack does."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox.slack.delivery import signed_request
from bot.sandbox.slack.faults import Fault
from bot.sandbox.slack.stand_in import SlackStandIn
from tests.bot.sandbox.slack.plain import Client

BUTTON = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "More"}, "value": "latest 2"}
OPTION = {"text": {"type": "plain_text", "text": "AI"}, "value": "topic ai"}
MENU = {"type": "static_select", "action_id": "m", "options": [OPTION]}
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Hot"}}


async def test_a_post_stands_in_its_channel(client: Client) -> None:
    said = await client.call("chat.postMessage", channel="C1", text="Hot", blocks=[SECTION])
    (message,) = client.slack.messages("C1")
    assert (said["ok"], said["ts"], message["text"]) == (True, message["ts"], "Hot")


async def test_a_form_says_the_same_as_json(client: Client) -> None:
    form = {"token": "xoxb-test", "channel": "C1", "text": "Hot", "blocks": json.dumps([SECTION])}
    async with client.http.post(client.slack.url + "chat.postMessage", data=form) as response:
        assert (await response.json())["ok"]
    assert client.slack.messages("C1")[0]["blocks"] == [SECTION]


@pytest.mark.parametrize(("token", "error"), [("", "not_authed"), ("xoxb-wrong", "invalid_auth")])
async def test_each_token_is_looked_at(client: Client, token: str, error: str) -> None:
    assert await client.call("auth.test", token) == {"ok": False, "error": error}
    assert await client.call("apps.connections.open", token) == {"ok": False, "error": error}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C9", "text": "x"}, "channel_not_found"),
        ({"channel": "OLD", "text": "x"}, "is_archived"),
        ({"channel": "ALIEN", "text": "x"}, "not_in_channel"),
        ({"channel": "C1"}, "no_text"),
        ({"channel": "C1", "blocks": [{"type": "header"}]}, "invalid_blocks"),
        ({"channel": "C1", "blocks": [{"type": "markdown", "text": "x" * 12_001}]}, "msg_blocks_too_long"),
    ],
)
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.postEphemeral", "chat.update"])
async def test_what_slack_refuses_is_refused(
    client: Client, method: str, arguments: dict[str, Any], error: str
) -> None:
    client.slack.add_channel("OLD", is_archived=True)
    client.slack.add_channel("ALIEN", is_member=False)
    assert (await client.call(method, **arguments))["error"] == error


async def test_a_method_nobody_knows_is_refused(client: Client) -> None:
    assert (await client.call("chat.shout"))["error"] == "unknown_method"


async def test_a_message_is_updated(client: Client) -> None:
    ts = (await client.call("chat.postMessage", channel="C1", text="Hot"))["ts"]
    assert (await client.call("chat.update", channel="C1", ts=ts, text="Hotter"))["text"] == "Hotter"
    assert client.slack.messages("C1")[0]["text"] == "Hotter"


async def test_only_the_bots_own_messages_are_updated(client: Client) -> None:
    socket = await client.open()
    await asyncio.gather(client.slack.mention("C1", "hi"), client.acknowledge(socket))
    ts = client.slack.messages("C1")[0]["ts"]
    assert (await client.call("chat.update", channel="C1", ts=ts, text="x"))["error"] == "cant_update_message"
    assert (await client.call("chat.update", channel="C1", ts="1.0", text="x"))["error"] == "message_not_found"


async def test_an_ephemeral_message_needs_a_reader(client: Client) -> None:
    assert (await client.call("chat.postEphemeral", channel="C1", text="x", user="U1"))["ok"]
    assert (await client.call("chat.postEphemeral", channel="C1", text="x"))["error"] == "user_not_in_channel"


async def test_history_tells_newest_first_and_metadata_on_request(client: Client) -> None:
    metadata = {"event_type": "digest", "event_payload": {"d": "1"}}
    ts = (await client.call("chat.postMessage", channel="C1", text="one", metadata=metadata))["ts"]
    await client.call("chat.postMessage", channel="C1", text="two")
    await client.call("chat.postMessage", channel="C1", text="in the thread", thread_ts=ts)
    plain = await client.call("conversations.history", channel="C1")
    full = await client.call("conversations.history", channel="C1", include_all_metadata=True)
    assert [message["text"] for message in plain["messages"]] == ["two", "one"]
    assert ["metadata" in message for message in (plain["messages"][1], full["messages"][1])] == [False, True]
    replies = await client.call("conversations.replies", channel="C1", ts=ts)
    assert [message["text"] for message in replies["messages"]] == ["one", "in the thread"]


async def test_history_comes_in_pages(client: Client) -> None:
    first = (await client.call("chat.postMessage", channel="C1", text="one"))["ts"]
    await client.call("chat.postMessage", channel="C1", text="two")
    assert (await client.call("conversations.history", channel="C1", limit=1))["has_more"]
    later = await client.call("conversations.history", channel="C1", oldest=first)
    assert [message["text"] for message in later["messages"]] == ["two"]


@pytest.mark.parametrize(("channel", "error"), [("C9", "channel_not_found"), ("ALIEN", "not_in_channel")])
async def test_history_is_for_members(client: Client, channel: str, error: str) -> None:
    client.slack.add_channel("ALIEN", is_member=False)
    assert (await client.call("conversations.history", channel=channel))["error"] == error


async def test_a_channel_describes_itself(client: Client) -> None:
    assert (await client.call("conversations.info", channel="C1"))["channel"]["is_member"]
    assert (await client.call("conversations.info", channel="C9"))["error"] == "channel_not_found"


async def test_a_slash_command_travels_in_an_envelope(client: Client) -> None:
    socket = await client.open()
    reported, envelope = await asyncio.gather(
        client.slack.command("/latest", "azure", channel="C1"), client.acknowledge(socket)
    )
    assert reported.acknowledged
    assert envelope["type"] == "slash_commands"
    assert (envelope["payload"]["command"], envelope["payload"]["text"]) == ("/latest", "azure")
    assert client.slack.sockets.acknowledged == [{"envelope_id": envelope["envelope_id"]}]


async def test_a_redelivery_says_which_one_it_is(client: Client) -> None:
    socket = await client.open()
    reported, first = await asyncio.gather(client.slack.mention("C1", "hi"), client.acknowledge(socket))
    _, again = await asyncio.gather(client.slack.redeliver(reported), client.acknowledge(socket))
    assert again["payload"] == first["payload"]
    assert again["retry_attempt"] == 1


async def test_a_command_waits_for_a_websocket(client: Client) -> None:
    typed = asyncio.create_task(client.slack.command("/latest"))
    await asyncio.sleep(0)
    await client.acknowledge(await client.open())
    assert (await typed).acknowledged


async def test_a_reconnect_is_announced_and_the_old_websocket_used_no_more(client: Client) -> None:
    old = await client.open()
    await client.slack.reconnect()
    assert (await old.receive_json())["type"] == "disconnect"
    new = await client.open()
    await asyncio.gather(client.slack.command("/latest"), client.acknowledge(new))
    assert client.slack.sockets.greeted == 2


async def test_a_dropped_websocket_ends_without_a_word(client: Client) -> None:
    socket = await client.open()
    client.slack.sockets.drop()
    assert (await socket.receive()).type in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}


async def test_a_websocket_may_be_turned_away(client: Client) -> None:
    client.slack.refuse_sockets = True
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await client.open()


async def test_frames_that_are_no_text_or_acknowledge_nothing_do_no_harm(client: Client) -> None:
    socket = await client.open()
    await socket.send_bytes(b"x")
    await socket.send_json({"envelope_id": "unheard of"})
    await asyncio.gather(client.slack.command("/latest"), client.acknowledge(socket))
    assert len(client.slack.sockets.acknowledged) == 2


async def respond(client: Client, url: str, **payload: Any) -> tuple[int, str]:
    async with client.http.post(url, json=payload) as response:
        return response.status, await response.text()


async def asked(client: Client) -> str:
    """The response_url of a slash command."""
    socket = await client.open()
    _, envelope = await asyncio.gather(client.slack.command("/latest", channel="C1"), client.acknowledge(socket))
    url: str = envelope["payload"]["response_url"]
    return url


async def test_a_response_url_works_five_times(client: Client) -> None:
    url = await asked(client)
    said = [await respond(client, url, text=str(number)) for number in range(6)]
    assert said[4] == (200, "ok")
    assert said[5][0] == 404
    assert json.loads(said[5][1])["error"] == "used_url"
    assert [response["text"] for response in client.slack.responses] == ["0", "1", "2", "3", "4"]


async def test_a_response_url_looks_at_what_it_gets(client: Client) -> None:
    url = await asked(client)
    assert await respond(client, url) == (400, "no_text")
    assert (await respond(client, url + "0", text="x"))[0] == 404


async def test_a_press_names_the_message_that_it_is_under(client: Client) -> None:
    blocks = [SECTION, {"type": "actions", "elements": [BUTTON, MENU]}]
    ts = (await client.call("chat.postMessage", channel="C1", text="x", blocks=blocks, thread_ts="1.0"))["ts"]
    socket = await client.open()
    _, pressed = await asyncio.gather(client.slack.press("C1", ts, "a"), client.acknowledge(socket))
    container = pressed["payload"]["container"]
    assert (container["message_ts"], container["thread_ts"], container["is_ephemeral"]) == (ts, "1.0", False)
    assert pressed["payload"]["actions"][0]["value"] == "latest 2"
    _, chosen = await asyncio.gather(client.slack.press("C1", ts, "m", "topic ai"), client.acknowledge(socket))
    assert chosen["payload"]["actions"][0]["selected_option"] == OPTION


async def test_a_press_may_carry_another_value_as_a_forged_one_does(client: Client) -> None:
    blocks = [{"type": "actions", "elements": [BUTTON]}]
    ts = (await client.call("chat.postMessage", channel="C1", text="x", blocks=blocks))["ts"]
    socket = await client.open()
    _, pressed = await asyncio.gather(client.slack.press("C1", ts, "a", "rm -rf"), client.acknowledge(socket))
    assert pressed["payload"]["actions"][0]["value"] == "rm -rf"


async def test_a_press_under_a_response_is_ephemeral(client: Client) -> None:
    url = await asked(client)
    await respond(client, url, text="x", blocks=[{"type": "actions", "elements": [BUTTON]}])
    socket = await client.open()
    ts = client.slack.responses[0]["ts"]
    _, pressed = await asyncio.gather(client.slack.press("C1", ts, "a"), client.acknowledge(socket))
    assert pressed["payload"]["container"]["is_ephemeral"]
    assert "message" not in pressed["payload"]


@pytest.mark.parametrize(("action", "value"), [("nowhere", None), ("m", "topic none")])
async def test_what_is_not_there_cannot_be_pressed(client: Client, action: str, value: str | None) -> None:
    blocks = [SECTION, {"type": "actions", "elements": [MENU]}]
    ts = (await client.call("chat.postMessage", channel="C1", text="x", blocks=blocks))["ts"]
    with pytest.raises(LookupError):
        await client.slack.press("C1", ts, action, value)
    with pytest.raises(LookupError):
        await client.slack.press("C1", "9.0", action)


async def test_a_plan_of_faults_is_met_in_order_and_once(client: Client) -> None:
    client.slack.fail("chat.postMessage", Fault(error="ratelimited", status=429, retry_after=3))
    client.slack.fail("chat.postMessage", Fault(error="fatal_error", accepted=True))
    said = [await client.call("chat.postMessage", channel="C1", text=text) for text in "abc"]
    assert [answer.get("error") for answer in said] == ["ratelimited", "fatal_error", None]
    assert [message["text"] for message in client.slack.messages("C1")] == ["b", "c"]
    assert [call.arguments["text"] for call in client.slack.calls] == ["a", "b", "c"]


async def test_what_is_expected_is_waited_for(client: Client) -> None:
    expected = asyncio.create_task(client.slack.expect(lambda: client.slack.messages("C1")))
    await client.call("chat.postMessage", channel="C1", text="Hot")
    assert (await expected)[0]["text"] == "Hot"


async def test_what_never_comes_is_not_waited_for_longer_than_asked(slack: SlackStandIn) -> None:
    with pytest.raises(TimeoutError):
        await slack.expect(lambda: slack.messages("C1"), timeout=0.01)


async def test_over_http_what_people_do_is_signed(slack: SlackStandIn, unused_port: int) -> None:
    received: list[web.Request] = []

    async def receive(request: web.Request) -> web.Response:
        await request.read()
        received.append(request)
        return web.Response(status=200 if len(received) == 1 else 503)

    application = web.Application()
    application.router.add_post("/", receive)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", unused_port).start()
    slack.deliver_to = f"http://127.0.0.1:{unused_port}/"
    assert (await slack.command("/latest")).acknowledged
    assert not (await slack.redeliver(await slack.mention("C1", "hi"))).acknowledged
    await runner.cleanup()
    assert not (await slack.command("/latest")).acknowledged
    assert received[0].headers["X-Slack-Signature"].startswith("v0=")
    assert received[2].headers["X-Slack-Retry-Num"] == "1"


@pytest.fixture
async def unused_port() -> int:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port


def test_a_press_is_json_within_a_form() -> None:
    content, headers = signed_request("interactive", {"type": "block_actions"}, "s", 1)
    assert content.startswith(b"payload=%7B")
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
