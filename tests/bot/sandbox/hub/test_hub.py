"""The sandbox over real sockets: what people do arrives at the bot, and what the bot does on the page."""

from typing import Any

import pytest

from bot.sandbox.hub.hub import Hub
from bot.sandbox.hub.rooms import DIRECT, FORUM, NEWS, PRIVATE
from bot.sandbox.hub.tokens import RealTokenError, Tokens
from bot.sandbox.recording import Direction, read_json_lines
from bot.sandbox.slack.workspace import BOT
from tests.bot.sandbox.hub.asking import Asking, call_slack, call_telegram, connected, streaming

BUTTON = {"inline_keyboard": [[{"text": "more", "callback_data": "page-2"}]]}
CONTROLS = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "more", "value": "2", "text": {"type": "plain_text", "text": "more"}},
        ],
    }
]


async def test_a_message_of_the_bot_appears_live_with_the_call_that_wrote_it(hub: Hub, asking: Asking) -> None:
    async with streaming(asking) as stream:
        everything = await stream.next("everything")
        await call_telegram(hub, asking, "sendMessage", chat_id=PRIVATE, text="<b>Moon</b>", parse_mode="HTML")
        entry = await stream.next("entry")
        change = await stream.next("change")

    assert everything["chats"]["telegram:42"] == []
    [shown] = change["put"]
    assert "<b>Moon</b>" in shown["html"]
    assert (entry["room"], entry["message"]) == (change["room"], shown["id"]) == ("telegram:42", "1")
    assert (entry["arguments"]["text"], entry["verdict"], entry["status"]) == ("<b>Moon</b>", [], 200)


async def test_a_refused_call_is_listed_with_its_verdict(hub: Hub, asking: Asking) -> None:
    address = f"{hub.telegram.url}/bot{hub.tokens.telegram}/sendMessage"
    async with asking.session.post(address, json={"chat_id": PRIVATE, "text": "<c>", "parse_mode": "HTML"}):
        _, state = await asking.get("api/state")

    [entry] = state["entries"]
    assert entry["room"] is None
    assert "can't parse entities" in entry["verdict"][0]


async def test_what_a_person_writes_in_a_topic_reaches_the_bot_and_the_page(hub: Hub, asking: Asking) -> None:
    async with streaming(asking) as stream:
        said = {"chat": str(FORUM), "text": "/topic ai", "thread": 7}
        status, _ = await asking.post("api/telegram/say", said)
        change = await stream.next("change")
    [update] = await call_telegram(hub, asking, "getUpdates")

    assert status == 200
    assert (change["room"], change["put"][0]["thread"]) == (f"telegram:{FORUM}", "7")
    assert update["message"]["text"] == "/topic ai"


async def test_a_slack_channel_shows_who_wrote_and_whom_they_named(hub: Hub, asking: Asking) -> None:
    async with streaming(asking) as stream:
        hub.slack.workspace.post(hub.slack.workspace.channels[NEWS], {"user": "U1", "text": f"<@{BOT['user_id']}>"})
        change = await stream.next("change")

    [shown] = change["put"]
    assert ">Ada<" in shown["html"]
    assert "@heatwire" in shown["html"]


async def test_a_chat_that_looks_the_same_is_not_told_again(hub: Hub, asking: Asking) -> None:
    async with streaming(asking) as stream:
        await hub.telegram.say(PRIVATE, "one")
        await stream.next("change")
        hub.telegram.chats.tell(hub.telegram.chats.get(PRIVATE))
        hub.telegram.chats.tell(hub.telegram.chats.get(FORUM))
        await hub.telegram.say(FORUM, "two")
        change = await stream.next("change")

    assert "two" in change["put"][0]["html"]


async def test_a_button_in_telegram_can_be_pressed(hub: Hub, asking: Asking) -> None:
    sent = await call_telegram(hub, asking, "sendMessage", chat_id=PRIVATE, text="1", reply_markup=BUTTON)
    pressed = {"chat": PRIVATE, "message": str(sent["message_id"]), "data": "page-2"}
    status, _ = await asking.post("api/telegram/press", pressed)
    [update] = await call_telegram(hub, asking, "getUpdates")

    assert status == 200
    assert update["callback_query"]["data"] == "page-2"


