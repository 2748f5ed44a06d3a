"""The sandbox over real sockets: what people do arrives at the bot, and what the bot does on the page."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.sandbox.hub.hub import Hub
from bot.sandbox.hub.rooms import FORUM, NEWS, PRIVATE
from bot.sandbox.hub.tokens import RealTokenError, Tokens
from bot.sandbox.recording import Direction, read_json_lines
from tests.bot.sandbox.hub.conftest import Asking
from tests.stories.process import eventually

BUTTON = {"inline_keyboard": [[{"text": "more", "callback_data": "page-2"}]]}
CONTROLS = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "more", "value": "2", "text": {"type": "plain_text", "text": "more"}},
        ],
    }
]


class Stream:
    """The live stream, event by event."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def next(self, kind: str) -> Any:
        """The next event of this kind."""
        said = None
        async with asyncio.timeout(5):
            async for line in self._answer.content:
                name, _, rest = line.decode().strip().partition(": ")
                if name == "event":
                    said = rest
                elif name == "data" and said == kind:
                    return json.loads(rest)
        raise EOFError(kind)


@asynccontextmanager
async def streaming(asking: Asking) -> AsyncIterator[Stream]:
    async with asking.session.get(asking.address + "api/stream") as answer:
        assert answer.content_type == "text/event-stream"
        yield Stream(answer)


async def call_telegram(hub: Hub, asking: Asking, method: str, **arguments: Any) -> Any:
    address = f"{hub.telegram.url}/bot{hub.tokens.telegram}/{method}"
    async with asking.session.post(address, json=arguments) as answer:
        return (await answer.json())["result"]


async def call_slack(hub: Hub, asking: Asking, method: str, **arguments: Any) -> Any:
    token = {"Authorization": f"Bearer {hub.tokens.slack_bot}"}
    async with asking.session.post(f"{hub.slack.url}{method}", json=arguments, headers=token) as answer:
        return await answer.json()


@asynccontextmanager
async def connected(hub: Hub, asking: Asking) -> AsyncIterator[list[dict[str, Any]]]:
    """A bot in Socket Mode that acknowledges everything; what it was told."""
    token = {"Authorization": f"Bearer {hub.tokens.slack_app}"}
    async with asking.session.post(f"{hub.slack.url}apps.connections.open", headers=token) as answer:
        address = (await answer.json())["url"]
    told: list[dict[str, Any]] = []
    async with asking.session.ws_connect(address) as socket:
        await socket.receive_json(timeout=5)

        async def listen() -> None:
            async for frame in socket:
                told.append(json.loads(frame.data))
                await socket.send_json({"envelope_id": told[-1]["envelope_id"]})

        listening = asyncio.create_task(listen())
        await eventually(lambda: hub.slack.sockets.count == 1)
        yield told
    await listening


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


async def test_where_no_bot_is_connected_the_page_is_told_so(asking: Asking) -> None:
    answer = await asking.post("api/slack/command", {"channel": NEWS, "text": "/latest"})

    assert answer == (200, {"acknowledged": False, "error": "no bot is connected"})


async def test_the_next_call_meets_the_trouble_that_was_asked_for(hub: Hub, asking: Asking) -> None:
    await asking.post("api/faults", {"platform": "telegram", "kind": "rate_limited"})
    await asking.post("api/faults", {"platform": "slack", "kind": "error_after", "method": "chat.postMessage"})
    address = f"{hub.telegram.url}/bot{hub.tokens.telegram}/sendMessage"
    async with asking.session.post(address, json={"chat_id": PRIVATE, "text": "a"}) as refused:
        pass
    token = {"Authorization": f"Bearer {hub.tokens.slack_bot}"}
    said = {"channel": NEWS, "text": "b"}
    async with asking.session.post(f"{hub.slack.url}chat.postMessage", json=said, headers=token) as broken:
        pass

    assert (refused.status, hub.telegram.messages(PRIVATE)) == (429, [])
    assert (broken.status, len(hub.slack.messages(NEWS))) == (500, 1)
    assert all(entry.fault for entry in hub.recorder.entries())


async def test_a_call_that_was_done_and_not_answered_is_shown_with_its_message(hub: Hub, asking: Asking) -> None:
    await asking.post("api/faults", {"platform": "telegram", "kind": "reset_after"})
    address = f"{hub.telegram.url}/bot{hub.tokens.telegram}/sendMessage"
    with pytest.raises(aiohttp.ClientError):
        await asking.session.post(address, json={"chat_id": PRIVATE, "text": "a"})
    _, state = await asking.get("api/state")

    [entry] = state["entries"]
    assert (entry["status"], entry["room"], entry["message"]) == (None, "telegram:42", "1")


async def test_an_event_can_be_told_twice(hub: Hub, asking: Asking) -> None:
    async with connected(hub, asking) as told:
        for platform in ("slack", "telegram"):
            await asking.post("api/faults", {"platform": platform, "kind": "duplicate"})
        await asking.post("api/slack/mention", {"channel": NEWS, "text": "latest"})

    await asking.post("api/telegram/say", {"chat": PRIVATE, "text": "/latest"})
    first = await call_telegram(hub, asking, "getUpdates")
    again = await call_telegram(hub, asking, "getUpdates")

    assert [envelope["payload"]["event_id"] for envelope in told] == [told[0]["payload"]["event_id"]] * 2
    assert first == again


async def test_random_trouble_is_the_same_for_the_same_seed_and_can_be_ended(hub: Hub, asking: Asking) -> None:
    async def statuses(**chaos: Any) -> list[int]:
        await asking.post("api/faults", {"platform": "slack", **chaos})
        address, token = f"{hub.slack.url}auth.test", {"Authorization": f"Bearer {hub.tokens.slack_bot}"}
        seen = []
        for _ in range(12):
            try:
                async with asyncio.timeout(0.2), asking.session.get(address, headers=token) as answer:
                    seen.append(answer.status)
            except (TimeoutError, aiohttp.ClientError):
                seen.append(0)
        return seen

    first = await statuses(seed=7, share=0.5)

    assert await statuses(seed=7, share=0.5) == first
    assert set(first) - {200}
    assert await statuses(seed=7, share=0) == [200] * 12


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
