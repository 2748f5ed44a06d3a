"""Each method of the Web API: what it does, and what it refuses with which code."""

import asyncio
import json
from typing import Any

import pytest

from bot.sandbox.slack.stand_in import SlackStandIn
from tests.bot.sandbox.slack.plain import Client

Json = dict[str, Any]


async def post(client: Client, text: str = "Hot", **more: Any) -> str:
    said = await client.call("chat.postMessage", channel="C1", text=text, **more)
    return str(said["ts"])


async def test_a_get_says_the_same_as_a_post(client: Client) -> None:
    query = {"token": "xoxb-test", "channel": "C1", "limit": "1"}
    async with client.http.get(client.slack.url + "conversations.history", params=query) as response:
        assert (await response.json())["ok"]


@pytest.mark.parametrize(("body", "error"), [("{", "invalid_json"), ("[]", "json_not_object")])
async def test_json_that_is_none_is_refused(client: Client, body: str, error: str) -> None:
    headers = {"Content-Type": "application/json", "Authorization": "Bearer xoxb-test"}
    async with client.http.post(client.slack.url + "auth.test", data=body, headers=headers) as response:
        assert (await response.json())["error"] == error


async def test_blocks_that_are_no_json_within_a_form_are_refused(client: Client) -> None:
    form = {"token": "xoxb-test", "channel": "C1", "text": "x", "blocks": "[{"}
    async with client.http.post(client.slack.url + "chat.postMessage", data=form) as response:
        assert (await response.json())["error"] == "invalid_blocks_format"


async def test_a_bots_token_opens_no_socket_and_an_apps_posts_nothing(client: Client) -> None:
    assert (await client.call("apps.connections.open"))["error"] == "not_allowed_token_type"
    assert (await client.call("auth.test", "xapp-test"))["error"] == "not_allowed_token_type"


async def test_a_token_without_the_scope_is_told_which_one_is_missing(client: Client) -> None:
    client.slack._api.scopes = {"commands"}
    said = await client.call("chat.postMessage", channel="C1", text="x")
    assert said == {"ok": False, "error": "missing_scope", "needed": "chat:write", "provided": "commands"}
    assert (await client.call("auth.test"))["ok"]


@pytest.mark.parametrize("place", ["U1", "#c1"])
async def test_a_post_reaches_a_person_or_a_channel_by_name(client: Client, place: str) -> None:
    said = await client.call("chat.postMessage", channel=place, text="x")
    assert said["channel"] == {"U1": "D1", "#c1": "C1"}[place]


async def test_a_post_to_a_person_nobody_spoke_to_opens_a_conversation(client: Client) -> None:
    assert (await client.call("chat.postMessage", channel="U2", text="x"))["channel"] == "D2"
    assert [message["text"] for message in client.slack.messages("D2")] == ["x"]


async def test_a_text_is_cut_where_slack_cuts_it(client: Client) -> None:
    await post(client, "x" * 40_001)
    assert len(client.slack.messages("C1")[0]["text"]) == 40_000


async def test_a_message_is_not_changed_to_a_longer_text_than_slack_takes(client: Client) -> None:
    ts = await post(client)
    assert (await client.call("chat.update", channel="C1", ts=ts, text="x" * 4001))["error"] == "msg_too_long"


async def test_markdown_text_is_a_text(client: Client) -> None:
    await client.call("chat.postMessage", channel="C1", markdown_text="**Hot**")
    assert client.slack.messages("C1")[0]["text"] == "**Hot**"


async def test_without_blocks_an_update_leaves_the_old_ones(client: Client, section: Json) -> None:
    ts = await post(client, blocks=[section])
    await client.call("chat.update", channel="C1", ts=ts, text="Hotter")
    assert client.slack.messages("C1")[0]["blocks"] == [section]
    await client.call("chat.update", channel="C1", ts=ts, text="Hotter", blocks=[])
    assert client.slack.messages("C1")[0]["blocks"] == []


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ({"event_type": "x"}, "invalid_metadata_format"),
        ({"event_type": "x", "event_payload": "y"}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {"y": "z" * 8000}}, "metadata_too_large"),
    ],
)
async def test_metadata_has_a_form(client: Client, metadata: Json, error: str) -> None:
    said = await client.call("chat.postMessage", channel="C1", text="x", metadata=metadata)
    assert said["error"] == error


async def test_the_bots_own_message_is_deleted(client: Client) -> None:
    ts = await post(client)
    assert (await client.call("chat.delete", channel="C1", ts=ts))["ok"]
    assert client.slack.messages("C1") == []
    assert (await client.call("chat.delete", channel="C1", ts=ts))["error"] == "message_not_found"
    assert (await client.call("chat.delete", channel="C9", ts=ts))["error"] == "channel_not_found"


async def test_what_a_person_wrote_is_not_deleted(client: Client) -> None:
    await client.slack.say("C1", "mine")
    ts = client.slack.messages("C1")[0]["ts"]
    assert (await client.call("chat.delete", channel="C1", ts=ts))["error"] == "cant_delete_message"


