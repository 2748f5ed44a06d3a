"""Trouble on request: the next call meets it, or a share of all calls does."""

import asyncio
from contextlib import suppress
from typing import Any

import aiohttp
import pytest

from bot.sandbox.hub.hub import Hub
from bot.sandbox.hub.rooms import NEWS, PRIVATE
from tests.bot.sandbox.hub.asking import Asking, call_telegram, connected


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


async def test_random_trouble_can_befall_telegram(hub: Hub, asking: Asking) -> None:
    await asking.post("api/faults", {"platform": "telegram", "seed": 1, "share": 1})
    with suppress(TimeoutError, aiohttp.ClientError):
        async with asyncio.timeout(0.2):
            await asking.session.get(f"{hub.telegram.url}/bot{hub.tokens.telegram}/getMe")

    [entry] = hub.recorder.entries()
    assert entry.fault