async def test_commands_mentions_and_presses_reach_a_bot_in_slack(hub: Hub, asking: Asking) -> None:
    posted = await call_slack(hub, asking, "chat.postMessage", channel=NEWS, text="1", blocks=CONTROLS)
    async with connected(hub, asking) as told:
        for action, said in {
            "command": {"channel": NEWS, "text": "/latest ai 3"},
            "mention": {"channel": NEWS, "text": "latest"},
            "press": {"channel": NEWS, "ts": posted["ts"], "action": "more"},
        }.items():
            assert await asking.post(f"api/slack/{action}", said) == (200, {"acknowledged": True})

    assert [envelope["type"] for envelope in told] == ["slash_commands", "events_api", "interactive"]
    assert (told[0]["payload"]["command"], told[0]["payload"]["text"]) == ("/latest", "ai 3")
    assert told[2]["payload"]["actions"][0]["value"] == "2"


async def test_a_channel_is_told_to_the_bot_only_where_it_is_named(hub: Hub, asking: Asking) -> None:
    async with connected(hub, asking) as told:
        answer = await asking.post("api/slack/say", {"channel": NEWS, "text": "good morning"})

    assert (answer, told) == ((200, {"acknowledged": None}), [])
    assert [message["text"] for message in hub.slack.messages(NEWS)] == ["good morning"]


async def test_a_direct_message_is_told_to_the_bot(hub: Hub, asking: Asking) -> None:
    async with connected(hub, asking) as told:
        answer = await asking.post("api/slack/say", {"channel": DIRECT, "text": "1 < 2"})

    assert answer == (200, {"acknowledged": True})
    assert (told[0]["payload"]["event"]["type"], told[0]["payload"]["event"]["text"]) == ("message", "1 &lt; 2")


async def test_where_no_bot_is_connected_the_page_is_told_so(asking: Asking) -> None:
    answer = await asking.post("api/slack/command", {"channel": NEWS, "text": "/latest"})

    assert answer == (200, {"acknowledged": False, "error": "no bot is connected"})


@pytest.mark.parametrize(
    ("path", "said", "status"),
    [
        ("telegram/say", {"chat": "Ada", "text": "a"}, 400),
        ("telegram/say", {"chat": PRIVATE, "text": ""}, 400),
        ("telegram/say", ["a"], 400),
        ("telegram/press", {"chat": PRIVATE, "message": 99, "data": "a"}, 404),
        ("slack/say", {"text": "a"}, 400),
        ("faults", {"platform": "teams", "kind": "late"}, 400),
        ("faults", {"platform": "slack", "kind": "earthquake"}, 400),
        ("faults", {"platform": "slack", "seed": 1, "share": 7}, 400),
    ],
)
async def test_what_makes_no_sense_is_refused(hub: Hub, asking: Asking, path: str, said: Any, status: int) -> None:
    async with connected(hub, asking):
        answered, answer = await asking.post(f"api/{path}", said)

    assert answered == status
    assert answer["error"]


async def test_a_chat_that_comes_about_later_can_be_chosen(hub: Hub, asking: Asking) -> None:
    async with streaming(asking) as stream:
        await hub.telegram.say(77, "hello")
        rooms = await stream.next("rooms")

    assert rooms[-1]["key"] == "telegram:77"


async def test_the_recording_can_be_had_as_json_lines(hub: Hub, asking: Asking) -> None:
    await call_slack(hub, asking, "chat.postMessage", channel=NEWS, text="a")
    async with asking.session.get(asking.address + "api/recording") as answer:
        [entry] = read_json_lines((await answer.text()).splitlines())

    assert (entry.platform, entry.direction, entry.name) == ("slack", Direction.CALL, "chat.postMessage")
    assert "recording.jsonl" in answer.headers["Content-Disposition"]


async def test_the_ports_behind_the_pages_are_the_platforms(unused_ports: int) -> None:
    async with Hub(port=unused_ports) as hub:
        assert hub.address == f"http://127.0.0.1:{unused_ports}/"
        assert hub.telegram.url == f"http://127.0.0.1:{unused_ports + 1}"
        assert hub.slack.url == f"http://127.0.0.1:{unused_ports + 2}/api/"
        with pytest.raises(OSError, match=str(unused_ports + 1)):
            await Hub(port=unused_ports).__aenter__()


def test_a_real_token_is_refused() -> None:
    with pytest.raises(RealTokenError):
        Hub(tokens=Tokens(telegram="110201543:" + "A" * 35))
