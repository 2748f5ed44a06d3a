"""A clock that a test sets and moves; what waits on it is woken as it passes."""

import asyncio
from datetime import UTC, datetime, timedelta

from tests.threads import TURNS, let_threads_finish

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


class SettableClock:
    """Time stands until `advance`; a waiter is woken once its deadline has been passed."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now
        self._moved = asyncio.Condition()
        self._moves = 0

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        """Jump, without waking anybody."""
        self._now = now

    async def advance(self, seconds: float) -> None:
        """Move on, and let every waiter whose time has come run; no time passes while a thread is at work.

        Else a thread that got no processor would be seen to take minutes, and leases to run out meanwhile.
        """
        await let_threads_finish()
        async with self._moved:
            self._now += timedelta(seconds=seconds)
            self._moves += 1
            self._moved.notify_all()
        for _ in range(TURNS):
            await asyncio.sleep(0)

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        deadline = self._now + timedelta(seconds=seconds)
        waiting = asyncio.ensure_future(event.wait())
        try:
            while not event.is_set() and self._now < deadline:
                moved = asyncio.ensure_future(self._wait_for_move(self._moves))
                await asyncio.wait({waiting, moved}, return_when=asyncio.FIRST_COMPLETED)
                moved.cancel()
        finally:
            waiting.cancel()
        return event.is_set()

    async def _wait_for_move(self, seen: int) -> None:
        """Until time has moved on since so many moves, be it before this task came to run."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._moves != seen)
