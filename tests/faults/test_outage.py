"""A Telegram that is away for six hours, and one that tells a chat to wait for one: by a clock that relay and stand-in
share, over real sockets.
"""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest

from bot.delivery.delivery import Call, Destination
from bot.delivery.relay import Relay
from bot.delivery.rows import State
from bot.sandbox.telegram.faults import too_many_requests
from bot.sandbox.telegram.stand_in import TelegramStandIn
from bot.store.engine import Store
from tests.benchmarks.relaying import TOKEN, telegram
from tests.bot.delivery.fakes import add, owed, state, states
from tests.clock import START, SettableClock
from tests.waiting import PATIENCE

CHATS = 1_000
HOURS = 6.0
AWAY = timedelta(hours=HOURS)


@dataclass
class Scene:
    """A relay that runs by a clock of ours, and what it tells."""

    store: Store
    clock: SettableClock
    relay: Relay
    events: Counter[str] = field(default_factory=Counter)

    def seconds(self) -> float:
        return (self.clock.now() - START).total_seconds()

    async def until(self, condition: Callable[[], bool], step: float) -> None:
        """Let time pass, though none while a request is under way: that takes its real time."""
        while not condition():
            await self.clock.advance(step)
            deadline = monotonic() + PATIENCE
            while any(carrier._in_flight for carrier in self.relay._carriers):
                assert monotonic() < deadline, "a request never ended"
                await asyncio.sleep(0.001)
            await asyncio.sleep(0.001)


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.opened("sqlite://") as store:
        yield store


@asynccontextmanager
async def relaying(store: Store, url: str) -> AsyncIterator[Scene]:
    clock, stop, events = SettableClock(), asyncio.Event(), Counter[str]()

    def note(event: str, _: Mapping[str, Any]) -> None:
        events[event] += 1

    async with telegram(url, clock) as platform:
        scene = Scene(store, clock, Relay(store, {"telegram": platform}, clock, observe=note), events)
        running = asyncio.create_task(scene.relay.run(stop))
        yield scene
        stop.set()
        await scene.until(running.done, 1)
        await running


def digest(chat: int, hours: float) -> Any:
    place = Destination("telegram", str(chat))
    call = Call("sendMessage", {"chat_id": chat, "text": f"hello, {chat}"})
    return owed(str(chat), place, call=call, expires_at=START + timedelta(hours=hours))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_after_six_hours_without_telegram_all_that_is_not_too_old_arrives_at_the_pace_that_is_allowed(
    store: Store, size: float
) -> None:
    chats, port = int(CHATS * size), free_port()
    old = set(range(1, chats, 10))
    add(store, *[digest(chat, 3 if chat in old else 24) for chat in range(1, chats + 1)])
    async with relaying(store, f"http://127.0.0.1:{port}") as scene:
        await scene.until(lambda: scene.clock.now() >= START + AWAY, 5)
        assert scene.events["delivery_sent"] == 0
        failed = scene.events["delivery_failed"]
        assert set(states(store).values()) <= {State.PENDING, State.SENDING, State.EXPIRED}
        async with TelegramStandIn(TOKEN, port=port, clock=scene.clock, limits=True) as stand_in:
            for chat in range(1, chats + 1):
                stand_in.chats.add(chat)
            await scene.until(lambda: scene.events["delivery_sent"] == chats - len(old), 0.1)
            answers = stand_in.requests("sendMessage")
            posted = Counter(call.arguments["chat_id"] for call in answers)
            refused = [call for call in answers if not isinstance(call.answer, Mapping) or not call.answer["ok"]]
        found = Counter(states(store).values())
    took = scene.seconds() - AWAY.total_seconds()
    print(  # noqa: T201 - figures are what this is for
        f"\n{chats} chats, {HOURS:g} h away: {failed} attempts failed meanwhile; {found[State.SENT]} sent within "
        f"{took:.0f} s of its return, {found[State.EXPIRED]} had grown too old, {len(refused)} refused as too fast"
    )
    assert found == {State.SENT: chats - len(old), State.EXPIRED: len(old)}
    assert posted == dict.fromkeys(set(range(1, chats + 1)) - old, 1)
    assert not refused
    assert took >= found[State.SENT] / 30


async def test_a_chat_that_is_told_to_wait_an_hour_keeps_no_other_waiting(store: Store, size: float) -> None:
    chats = int(CHATS * size)
    add(store, *[digest(chat, 24) for chat in range(1, chats + 1)])
    other = SettableClock()
    async with TelegramStandIn(TOKEN, clock=other) as stand_in:
        for chat in range(1, chats + 1):
            stand_in.chats.add(chat)
        stand_in.fail("sendMessage", too_many_requests(3600))
        async with relaying(store, stand_in.url) as scene:
            await scene.until(lambda: scene.events["delivery_sent"] == chats - 1, 0.05)
            others = scene.seconds()
            (late,) = [key for key, where in states(store).items() if where is State.PENDING]
            await scene.until(lambda: scene.seconds() >= 3500, 30)
            assert state(store, late) is State.PENDING
            await scene.until(lambda: scene.events["delivery_sent"] == chats, 1)
    print(f"\n{chats - 1} others within {others:.0f} s, the chat itself after {scene.seconds():.0f} s")  # noqa: T201 - the figures
    assert others <= chats / 30 * 1.1 + 2
    assert 3600 <= scene.seconds() <= 3610
