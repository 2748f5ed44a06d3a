"""A platform is polled where the duty is held, and by the next process as soon as that ends."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.on_duty import CHECKING, WAITING, OnDuty
from bot.store.duty import Duty
from bot.store.engine import Store
from tests.clock import SettableClock
from tests.waiting import PATIENCE, until


class Process:
    """A process that polls while it is on duty, as far as a test can tell."""

    def __init__(self, store: Store) -> None:
        self.clock = SettableClock()
        self.events: list[str] = []
        self.polling = asyncio.Event()
        self.broken = asyncio.Event()
        self.ended = False
        self.duty = Duty(store, "telegram")
        self.running = OnDuty("telegram", self.poll, self.duty, clock=self.clock, observe=self._observe)

    def _observe(self, event: str, _facts: Mapping[str, Any]) -> None:
        self.events.append(event)

    async def poll(self, stop: asyncio.Event) -> None:
        self.polling.set()
        try:
            breaking = asyncio.create_task(self.broken.wait())
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({breaking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            breaking.cancel()
            stopping.cancel()
            if self.broken.is_set() and not self.ended:
                raise RuntimeError("the loop broke")
        finally:
            self.polling.clear()

    @asynccontextmanager
    async def up(self) -> AsyncIterator[asyncio.Task[None]]:
        stop = asyncio.Event()
        task = asyncio.create_task(self.running.run(stop))
        yield task
        stop.set()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(task, return_exceptions=True)

    async def comes_to(self, event: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while event not in self.events:
                await self.clock.advance(max(WAITING, CHECKING))
                await asyncio.sleep(0.005)

    async def polls(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while not self.polling.is_set():
                await self.clock.advance(WAITING)
                await asyncio.sleep(0.005)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path}/heatwire.db")


async def test_of_two_processes_one_polls_and_the_other_says_once_that_it_waits(store: Store) -> None:
    one, other = Process(store), Process(store)
    async with one.up():
        await one.polls()
        async with other.up():
            await other.comes_to("telegram_polled_by_another")
            await other.clock.advance(10 * WAITING)
            assert not other.polling.is_set()
    assert (one.events, other.events) == ([], ["telegram_polled_by_another"])


async def test_when_the_one_stops_the_other_takes_over(store: Store) -> None:
    one, other = Process(store), Process(store)
    async with AsyncExitStack() as later:
        async with one.up():
            await one.polls()
            await later.enter_async_context(other.up())
            await other.comes_to("telegram_polled_by_another")
        await other.polls()
    assert other.events == ["telegram_polled_by_another", "telegram_taken_over"]


async def test_whoever_loses_the_duty_stops_polling_and_takes_it_again(store: Store, tmp_path: Path) -> None:
    one = Process(store)
    async with one.up():
        await one.polls()
        (tmp_path / "heatwire.db.telegram.lock").unlink()
        await one.comes_to("telegram_duty_lost")
        await one.comes_to("telegram_taken_over")
        await one.polls()


async def test_a_loop_that_breaks_lets_another_process_take_over(store: Store) -> None:
    one, other = Process(store), Process(store)
    async with one.up() as running:
        await one.polls()
        async with other.up():
            await other.comes_to("telegram_polled_by_another")
            one.broken.set()
            await other.polls()
            with pytest.raises(RuntimeError, match="the loop broke"):
                await running


async def test_a_loop_that_ends_by_itself_is_not_begun_again(store: Store) -> None:
    one = Process(store)
    one.ended = True
    async with one.up() as running:
        await one.polls()
        one.broken.set()
        await until(lambda: not one.duty.holds())
        await one.clock.advance(10 * CHECKING)
        assert not one.polling.is_set()
        assert not running.done()


async def test_a_loop_that_is_cut_off_lets_the_duty_go(store: Store) -> None:
    one, other = Process(store), Process(store)
    async with one.up() as running:
        await one.polls()
        running.cancel()
        async with other.up():
            await other.polls()
