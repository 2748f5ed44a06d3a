"""The alarm clock: rings at given instants and every so often, and decides nothing; the one door to APScheduler.

APScheduler's own triggers are not used: they leave out a day after a clock change, fire twice in an hour that comes
twice, and count every missed tick when the clock jumps ahead. Here it holds plain instants, and a tick that heals
whatever kept an instant from ringing: a suspended machine, a clock set ahead, a busy loop.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.date import DateTrigger

TICK = timedelta(seconds=15)
"""How long after a wake-up that was lost the next one comes."""

_MILLISECOND = timedelta(milliseconds=1)

Ring = Callable[[], Awaitable[None] | None]

_WHENEVER_LATE = {"misfire_grace_time": None, "coalesce": True, "max_instances": 100}
"""No ring is ever dropped for being late or for another one still being at work: who is rung decides."""


def _machine_now() -> datetime:
    return datetime.now(UTC)


class Alarm:
    """Rings at each instant that was set, and every `tick`; `ring` should do no more than wake a loop."""

    def __init__(self, ring: Ring, tick: timedelta = TICK, *, now: Callable[[], datetime] = _machine_now) -> None:
        """`now`: the clock that the instants are those of, which need not be the machine's."""
        self._ring_out = ring
        self._tick = tick
        self._now = now
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=_WHENEVER_LATE)
        self._instants: frozenset[datetime] = frozenset()

    def start(self) -> None:
        """Begin to ring, in the running event loop; a stopped alarm is not started again."""
        self._scheduler.add_job(self._ring, _Tick(self._tick), id="tick")
        self._scheduler.start()

    def set(self, instants: Iterable[datetime]) -> None:
        """Ring at these instants (aware) and, but for the tick, at no others; one that has passed rings at once."""
        wanted = frozenset(instants)
        # One that has rung is gone; should it have been a moment too early, by clocks that differ, it is set again.
        waiting = {instant for instant in self._instants if self._scheduler.get_job(instant.isoformat()) is not None}
        for instant in waiting - wanted:
            self._scheduler.remove_job(instant.isoformat())
        # The machine's clock less that of the instants, in whole milliseconds and rather too much than too little.
        machine = _machine_now()
        ahead = -((self._now() - machine) // _MILLISECOND) * _MILLISECOND
        for instant in wanted - waiting:
            self._scheduler.add_job(self._ring, DateTrigger(instant + ahead), id=instant.isoformat())
        self._instants = wanted

    async def stop(self) -> None:
        """Ring no more; a ring at work is cancelled."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
            # APScheduler stops in a callback of the loop; what waits behind it in the queue finds it done.
            await asyncio.sleep(0)

    async def _ring(self) -> None:
        answer = self._ring_out()
        if inspect.isawaitable(answer):
            await answer


class _Tick(BaseTrigger):  # type: ignore[misc] # APScheduler ships no types
    """Due again so long after it was last looked at, however many ticks the clock has jumped over."""

    def __init__(self, every: timedelta) -> None:
        self._every = every

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """The next tick; BaseTrigger's one question."""
        return now + self._every
