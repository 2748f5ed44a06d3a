"""A loop that runs in one of several processes: where its duty is held, and in the next one as soon as that ends."""

import asyncio

from bot.clock import Clock
from bot.observing import Observe
from bot.store.duty import Duty
from bot.supervision import Loop
from bot.waiting import first_of

CHECKING = 3.0
"""Seconds between looks whether the duty still is ours."""
WAITING = 1.0
"""Seconds between tries to take it."""


class OnDuty:
    """Polling a platform that is to be polled from one place at a time; the other processes wait for their turn."""

    def __init__(self, platform: str, poll: Loop, duty: Duty, *, clock: Clock, observe: Observe) -> None:
        self._platform = platform
        self._poll = poll
        self._duty = duty
        self._clock = clock
        self._observe = observe

    async def run(self, stop: asyncio.Event) -> None:
        """Poll whenever the duty is ours, until `stop`; what breaks the polling lets another process take over."""
        waiting = False
        while not stop.is_set():
            if await asyncio.to_thread(self._duty.take):
                if waiting:
                    self._observe(f"{self._platform}_taken_over", {})
                waiting = not await self._polled(stop)
            elif not waiting:
                waiting = True
                self._observe(f"{self._platform}_polled_by_another", {})
            if waiting:
                await self._clock.wait(stop, WAITING)

    async def _polled(self, stop: asyncio.Event) -> bool:
        """Poll until `stop` (True), or until the duty is lost (False)."""
        ending = asyncio.Event()
        polling = asyncio.create_task(self._poll_until(ending))
        holding = asyncio.create_task(self._hold_until(ending))
        try:
            await first_of(stop, ending)
            ending.set()
            held = await holding
            await polling
        finally:
            # Whatever ended this: nobody else may poll before the last poll has ended, and none may wait after it.
            ending.set()
            polling.cancel()
            await asyncio.gather(polling, holding, return_exceptions=True)
            await asyncio.to_thread(self._duty.release)
        if held:
            await stop.wait()
        return held

    async def _poll_until(self, ending: asyncio.Event) -> None:
        try:
            await self._poll(ending)
        finally:
            ending.set()

    async def _hold_until(self, ending: asyncio.Event) -> bool:
        while not await self._clock.wait(ending, CHECKING):
            if not await asyncio.to_thread(self._duty.holds):
                self._observe(f"{self._platform}_duty_lost", {})
                ending.set()
                return False
        return True
