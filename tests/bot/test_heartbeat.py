"""A health check reads the service's sign of life from its store."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.heartbeat import BEAT, Heartbeat, last_heartbeat
from bot.store.engine import Store
from tests.clock import START, SettableClock


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{tmp_path / 'heatwire.db'}")
    store.migrate()
    yield store
    store.close()


def test_a_service_that_never_ran_has_no_heartbeat(store: Store) -> None:
    assert last_heartbeat(store) is None


def test_the_last_heartbeat_is_when_it_beat_last(store: Store) -> None:
    Heartbeat(store, SettableClock()).beat(START)
    Heartbeat(store, SettableClock()).beat(START + BEAT)

    assert last_heartbeat(store) == START + BEAT


async def test_the_heart_beats_until_the_service_stops(store: Store) -> None:
    clock, stop = SettableClock(), asyncio.Event()
    running = asyncio.create_task(Heartbeat(store, clock).run(stop))

    while (last := last_heartbeat(store)) is None or last < START + 2 * BEAT:
        await clock.advance(1)
    stop.set()

    await running
