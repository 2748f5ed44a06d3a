"""One platform's loop of the relay: claims what may leave now, sends it off, waits for it to land."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.delivery.carriage import Carriage
from bot.delivery.delivery import Delivery
from bot.delivery.pacing import Pacing
from bot.delivery.tools import Tools
from bot.failpoints import Point, reach
from bot.waiting import first_of

AHEAD = 0.1
"""Seconds that a message is claimed before it may leave, so that the pace does not suffer from how long a claim takes.
Not much longer: whatever is claimed and not sent when the process dies has to be looked for."""

SHORTEST = 0.001
"""Seconds that the next round is put off at least, where there is something to wait for."""


class Carrier:
    """Carries one platform's deliveries; one at a time for a chat, so many at a time in all."""

    def __init__(self, name: str, carriage: Carriage, pacing: Pacing, tools: Tools) -> None:
        self._name = name
        self._carriage = carriage
        self._pacing = pacing
        self._tools = tools
        self._awake = asyncio.Event()
        self._landed = asyncio.Event()
        self._in_flight: dict[asyncio.Task[None], str] = {}
        self._troubles = 0

    def wake(self) -> None:
        """Look at once; there may be something to send."""
        self._awake.set()

    async def run(self, stop: asyncio.Event, hurry: asyncio.Event) -> None:
        """Carry until `stop`, then let what is in flight land; what has not, `grace` after `hurry`, stays claimed."""
        try:
            while not stop.is_set():
                self._awake.clear()
                pause = await self._round()
                if pause > 0 and not stop.is_set():
                    await self._tools.clock.wait(self._awake, pause)
            await self._land(hurry)
        finally:
            for task in self._in_flight:
                task.cancel()
            await asyncio.gather(*self._in_flight, return_exceptions=True)

    async def _round(self) -> float:
        """Send off what may leave now; answers the seconds until the next round."""
        try:
            pause = await self._send_off()
        except Exception as error:  # noqa: BLE001 - the last line of this loop: without a claim nothing leaves, and it goes on
            self._troubles += 1
            self._tools.observe("claim_failed", {"platform": self._name, "error": str(error), "exc_info": error})
            return self._tools.pause_after(self._troubles)
        self._troubles = 0
        return pause

    async def _send_off(self) -> float:
        clock, options = self._tools.clock, self._tools.options
        now = clock.now()
        free = options.workers - len(self._in_flight)
        if free <= 0:
            return options.poll  # a landing ends that
        # However slowly the platform answers a broadcast, some workers are left for who asks meanwhile.
        kept = options.workers // 10
        room = self._pacing.room(self._name, now, free - kept if free > kept else free, ahead=AHEAD)
        if room <= 0:
            return max(self._pacing.wait(self._name, now, ahead=AHEAD), SHORTEST)
        busy = self._pacing.busy(self._name, now)
        claimed = await asyncio.to_thread(
            self._tools.outbox.claim,
            self._name,
            now,
            limit=room,
            lease=timedelta(seconds=options.lease),
            busy={*busy, *self._in_flight.values()},
            replies_only=free <= kept,
        )
        await self._take_off(claimed)
        return 0.0 if len(claimed) == room else await self._until_next(busy)

    async def _until_next(self, busy: Mapping[str, float]) -> float:
        """Seconds until a row's or a chat's time comes, or until it is time to look anyway."""
        now = self._tools.clock.now()
        due = await asyncio.to_thread(self._tools.outbox.next_due, self._name, now)
        waits = [self._tools.options.poll, *busy.values()]
        return min(waits if due is None else [*waits, (due - now).total_seconds()])

    async def _take_off(self, claimed: Sequence[Delivery]) -> None:
        if claimed:
            reach(Point.CLAIMED)
        clock, never = self._tools.clock, asyncio.Event()
        for delivery in claimed:
            # What is claimed leaves, and soon: also if the bot was told to wait since.
            await clock.wait(never, min(self._pacing.wait(self._name, clock.now()), AHEAD))
            left = self._pacing.sent(delivery.destination.chat, clock.now())
            task = asyncio.create_task(self._carriage.carry(delivery, left), name=f"deliver {delivery.key}")
            self._in_flight[task] = delivery.destination.address
            self._landed.clear()
            task.add_done_callback(self._has_landed)

    def _has_landed(self, task: asyncio.Task[None]) -> None:
        del self._in_flight[task]
        self._awake.set()
        if not self._in_flight:
            self._landed.set()
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._tools.observe("carrying_error", {"platform": self._name, "exc_info": error})

    async def _land(self, hurry: asyncio.Event) -> None:
        if self._in_flight:
            await first_of(self._landed, hurry)
            await self._tools.clock.wait(self._landed, self._tools.options.grace)
