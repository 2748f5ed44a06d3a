"""One platform's loop of the relay: claims what may leave now, sends it, records what became of it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom

from bot.clock import Clock
from bot.delivery.attempt import PlatformError, attempt
from bot.delivery.delivery import Delivery, Platform
from bot.delivery.outbox import Outbox
from bot.delivery.outcome import Deferred, Outcome, Uncertain
from bot.delivery.pacing import Pacing
from bot.delivery.retry import RetryPolicy, seconds_to_wait, settlement
from bot.delivery.settlement import Settlement
from bot.errors import StoreError
from bot.observing import Observe
from bot.waiting import first_of


@dataclass(frozen=True, slots=True)
class Options:
    """How the relay goes about its work; all times in seconds."""

    workers: int = 50
    """Requests in flight at once, for each platform."""
    patience: float = 45.0
    """How long a request may take before it counts as unanswered; longer than the platforms' own time-outs."""
    lease: float = 75.0
    """How long a claim is good for: a request's patience, and half a minute for replicas' clocks to differ by."""
    grace: float = 8.0
    """How long requests in flight may take to end when the process stops; else they have their patience."""
    poll: float = 1.0
    """How often to look for what other processes queued."""
    longest_trouble: float = 30.0
    """The longest pause after the store failed; pauses double up to this."""
    inspectors: int = 4
    """How many unclear messages are looked for at once, for each platform."""
    inspection: float = 240.0
    """How long looking for one may take."""
    inspection_lease: float = 300.0
    """How long its chat waits for somebody who looks for a message there and is heard of no more."""
    keep_replies: timedelta = timedelta(days=7)
    """How long a reply's row is kept after its end."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What every part of the relay works with."""

    outbox: Outbox
    clock: Clock
    policy: RetryPolicy
    options: Options
    observe: Observe
    jitter: Callable[[], float] = SystemRandom().random

    def pause_after(self, troubles: int) -> float:
        """Seconds to wait after the store has failed so many times in a row."""
        return min(0.5 * (1 << min(troubles, 10)), self.options.longest_trouble)


class Carrier:
    """Carries one platform's deliveries; one at a time for a chat, so many at a time in all."""

    def __init__(self, name: str, platform: Platform, pacing: Pacing, tools: Tools) -> None:
        self._name = name
        self._platform = platform
        self._pacing = pacing
        self._tools = tools
        self._awake = asyncio.Event()
        self._landed = asyncio.Event()
        self._in_flight: dict[asyncio.Task[None], str] = {}
        self._settling: set[asyncio.Task[bool]] = set()
        self._troubles = 0
        self._closing = asyncio.Event()

    def wake(self) -> None:
        """Look at once; there may be something to send."""
        self._awake.set()

    async def run(self, stop: asyncio.Event, hurry: asyncio.Event) -> None:
        """Carry until `stop`, then let what is in flight land; what has not, `grace` after `hurry`, stays claimed."""
        self._closing.clear()
        try:
            while not stop.is_set():
                self._awake.clear()
                pause = await self._round()
                if pause > 0 and not stop.is_set():
                    await self._tools.clock.wait(self._awake, pause)
            await self._land(hurry)
        finally:
            self._closing.set()
            for task in self._in_flight:
                task.cancel()
            await asyncio.gather(*self._in_flight, *self._settling, return_exceptions=True)

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
        room = self._pacing.room(self._name, now, options.workers - len(self._in_flight))
        if room <= 0:
            # All workers out, or the bot's pace: a landing or the time itself ends that.
            return self._pacing.wait(self._name, now) or options.poll
        busy = self._pacing.busy(self._name, now)
        claimed = await asyncio.to_thread(
            self._tools.outbox.claim,
            self._name,
            now,
            limit=room,
            lease=timedelta(seconds=options.lease),
            busy={*busy, *self._in_flight.values()},
        )
        for delivery in claimed:
            self._take_off(delivery)
        return 0.0 if len(claimed) == room else await self._until_next(busy)

    async def _until_next(self, busy: Mapping[str, float]) -> float:
        """Seconds until a row's or a chat's time comes, or until it is time to look anyway."""
        now = self._tools.clock.now()
        due = await asyncio.to_thread(self._tools.outbox.next_due, self._name, now)
        waits = [self._tools.options.poll, *busy.values()]
        return min(waits if due is None else [*waits, (due - now).total_seconds()])

    def _take_off(self, delivery: Delivery) -> None:
        self._pacing.sent(delivery.destination.chat, self._tools.clock.now())
        task = asyncio.create_task(self._carry(delivery), name=f"deliver {delivery.key}")
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

    async def _carry(self, delivery: Delivery) -> None:
        begun = self._tools.clock.now()
        outcome = await self._attempt(delivery)
        now = self._tools.clock.now()
        if isinstance(outcome, Deferred):
            seconds = seconds_to_wait(outcome.retry_after)
            self._pacing.deferred(delivery.destination.chat, seconds, now, everyone=outcome.everyone)
        became = settlement(outcome, delivery, now=now, jitter=self._tools.jitter(), policy=self._tools.policy)
        # The answer is here: nothing that stops us may keep it from being written down.
        recorded = await _shielded(self._settle(delivery, became), self._settling)
        self._report(delivery, outcome, became, seconds=(now - begun).total_seconds(), recorded=recorded)

    async def _attempt(self, delivery: Delivery) -> Outcome:
        patience = self._tools.options.patience
        try:
            return await attempt(self._platform, delivery, clock=self._tools.clock, patience=patience)
        except PlatformError as error:
            self._tools.observe("platform_error", {"key": delivery.key, "exc_info": error.__cause__ or error})
            return Uncertain(str(error))

    async def _settle(self, delivery: Delivery, became: Settlement) -> bool:
        """Write down what became of it, however often that takes; False where that came too late to matter."""
        troubles = 0
        while True:
            try:
                return await asyncio.to_thread(self._tools.outbox.settle, delivery, became, self._tools.clock.now())
            except StoreError as error:
                self._tools.observe("settling_failed", {"key": delivery.key, "error": str(error)})
                if self._closing.is_set():
                    return False
                troubles += 1
                await self._tools.clock.wait(self._closing, self._tools.pause_after(troubles))

    def _report(
        self, delivery: Delivery, outcome: Outcome, became: Settlement, *, seconds: float, recorded: bool
    ) -> None:
        facts = {
            "key": delivery.key,
            "destination": str(delivery.destination),
            "attempt": delivery.attempt,
            "became": type(became).__name__.lower(),
            "seconds": round(seconds, 3),
            # False: the answer came so late that the delivery had gone on without it.
            "recorded": recorded,
        }
        error = getattr(outcome, "error", None)
        self._tools.observe(
            f"delivery_{type(outcome).__name__.lower()}", facts if error is None else {**facts, "error": error}
        )


async def _shielded(work: Awaitable[bool], running: set[asyncio.Task[bool]]) -> bool:
    """Await what is finished even if whoever awaits it is cancelled; `running` holds it meanwhile."""
    task = asyncio.ensure_future(work)
    running.add(task)
    task.add_done_callback(running.discard)
    return await asyncio.shield(task)
