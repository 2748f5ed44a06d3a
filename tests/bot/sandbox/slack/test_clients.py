"""slack-sdk's plain clients, which know nothing of us, work against the stand-in."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.stand_in import SlackStandIn

TOKEN = "xoxb-test"


async def test_the_blocking_client_posts_reads_and_takes_back(slack: SlackStandIn, section: dict[str, Any]) -> None:
    def work(client: WebClient) -> list[str]:
        metadata = {"event_type": "digest", "event_payload": {"d": "1"}}
        ts = str(client.chat_postMessage(channel="C1", text="Hot", blocks=[section], metadata=metadata)["ts"])
        client.chat_update(channel="C1", ts=ts, text="Hotter", blocks=[section])
        read = client.conversations_history(channel="C1", include_all_metadata=True)["messages"]
        client.chat_delete(channel="C1", ts=ts)
        return [message["text"] + message["metadata"]["event_payload"]["d"] for message in read]

    client = WebClient(TOKEN, base_url=slack.url)
    assert await asyncio.to_thread(work, client) == ["Hotter1"]
    assert slack.messages("C1") == []


async def test_the_awaiting_client_does_what_bots_do(slack: SlackStandIn, http: aiohttp.ClientSession) -> None:
    client = AsyncWebClient(TOKEN, base_url=slack.url, session=http)
    assert (await client.auth_test())["user_id"] == "U0BOT"
    ts = str((await client.chat_postMessage(channel="C1", text="Hot"))["ts"])
    await client.chat_postMessage(channel="C1", text="in the thread", thread_ts=ts)
    await client.chat_postEphemeral(channel="C1", user="U1", text="psst")
    await client.reactions_add(channel="C1", timestamp=ts, name="fire")
    await client.views_publish(user_id="U1", view={"type": "home", "blocks": [{"type": "divider"}]})
    assert [one["text"] for one in (await client.conversations_replies(channel="C1", ts=ts))["messages"]] == [
        "Hot",
        "in the thread",
    ]
    assert (await client.conversations_info(channel="C1"))["channel"]["is_member"]
    assert (await client.users_info(user="U1"))["user"]["id"] == "U1"
    assert [page["channels"][0]["id"] async for page in await client.conversations_list(limit=1)] == ["C1"]
    assert (await client.chat_getPermalink(channel="C1", message_ts=ts))["permalink"]


async def test_the_clients_report_refusals_as_slacks(slack: SlackStandIn, http: aiohttp.ClientSession) -> None:
    client = AsyncWebClient(TOKEN, base_url=slack.url, session=http)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="C1", text="x", blocks=[{"type": "header"}])
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] missing required field: text [json-pointer:/blocks/0]"
    ]


async def test_the_socket_mode_client_hears_acknowledges_and_comes_again(
    slack: SlackStandIn, http: aiohttp.ClientSession
) -> None:
    heard: list[str] = []

    async def listen(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        heard.append(request.payload["text"])
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, {"text": "One moment"}))

    web_client = AsyncWebClient(base_url=slack.url, session=http)
    client = SocketModeClient(app_token="xapp-test", web_client=web_client)
    client.socket_mode_request_listeners.append(listen)
    await client.connect()  # type: ignore[no-untyped-call]  # the SDK types it not
    try:
        assert (await slack.command("/latest", "one")).answer == {"text": "One moment"}
        await slack.reconnect()
        assert (await slack.command("/latest", "two")).acknowledged
    finally:
        await client.disconnect()  # type: ignore[no-untyped-call]  # the SDK types it not
        await client.close()  # type: ignore[no-untyped-call]  # the SDK types it not
    assert heard == ["one", "two"]
    assert slack.sockets.greeted == 2
