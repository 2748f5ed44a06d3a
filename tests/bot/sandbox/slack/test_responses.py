"""What a bot says through a `response_url`, as people see it."""

import asyncio
from typing import Any

import pytest

from tests.bot.sandbox.slack.plain import Client

BUTTON = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "More"}, "value": "latest 2"}
CONTROLS = [{"type": "actions", "elements": [BUTTON]}]


async def respond(client: Client, url: str, **payload: Any) -> tuple[int, str]:
    async with client.http.post(url, json=payload) as response:
        return response.status, await response.text()


async def asked(client: Client) -> str:
    """The response_url of a slash command."""
    socket = await client.open()
    reported, _ = await asyncio.gather(client.slack.command("/latest"), client.acknowledge(socket))
    return str(reported.body["response_url"])


async def pressed(client: Client, ts: str) -> str:
    """The response_url of a press."""
    socket = await client.open()
    reported, _ = await asyncio.gather(client.slack.press("C1", ts, "a"), client.acknowledge(socket))
    return str(reported.body["response_url"])


async def posted(client: Client) -> str:
    return str((await client.call("chat.postMessage", channel="C1", text="Old", blocks=CONTROLS))["ts"])


@pytest.mark.parametrize(("kind", "alone"), [("ephemeral", True), ("in_channel", False)])
async def test_a_response_is_seen_by_one_or_by_all(client: Client, kind: str, alone: bool) -> None:
    await respond(client, await asked(client), text="Hot", response_type=kind)
    (shown,) = client.slack.messages("C1")
    assert shown.get("is_ephemeral", False) is alone
    assert len((await client.call("conversations.history", channel="C1"))["messages"]) == (not alone)


async def test_a_response_takes_the_place_of_what_was_pressed(client: Client) -> None:
    ts = await posted(client)
    await respond(client, await pressed(client, ts), text="New", replace_original=True)
    (shown,) = client.slack.messages("C1")
    assert (shown["ts"], shown["text"], shown["blocks"]) == (ts, "New", [])


async def test_a_response_takes_the_place_of_an_earlier_one(client: Client) -> None:
    await respond(client, await asked(client), text="Old", blocks=CONTROLS)
    ts = client.slack.responses[0]["ts"]
    await respond(client, await pressed(client, ts), text="New", blocks=CONTROLS, replace_original=True)
    (shown,) = client.slack.messages("C1")
    assert (shown["text"], shown["is_ephemeral"]) == ("New", True)


async def test_a_response_takes_away_what_was_pressed(client: Client) -> None:
    url = await pressed(client, await posted(client))
    assert await respond(client, url, delete_original=True) == (200, "ok")
    assert client.slack.messages("C1") == []


async def test_a_response_to_what_is_gone_stands_for_itself(client: Client) -> None:
    ts = await posted(client)
    url = await pressed(client, ts)
    await client.call("chat.delete", channel="C1", ts=ts)
    await respond(client, url, text="New", replace_original=True)
    assert [message["text"] for message in client.slack.messages("C1")] == ["New"]


async def test_a_response_url_works_half_an_hour(client: Client) -> None:
    url = await asked(client)
    late = client.slack.workspace.clock() + 1801
    client.slack.workspace.clock = lambda: late
    assert (await respond(client, url, text="x"))[0] == 404


@pytest.mark.parametrize("body", ["{", "[]"])
async def test_a_response_is_an_object(client: Client, body: str) -> None:
    async with client.http.post(await asked(client), data=body) as response:
        assert (response.status, await response.text()) == (400, "invalid_payload")
