"""The service's sign of life in the store: what a health check reads, so that no port has to be open."""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.clock import Clock, from_milliseconds, milliseconds
from bot.store.engine import Store
from bot.store.statements import inserting
from bot.store.tables import process

BEAT = timedelta(seconds=10)
STALE = timedelta(seconds=45)
"""Without a beat for so long, the service is taken for dead: several beats, for the store may be slow for a while."""


class Heartbeat:
    """Says every few seconds that this process lives and that it can write to its store."""

    def __init__(self, store: Store, clock: Clock, name: str = "service") -> None:
        self._store = store
        self._clock = clock
        self._name = name

    async def run(self, stop: asyncio.Event) -> None:
        """Beat until `stop`."""
        while not stop.is_set():
            await asyncio.to_thread(self.beat, self._clock.now())
            await self._clock.wait(stop, BEAT.total_seconds())

    def beat(self, now: datetime) -> None:
        """Write down that the process was alive at `now`."""
        row = {"name": self._name, "heartbeat_at": milliseconds(now)}
        with self._store.begin() as connection:
            insert = inserting(connection, process).values(row)
            connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_=row))


def last_heartbeat(store: Store, name: str = "service") -> datetime | None:
    """When the service was last alive; None where it never was."""
    with store.read() as connection:
        found = connection.scalar(select(process.c.heartbeat_at).where(process.c.name == name))
    return None if found is None else from_milliseconds(found)