async def test_what_one_person_alone_sees_is_in_no_history_and_out_of_reach(client: Client) -> None:
    ts = (await client.call("chat.postEphemeral", channel="C1", text="psst", user="U1"))["message_ts"]
    (shown,) = client.slack.messages("C1")
    assert (shown["is_ephemeral"], shown["seen_by"]) == (True, "U1")
    assert (await client.call("conversations.history", channel="C1"))["messages"] == []
    assert (await client.call("chat.update", channel="C1", ts=ts, text="x"))["error"] == "message_not_found"


async def test_a_message_has_an_address(client: Client) -> None:
    ts = await post(client)
    said = await client.call("chat.getPermalink", channel="C1", message_ts=ts)
    assert said["permalink"].endswith(f"/archives/C1/p{ts.replace('.', '')}")
    for arguments, error in (({"channel": "C9"}, "channel_not_found"), ({"channel": "C1"}, "message_not_found")):
        assert (await client.call("chat.getPermalink", **arguments))["error"] == error


async def test_a_reaction_is_added_once(client: Client) -> None:
    fire = {"channel": "C1", "timestamp": await post(client), "name": "fire"}
    assert (await client.call("reactions.add", **fire))["ok"]
    assert client.slack.messages("C1")[0]["reactions"][0]["count"] == 1
    for change, error in (
        ({}, "already_reacted"),
        ({"name": ""}, "invalid_name"),
        ({"timestamp": "1.0"}, "message_not_found"),
        ({"channel": "C9"}, "channel_not_found"),
    ):
        assert (await client.call("reactions.add", **{**fire, **change}))["error"] == error


async def test_a_thread_is_counted_at_its_parent(client: Client) -> None:
    ts = await post(client)
    reply = await post(client, thread_ts=ts)
    (parent,) = (await client.call("conversations.history", channel="C1"))["messages"]
    assert (parent["reply_count"], parent["latest_reply"]) == (1, reply)
    assert (await client.call("conversations.replies", channel="C1", ts="1.0"))["error"] == "thread_not_found"
    assert (await client.call("conversations.replies", channel="C9", ts=ts))["error"] == "channel_not_found"


async def test_history_is_read_page_by_page(client: Client) -> None:
    for text in "abcde":
        await post(client, text)
    read, cursor = [], ""
    for _ in range(3):
        said = await client.call("conversations.history", channel="C1", limit=2, cursor=cursor)
        read += [message["text"] for message in said["messages"]]
        cursor = said["response_metadata"]["next_cursor"]
    assert ("".join(read), cursor) == ("edcba", "")


async def test_a_message_that_went_away_between_two_pages_takes_no_other_along(client: Client) -> None:
    named = [await post(client, text) for text in "abcd"]
    said = await client.call("conversations.history", channel="C1", limit=2)
    await client.call("chat.delete", channel="C1", ts=named[3])
    await client.call("chat.delete", channel="C1", ts=named[1])
    cursor = said["response_metadata"]["next_cursor"]
    rest = await client.call("conversations.history", channel="C1", limit=2, cursor=cursor)
    assert [message["text"] for message in rest["messages"]] == ["a"]


async def test_an_app_that_is_sold_reads_fifteen_messages_at_most(client: Client) -> None:
    async with SlackStandIn(limits=True, history_per_minute=1) as slack:
        for _ in range(20):
            slack.workspace.post(slack.workspace.channels["C1"], {"text": "x"})
        said = await Client(slack, client.http).call("conversations.history", channel="C1", limit=200)
    assert (len(said["messages"]), said["has_more"]) == (15, True)


async def test_history_tells_what_lies_between(client: Client) -> None:
    named = [await post(client, text) for text in "abcd"]
    between = {"channel": "C1", "oldest": named[0], "latest": named[3]}
    said = await client.call("conversations.history", **between)
    with_ends = await client.call("conversations.history", **between, inclusive=True)
    assert [message["text"] for message in said["messages"]] == ["c", "b"]
    assert [message["text"] for message in with_ends["messages"]] == ["d", "c", "b", "a"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"limit": 1001}, "invalid_limit"),
        ({"limit": "many"}, "invalid_limit"),
        ({"cursor": "no cursor"}, "invalid_cursor"),
        ({"cursor": "bm9uZQ=="}, "invalid_cursor"),
        ({"oldest": "yesterday"}, "invalid_ts_oldest"),
    ],
)
async def test_history_refuses_what_it_cannot_read(client: Client, arguments: Json, error: str) -> None:
    assert (await client.call("conversations.history", channel="C1", **arguments))["error"] == error


async def test_channels_are_listed_by_their_kind(client: Client) -> None:
    client.slack.add_channel("OLD", is_archived=True)

    async def listed(**arguments: Any) -> list[str]:
        said = await client.call("conversations.list", **arguments)
        return [channel["id"] for channel in said["channels"]]

    assert await listed() == ["C1", "OLD"]
    assert await listed(types="public_channel,im", exclude_archived=True) == ["C1", "D1"]


