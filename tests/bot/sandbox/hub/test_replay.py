"""A recording in the page: the same messages, and nothing to be done."""

import aiohttp
import pytest

from bot.sandbox.hub.hub import Hub
from bot.sandbox.hub.replay import Replay
from bot.sandbox.hub.rooms import NEWS, PRIVATE
from tests.bot.sandbox.hub.asking import Asking, call_slack, call_telegram, streaming


async def test_a_recording_begins_once_somebody_looks_and_shows_every_message(hub: Hub, asking: Asking) -> None:
    await call_telegram(hub, asking, "sendMessage", chat_id=PRIVATE, text="one")
    await call_slack(hub, asking, "chat.postMessage", channel=NEWS, text="two")

    async with Replay(hub.recorder.entries(), longest=0.01) as replay:
        looking = Asking(asking.session, replay.address)
        _, before = await looking.get("api/state")
        async with streaming(looking) as stream:
            changes = [await stream.next("change"), await stream.next("change")]

    assert (before["replay"], before["entries"]) == (True, [])
    assert [change["room"] for change in changes] == [f"telegram:{PRIVATE}", f"slack:{NEWS}"]
    assert ["one" in changes[0]["put"][0]["html"], "two" in changes[1]["put"][0]["html"]] == [True, True]


async def test_a_chat_that_only_the_recording_knows_can_be_chosen(hub: Hub, asking: Asking) -> None:
    hub.telegram.chats.add(77)
    await call_telegram(hub, asking, "sendMessage", chat_id=77, text="one")

    async with Replay(hub.recorder.entries()) as replay, streaming(Asking(asking.session, replay.address)) as stream:
        rooms = await stream.next("rooms")

    assert rooms[-1]["key"] == "telegram:77"


@pytest.mark.parametrize("path", ["telegram/say", "slack/command", "faults"])
async def test_nothing_can_be_done_in_a_recording(session: aiohttp.ClientSession, path: str) -> None:
    async with Replay(()) as replay, session.post(f"{replay.address}api/{path}", json={}) as answer:
        assert answer.status == 404


async def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_open(hub: Hub) -> None:
    port = int(hub.address.rstrip("/").rpartition(":")[2])

    with pytest.raises(OSError, match=str(port)):
        await Replay((), port=port).__aenter__()
