"""The store's own time, on a machine whose clock is wrong."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.errors import StoreError
from bot.store.engine import Store
from bot.store.timekeeping import SYNCHRONISING, StoreClock, steady
from tests.clock import START, SettableClock
from tests.postgres import PostgresServer
from tests.waiting import PATIENCE

ALMOST_NOTHING = timedelta(seconds=5)
"""What a machine may take for anything that is busy with other tests."""


class Steady:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.each_look = 0.0

    def __call__(self) -> float:
        self.seconds += self.each_look
        return self.seconds


class Log:
    """What was observed."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.told = asyncio.Event()

    def __call__(self, event: str, _facts: Mapping[str, Any]) -> None:
        self.events.append(event)
        self.told.set()


@pytest.fixture
def url(postgres: PostgresServer) -> str:
    return postgres.database()


@pytest.fixture
def server(url: str) -> Iterator[Store]:
    store = Store.open(url, patience=1.0)
    yield store
    store.close()


def near(instant: datetime, other: datetime) -> bool:
    return abs(instant - other) < ALMOST_NOTHING


def test_on_a_machine_whose_clock_is_wrong_the_server_s_time_counts(server: Store) -> None:
    clock = StoreClock.read(server, SettableClock(START - timedelta(days=1000)))

    assert near(clock.now(), datetime.now(UTC))
    assert clock.now().tzinfo is UTC


def test_two_machines_agree(server: Store) -> None:
    one = StoreClock.read(server, SettableClock(START))
    other = StoreClock.read(server, SettableClock(START + timedelta(hours=1)))

    assert abs(one.now() - other.now()) < timedelta(seconds=1)


def test_it_goes_on_steadily_between_two_readings(server: Store) -> None:
    seconds = Steady()
    clock = StoreClock(server, SettableClock(), steady=seconds)
    clock.synchronise()
    before = clock.now()
    seconds.seconds += 7

    assert clock.now() == before + timedelta(seconds=7)


def test_an_answer_that_took_long_does_not_replace_a_better_one(server: Store) -> None:
    seconds = Steady()
    clock = StoreClock(server, SettableClock(), steady=seconds)
    clock.synchronise()
    seconds.seconds += 1000
    seconds.each_look = 5
    clock.synchronise()
    seconds.each_look = 0

    # Two looks passed for the answer, and none for this: it goes by the first reading.
    assert near(clock.now(), datetime.now(UTC) + timedelta(seconds=1010))


def test_a_later_reading_sets_right_what_went_wrong_meanwhile(server: Store) -> None:
    seconds = Steady()
    clock = StoreClock(server, SettableClock(), steady=seconds)
    clock.synchronise()
    seconds.seconds += 1000
    clock.synchronise()

    assert near(clock.now(), datetime.now(UTC))


def test_a_machine_s_clock_that_is_wrong_is_told_once(server: Store) -> None:
    log = Log()
    clock = StoreClock.read(server, SettableClock(START - timedelta(days=1000)), log)
    clock.synchronise()

    assert log.events == ["machine_clock_differs"]


async def test_while_the_store_is_away_it_goes_on_and_says_so_once(server: Store) -> None:
    log, seconds, machine, stop = Log(), Steady(), SettableClock(datetime.now(UTC)), asyncio.Event()
    clock = StoreClock(server, machine, log, steady=seconds)
    clock.synchronise()
    away = Store.open("postgresql://heatwire@/gone?host=/nowhere")
    clock._store = away
    running = asyncio.create_task(clock.run(stop))
    async with asyncio.timeout(PATIENCE):
        await log.told.wait()
        for _ in range(3):
            await machine.advance(SYNCHRONISING.total_seconds())
            await asyncio.sleep(0.05)
    before = clock.now()
    seconds.seconds += 60
    assert clock.now() == before + timedelta(seconds=60)
    assert log.events == ["store_clock_unread"]
    log.told.clear()
    clock._store = server
    async with asyncio.timeout(PATIENCE):
        while not log.told.is_set():
            await machine.advance(SYNCHRONISING.total_seconds())
            await asyncio.sleep(0.05)
    stop.set()
    await running
    assert log.events == ["store_clock_unread", "store_clock_read"]


def test_a_store_that_is_away_from_the_start_is_an_error() -> None:
    with pytest.raises(StoreError):
        StoreClock.read(Store.open("postgresql://heatwire@/gone?host=/nowhere"), SettableClock())


async def test_the_time_of_sqlite_is_the_machine_s() -> None:
    machine = SettableClock(START)
    clock = StoreClock.read(Store.open("sqlite://"), machine)
    machine.set(START + timedelta(hours=1))

    assert clock.now() == START + timedelta(hours=1)


async def test_waits_are_timed_by_the_machine() -> None:
    machine, event = SettableClock(START), asyncio.Event()
    waiting = asyncio.create_task(StoreClock(Store.open("sqlite://"), machine).wait(event, 10))
    await asyncio.sleep(0)
    await machine.advance(10)

    assert await waiting is False


def test_steady_seconds_never_go_back() -> None:
    assert steady() <= steady()