async def test_a_channels_members_are_listed(client: Client) -> None:
    client.slack.add_channel("ALIEN", is_member=False)
    assert (await client.call("conversations.members", channel="C1"))["members"] == ["U1", "U2", "U0BOT"]
    assert (await client.call("conversations.members", channel="ALIEN"))["members"] == ["U1", "U2"]
    assert (await client.call("conversations.members", channel="C9"))["error"] == "channel_not_found"


async def test_a_bot_may_join_what_is_open_to_all(client: Client) -> None:
    client.slack.add_channel("ALIEN", is_member=False)
    client.slack.add_channel("OLD", is_archived=True)
    assert (await client.call("conversations.join", channel="ALIEN"))["channel"]["is_member"]
    assert (await client.call("conversations.join", channel="ALIEN"))["warning"] == "already_in_channel"
    for channel, error in (
        ("OLD", "is_archived"),
        ("D1", "method_not_supported_for_channel_type"),
        ("C9", "channel_not_found"),
    ):
        assert (await client.call("conversations.join", channel=channel))["error"] == error


async def test_people_are_known_by_their_id(client: Client) -> None:
    assert (await client.call("users.info", user="U1"))["user"]["name"] == "u1"
    assert (await client.call("users.info", user="U0BOT"))["user"]["is_bot"]
    assert (await client.call("users.info", user="U9"))["error"] == "user_not_found"


async def test_blocks_are_checked_without_being_posted(client: Client, section: Json) -> None:
    assert (await client.call("blocks.validate", blocks=[section]))["ok"]
    said = await client.call("blocks.validate", message={"blocks": [{"type": "header"}]})
    assert said["response_metadata"]["messages"] == ["[ERROR] missing required field: text [json-pointer:/blocks/0]"]
    assert (await client.call("blocks.validate", view={"blocks": [section] * 100}))["ok"]


HOME = {"type": "home", "blocks": [{"type": "divider"}]}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Topics"}, "blocks": [{"type": "divider"}]}


async def test_a_home_tab_is_published(client: Client) -> None:
    view = (await client.call("views.publish", user_id="U1", view=HOME))["view"]
    assert client.slack.workspace.views[view["id"]]["blocks"] == HOME["blocks"]
    async with client.http.post(
        client.slack.url + "views.publish", data={"token": "xoxb-test", "user_id": "U1", "view": json.dumps(HOME)}
    ) as response:
        assert (await response.json())["ok"]


@pytest.mark.parametrize(
    ("view", "found"),
    [
        (7, "must be an object [json-pointer:/view]"),
        ({**HOME, "blocks": [{"type": "divider"}] * 101}, "no more than 100 items allowed [json-pointer:/view/blocks]"),
        ({**HOME, "blocks": [{"type": "header"}]}, "missing required field: text [json-pointer:/view/blocks/0]"),
    ],
)
async def test_a_view_is_looked_at(client: Client, view: object, found: str) -> None:
    said = await client.call("views.publish", user_id="U1", view=view)
    assert (said["error"], said["errors"]) == ("invalid_arguments", [found])
    assert (await client.call("views.publish", user_id="U9", view=view))["error"] == "user_not_found"


class Now:
    """A clock that is set."""

    def __init__(self) -> None:
        self.seconds = 1_790_000_000.0

    def __call__(self) -> float:
        return self.seconds


async def test_a_modal_opens_once_and_within_three_seconds(client: Client) -> None:
    now = Now()
    client.slack.workspace.clock = now
    socket = await client.open()

    async def trigger() -> str:
        typed = client.slack.command("/latest")
        reported, _ = await asyncio.gather(typed, client.acknowledge(socket))
        return str(reported.body["trigger_id"])

    async def opened(trigger_id: str, view: object = MODAL) -> Json:
        return await client.call("views.open", trigger_id=trigger_id, view=view)

    first, second = await trigger(), await trigger()
    assert (await opened(first, HOME))["error"] == "invalid_arguments"
    assert (await opened(first))["view"]["title"]["text"] == "Topics"
    assert (await opened(first))["error"] == "exchanged_trigger_id"
    assert (await opened(""))["error"] == "invalid_trigger_id"
    now.seconds += 3.1
    assert (await opened(second))["error"] == "expired_trigger_id"


async def test_without_limits_nothing_is_too_often(client: Client) -> None:
    for _ in range(10):
        await post(client)
    assert len(client.slack.messages("C1")) == 10


async def test_with_limits_the_next_message_of_a_burst_has_to_wait(client: Client) -> None:
    async with SlackStandIn(limits=True) as slack:
        limited = Client(slack, client.http)
        said = [await limited.call("chat.postMessage", channel="C1", text="x") for _ in range(6)]
        assert [answer.get("error") for answer in said] == [None] * 5 + ["ratelimited"]
        headers = {"Authorization": "Bearer xoxb-test"}
        body = {"channel": "C1", "text": "x"}
        async with client.http.post(slack.url + "chat.postMessage", json=body, headers=headers) as response:
            assert (response.status, response.headers["Retry-After"]) == (429, "1")
        assert (await limited.call("chat.postMessage", channel="D1", text="x"))["ok"]
