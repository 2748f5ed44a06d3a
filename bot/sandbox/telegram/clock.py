"""The time, as the stand-in asks for it: the machine's, or one that a test sets."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the stand-in may ask of time."""

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
            async with asyncio.timeout(seconds):
                await event.wait()
        return event.is_set()


def unix(clock: Clock) -> int:
    """The present second, counted since 1970, as the Bot API gives dates."""
    return int(clock.now().timestamp())
