"""Each process's sign of life in the store: what a health check reads, so that no port has to be open."""

import asyncio
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from bot.clock import Clock, from_milliseconds, milliseconds
from bot.store.engine import Store
from bot.store.statements import inserting
from bot.store.tables import process

BEAT = timedelta(seconds=10)
STALE = timedelta(seconds=45)
"""Without a beat for so long, a process is taken for dead: several beats, for the store may be slow for a while."""
FORGOTTEN = timedelta(days=1)
"""How long a dead process is remembered."""


@dataclass(frozen=True, slots=True)
class ProcessName:
    """What a process is called in the store: its machine's or container's name, and a part that no other has."""

    host: str
    own: str

    @classmethod
    def new(cls) -> "ProcessName":
        """A name for this process."""
        return cls(this_host(), secrets.token_hex(4))

    def __str__(self) -> str:
        """`host/own`, as the store has it."""
        return f"{self.host}/{self.own}"


def this_host() -> str:
    """The name of this machine or container."""
    return socket.gethostname()


class Heartbeat:
    """Says every few seconds that this process lives and that it can write to its store."""

    def __init__(
        self, store: Store, clock: Clock, name: ProcessName, counted: Callable[[int], None] = lambda _: None
    ) -> None:
        """`counted` is told at every beat how many processes live, this one included."""
        self._store = store
        self._clock = clock
        self._name = name
        self._counted = counted

    async def run(self, stop: asyncio.Event) -> None:
        """Beat until `stop`."""
        while not stop.is_set():
            now = self._clock.now()
            await asyncio.to_thread(self.beat, now)
            self._counted(await asyncio.to_thread(living, self._store, now))
            await self._clock.wait(stop, BEAT.total_seconds())

    def beat(self, now: datetime) -> None:
        """Write down that the process was alive at `now`, and forget others that have been dead for long."""
        row = {"name": str(self._name), "heartbeat_at": milliseconds(now)}
        with self._store.begin() as connection:
            insert = inserting(connection, process).values(row)
            connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_=row))
            connection.execute(delete(process).where(process.c.heartbeat_at < milliseconds(now - FORGOTTEN)))


def last_heartbeat(store: Store, host: str | None = None) -> datetime | None:
    """When a process (of a host, if given) was last alive; None where none ever was, as far as is remembered."""
    query = select(func.max(process.c.heartbeat_at))
    if host is not None:
        query = query.where(process.c.name.startswith(f"{host}/", autoescape=True))
    with store.read() as connection:
        found = connection.scalar(query)
    return None if found is None else from_milliseconds(found)


def living(store: Store, now: datetime) -> int:
    """How many processes serve from this store: those whose heart beat lately."""
    with store.read() as connection:
        lately = process.c.heartbeat_at > milliseconds(now - STALE)
        return int(connection.scalar(select(func.count()).select_from(process).where(lately)) or 0)


def forget_future(store: Store, now: datetime) -> None:
    """Forget heartbeats later than `now`: the clock was wrong then."""
    with store.begin() as connection:
        connection.execute(delete(process).where(process.c.heartbeat_at > milliseconds(now)))
