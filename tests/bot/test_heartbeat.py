"""A health check reads a process's sign of life from its store."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.heartbeat import (
    BEAT,
    FORGOTTEN,
    STALE,
    Heartbeat,
    ProcessName,
    forget_future,
    last_heartbeat,
    living,
    this_host,
)
from bot.store.engine import Store
from tests.bot.delivery.fakes import until
from tests.clock import START, SettableClock
from tests.stores import store_in_file

HERE, THERE = ProcessName("here", "1"), ProcessName("there", "1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = store_in_file(tmp_path / "heatwire.db")
    yield store
    store.close()


def heart(store: Store, name: ProcessName = HERE) -> Heartbeat:
    return Heartbeat(store, SettableClock(), name)


def test_a_service_that_never_ran_has_no_heartbeat(store: Store) -> None:
    assert last_heartbeat(store) is None


def test_the_last_heartbeat_is_when_it_beat_last(store: Store) -> None:
    heart(store).beat(START)
    heart(store).beat(START + BEAT)

    assert last_heartbeat(store) == START + BEAT


def test_a_host_s_heartbeat_is_that_of_its_own_processes(store: Store) -> None:
    heart(store, HERE).beat(START)
    heart(store, THERE).beat(START + BEAT)

    assert last_heartbeat(store, "here") == START
    assert last_heartbeat(store, "her") is None
    assert last_heartbeat(store) == START + BEAT


def test_every_process_has_a_name_of_its_own_on_its_host() -> None:
    one, other = ProcessName.new(), ProcessName.new()

    assert one.host == other.host == this_host()
    assert one != other


def test_living_are_those_whose_heart_beat_lately(store: Store) -> None:
    heart(store, HERE).beat(START)
    heart(store, THERE).beat(START + STALE)

    assert living(store, START + STALE) == 1
    assert living(store, START + BEAT) == 2


def test_who_has_been_dead_for_long_is_forgotten(store: Store) -> None:
    heart(store, HERE).beat(START)
    heart(store, THERE).beat(START + FORGOTTEN + timedelta(seconds=1))

    assert last_heartbeat(store, "here") is None


def test_heartbeats_of_a_clock_that_was_wrong_can_be_forgotten(store: Store) -> None:
    heart(store, HERE).beat(START)
    heart(store, THERE).beat(START + BEAT)

    forget_future(store, START)

    assert last_heartbeat(store) == START


async def test_the_heart_beats_until_the_service_stops(store: Store) -> None:
    clock, stop = SettableClock(), asyncio.Event()
    running = asyncio.create_task(Heartbeat(store, clock, HERE).run(stop))

    while (last := last_heartbeat(store)) is None or last < START + 2 * BEAT:
        await clock.advance(1)
    stop.set()

    await running


async def test_each_beat_tells_how_many_processes_live(store: Store) -> None:
    clock, stop, told = SettableClock(), asyncio.Event(), list[int]()
    heart(store, THERE).beat(START)
    running = asyncio.create_task(Heartbeat(store, clock, HERE, told.append).run(stop))
    await until(lambda: told == [2])
    clock.set(START + STALE)
    await until(lambda: len(told) > 1, clock)
    assert told[-1] == 1
    stop.set()
    await running
