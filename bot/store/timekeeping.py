"""The time that all processes of a store go by: PostgreSQL's own, so that machines whose clocks differ decide alike."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from sqlalchemy import func, select

from bot.clock import Clock
from bot.errors import StoreError
from bot.observing import Observe, ignore
from bot.store.engine import Store

SYNCHRONISING = timedelta(seconds=10)
"""How often the store is asked what time it is."""
ROUGH = timedelta(seconds=1)
"""An answer that took longer says too little about the time, and is not gone by where there is a better one."""
WRONG = timedelta(seconds=5)
"""A machine's clock that differs from the store's by more is worth a word."""

_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Linux's goes on while the machine is suspended; without it, a suspended process would be slow until it asks again."""


def steady() -> float:
    """Seconds since some instant, going on evenly whatever the machine's clock is set to."""
    return time.clock_gettime(_STEADY)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the store's clock said, and when that was in steady seconds."""

    instant: datetime
    at: float


class StoreClock:
    """`bot.clock.Clock` by the store's time; by the machine's for SQLite, whose processes all share one machine.

    Between two readings it goes on by itself, and so it does while the store is away.
    """

    def __init__(
        self, store: Store, machine: Clock, observe: Observe = ignore, *, steady: Callable[[], float] = steady
    ) -> None:
        """`machine` is what waits are timed by, too."""
        self._store = store
        self._machine = machine
        self._observe = observe
        self._steady = steady
        self._reading: _Reading | None = None
        self._away = False

    @classmethod
    def read(cls, store: Store, machine: Clock, observe: Observe = ignore) -> Self:
        """A clock that has been synchronised; StoreError where the store does not answer."""
        clock = cls(store, machine, observe)
        clock.synchronise()
        return clock

    def now(self) -> datetime:
        """The present instant: aware, in UTC."""
        reading = self._reading
        if reading is None:
            return self._machine.now()
        return reading.instant + timedelta(seconds=self._steady() - reading.at)

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait until the event is set (True) or so many seconds have passed (False)."""
        return await self._machine.wait(event, seconds)

    async def run(self, stop: asyncio.Event) -> None:
        """Stay synchronised until `stop`; that the store is away is reported once."""
        while not stop.is_set():
            try:
                await asyncio.to_thread(self.synchronise)
            except StoreError as error:
                self._tell("store_clock_unread", {"error": str(error)}, away=True)
            else:
                self._tell("store_clock_read", {}, away=False)
            await self._machine.wait(stop, SYNCHRONISING.total_seconds())

    def synchronise(self) -> None:
        """Go by the store's time from now on; StoreError, and nothing changes, where it does not answer."""
        if not self._store.is_server:
            return
        with self._store.read() as connection:
            asked = self._steady()
            # The time at this very moment: `now()` would be that of the transaction's begin.
            said: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
            answered = self._steady()
        if self._reading is None:
            self._compare(said)
        elif answered - asked > ROUGH.total_seconds():
            return
        # It was read somewhere between question and answer.
        self._reading = _Reading(said.astimezone(UTC), (asked + answered) / 2)

    def _compare(self, said: datetime) -> None:
        difference = self._machine.now() - said
        if abs(difference) > WRONG:
            self._observe("machine_clock_differs", {"seconds_ahead": round(difference.total_seconds(), 1)})

    def _tell(self, event: str, facts: dict[str, object], *, away: bool) -> None:
        if away is not self._away:
            self._away = away
            self._observe(event, facts)
