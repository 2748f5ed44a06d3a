"""Keeps the service's loops going side by side: one that breaks is reported and begun again, the others go on."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from bot.observing import Observe

Loop = Callable[[asyncio.Event], Awaitable[None]]
"""A loop of the service: runs until the event is set."""
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
"""Seconds before a broken loop is begun again: doubled each time it breaks, up to this."""


HEALED = timedelta(minutes=5)
"""A loop that ran so long had healed: its next trouble is a first one."""


async def keep(name: str, loop: Loop, stop: asyncio.Event, *, clock: Clock, observe: Observe) -> None:
    """Run a loop until `stop`; whatever breaks it is reported, and it is begun again after a pause."""
    pause = FIRST_PAUSE
    while not stop.is_set():
        begun = clock.now()
        try:
            await loop(stop)
        except Exception as error:  # noqa: BLE001 - the last line of every loop: trouble in one must not stop the others
            if clock.now() - begun > HEALED:
                pause = FIRST_PAUSE
            observe("loop_failed", {"loop": name, "error": f"{type(error).__name__}: {error}", "again_in": pause})
            await clock.wait(stop, pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        else:
            # A loop that ends by itself has nothing left to do until the service stops.
            await stop.wait()


@dataclass(frozen=True, slots=True)
class Grace:
    """How long loops may take to end, in seconds."""

    seconds: float
    """Once there is a hurry."""
    unhurried: float = 0.0
    """Until then."""
    hurry: asyncio.Event | None = None
    """None: there is one from the start."""

    async def wait(self, tasks: Collection[asyncio.Task[None]]) -> None:
        """Wait until all tasks are done, or the grace is over."""
        if self.hurry is not None:
            hurrying, ending = asyncio.create_task(self.hurry.wait()), asyncio.create_task(_all_done(tasks))
            await asyncio.wait({hurrying, ending}, timeout=self.unhurried, return_when=asyncio.FIRST_COMPLETED)
            hurrying.cancel()
            ending.cancel()
        await asyncio.wait(tasks, timeout=self.seconds)


async def _all_done(tasks: Collection[asyncio.Task[None]]) -> None:
    await asyncio.wait(tasks)


async def run_together(
    loops: Mapping[str, Loop], stop: asyncio.Event, *, clock: Clock, observe: Observe, grace: Grace
) -> tuple[str, ...]:
    """Run all loops until `stop`, then give them the grace to end; answers the names of those cut off."""
    tasks = {
        name: asyncio.create_task(keep(name, loop, stop, clock=clock, observe=observe), name=name)
        for name, loop in loops.items()
    }
    try:
        await stop.wait()
        await grace.wait(tasks.values())
    finally:
        cut_off = tuple(name for name, task in tasks.items() if not task.done())
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
    return cut_off
