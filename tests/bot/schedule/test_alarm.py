"""The alarm clock rings at its instants and ticks, in the loop's own thread, and stops for good."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.schedule.alarm import Alarm, _Tick
from tests.waiting import PATIENCE

NEVER = timedelta(hours=1)
SOON = timedelta(milliseconds=20)


class Bell:
    """Counts its rings, and lets a test wait for them."""

    def __init__(self) -> None:
        self.threads: list[int] = []
        self._rung = asyncio.Event()

    def __call__(self) -> None:
        self.threads.append(threading.get_ident())
        self._rung.set()

    async def rung(self, times: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while len(self.threads) < times:
                self._rung.clear()
                await self._rung.wait()


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
async def alarms() -> AsyncIterator[Callable[[Bell, timedelta], Alarm]]:
    started: list[Alarm] = []

    def start(bell: Bell, tick: timedelta) -> Alarm:
        alarm = Alarm(bell, tick)
        alarm.start()
        started.append(alarm)
        return alarm

    yield start
    for alarm in started:
        await alarm.stop()


Start = Callable[[Bell, timedelta], Alarm]


async def test_it_rings_at_each_instant_in_the_thread_of_the_loop(bell: Bell, alarms: Start) -> None:
    alarm = alarms(bell, NEVER)
    now = datetime.now(UTC)
    alarm.set([now + SOON, now + 2 * SOON])
    await bell.rung(2)
    assert set(bell.threads) == {threading.get_ident()}


async def test_an_instant_that_has_passed_rings_at_once(bell: Bell, alarms: Start) -> None:
    alarms(bell, NEVER).set([datetime(2020, 1, 1, tzinfo=UTC)])
    await bell.rung(1)


async def test_it_ticks_with_nothing_set(bell: Bell, alarms: Start) -> None:
    alarms(bell, SOON)
    await bell.rung(3)


async def test_instants_set_anew_replace_the_old_ones(bell: Bell, alarms: Start) -> None:
    alarm = alarms(bell, NEVER)
    now = datetime.now(UTC)
    alarm.set([now + SOON, now + NEVER])
    await bell.rung(1)
    alarm.set([now + 2 * NEVER])
    jobs = alarm._scheduler.get_jobs()
    assert {job.next_run_time for job in jobs if job.id != "tick"} == {now + 2 * NEVER}


async def test_an_instant_set_again_is_kept_once(bell: Bell, alarms: Start) -> None:
    alarm = alarms(bell, NEVER)
    instant = datetime.now(UTC) + NEVER
    alarm.set([instant, instant])
    alarm.set([instant])
    assert len(alarm._scheduler.get_jobs()) == 2


async def test_instants_of_another_clock_ring_by_that_clock(bell: Bell) -> None:
    ahead = timedelta(days=400)
    alarm = Alarm(bell, NEVER, now=lambda: datetime.now(UTC) + ahead)
    alarm.start()
    alarm.set([datetime.now(UTC) + ahead + SOON])
    await bell.rung(1)
    await alarm.stop()


async def test_an_instant_that_rang_too_early_rings_again(bell: Bell, alarms: Start) -> None:
    alarm = alarms(bell, NEVER)
    instant = datetime.now(UTC)
    alarm.set([instant])
    await bell.rung(1)
    alarm.set([instant])
    await bell.rung(2)


async def test_instants_may_be_set_before_the_start(bell: Bell) -> None:
    alarm = Alarm(bell, NEVER)
    alarm.set([datetime.now(UTC) + SOON])
    alarm.start()
    await bell.rung(1)
    await alarm.stop()


async def test_a_ring_that_is_awaitable_is_awaited() -> None:
    rung = asyncio.Event()

    async def ring() -> None:
        await asyncio.sleep(0)
        rung.set()

    alarm = Alarm(ring, NEVER)
    alarm.start()
    alarm.set([datetime.now(UTC)])
    await asyncio.wait_for(rung.wait(), 5)
    await alarm.stop()


async def test_after_stop_nothing_is_left_running_and_stopping_again_is_nothing(bell: Bell) -> None:
    alarm = Alarm(bell, SOON)
    alarm.start()
    await bell.rung(1)
    await alarm.stop()
    await alarm.stop()
    assert not alarm._scheduler.running


def test_a_clock_that_jumped_ten_years_ahead_has_one_tick_due() -> None:
    before = datetime(2016, 1, 1, tzinfo=UTC)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert _Tick(timedelta(seconds=15)).get_next_fire_time(before, now) == now + timedelta(seconds=15)
