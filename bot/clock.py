"""The time, as the loops are handed it: the real one, or one that a test sets."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What a loop may ask of time."""

    def now(self) -> datetime:
        """The present instant: aware, in UTC."""

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait until the event is set (True) or so many seconds have passed (False)."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant: aware, in UTC."""
        return datetime.now(UTC)

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait until the event is set (True) or so many seconds have passed (False)."""
        with suppress(TimeoutError):
            # Not `wait_for`, which in Python 3.11 can take a cancellation for an answer.
            async with asyncio.timeout(max(seconds, 0.0)):
                await event.wait()
        return event.is_set()


def milliseconds(instant: datetime) -> int:
    """The store's form of an instant: whole milliseconds since 1970 in UTC."""
    return int(instant.timestamp() * 1000)


def from_milliseconds(value: int) -> datetime:
    """The instant that the store's number means: aware, in UTC."""
    return datetime.fromtimestamp(value / 1000, UTC)
