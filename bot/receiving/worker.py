"""Acts on what was received, once: a chat's events in order, several chats at a time, whatever breaks in between.

The store is what counts. A window of it is held in memory, a lane for each chat; what does not fit, or was left by
another process, is found by looking into the store.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush

from bot.clock import Clock
from bot.delivery.outcome import Sighting
from bot.observing import Observe
from bot.receiving.attempts import Acting, Attempts
from bot.receiving.inbox import Inbox, Pending
from bot.receiving.received import Received

PURGING = timedelta(hours=1)
"""How often old rows are forgotten."""

Chat = tuple[str, str]
Lane = list[tuple[datetime, str, Pending]]
"""What one chat has waiting: a heap, the oldest first."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the worker goes about it."""

    at_once: int = 4
    """Chats that are worked for at the same time: answering takes threads that the rest of the service needs, too."""
    held: int = 2000
    """Events that are held in memory, more or less."""
    look: float = 5.0
    """Seconds between looks into the store."""
    pauses: tuple[float, ...] = (0.5, 2.0)
    """Seconds before the second attempt, and before the third."""


class Worker:
    """Acts on an inbox for as long as it runs; any number of processes may have one on the same store."""

    def __init__(
        self,
        inbox: Inbox,
        acting: Acting,
        clock: Clock,
        observe: Observe,
        *,
        acted: Callable[[], None],
        options: Options = Options(),
    ) -> None:
        """`acted` is called, in the event loop, whenever something has been done."""
        self._inbox = inbox
        self._attempts = Attempts(inbox, acting, clock, observe)
        self._clock = clock
        self._observe = observe
        self._acted = acted
        self._options = options
        self._turns = asyncio.Semaphore(options.at_once)
        self._lanes: dict[Chat, Lane] = {}
        self._held: set[str] = set()
        self._working: set[asyncio.Task[None]] = set()
        # Whether there may be more in the store than is held. What comes in then waits there for its turn, since
        # something older of its chat may.
        self._is_behind = True
        self._has_missed = False
        self._ended: set[str] = set()
        self._is_away = False
        self._is_told = False
        self._news = asyncio.Event()
        self._stop = asyncio.Event()
        self._purged: datetime | None = None

    async def receive(self, received: Sequence[Received], sightings: Collection[Sighting] = ()) -> None:
        """Store what came in, and act on it as soon as may be; the `Receiver` that platforms are given."""
        fresh = await asyncio.to_thread(self._inbox.receive, received, sightings, self._clock.now())
        if not fresh:
            return
        if self._is_behind or len(self._held) >= self._options.held:
            self._is_behind = self._has_missed = True
            self._news.set()
        else:
            self._take(fresh)

    async def run(self, stop: asyncio.Event) -> None:
        """Act until `stop`; what has been begun is ended, all else waits in the store."""
        self._stop, self._is_behind = stop, True
        waking = asyncio.create_task(self._wake_at(stop))
        try:
            while not stop.is_set():
                self._news.clear()
                await self._look()
                # Without a store, news are of no use.
                await self._clock.wait(stop if self._is_away else self._news, self._options.look)
            await asyncio.gather(*self._working)
        finally:
            waking.cancel()
            for task in self._working:
                task.cancel()
            await asyncio.gather(waking, *self._working, return_exceptions=True)
            self._lanes.clear()
            self._held.clear()

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._news.set()

    async def _look(self) -> None:
        """Take what waits in the store, as far as there is room."""
        self._has_missed = False
        self._ended.clear()
        try:
            found = await asyncio.to_thread(self._inbox.pending, self._options.held)
            await self._purge(self._clock.now())
        except Exception as error:  # noqa: BLE001 - the last line of this loop, which goes on once the store is back
            self._lose(error)
            return
        self._is_away = False
        if not found:
            self._regain()
        self._is_behind = len(found) >= self._options.held or self._has_missed
        if self._has_missed:
            self._news.set()
        # What ended while they were read may still be among them.
        self._take(one for one in found if one.key not in self._ended)

    async def _purge(self, now: datetime) -> None:
        if self._purged is None or now - self._purged >= PURGING:
            await asyncio.to_thread(self._inbox.purge, now)
            self._purged = now

    def _take(self, found: Iterable[Pending]) -> None:
        """Put each into its chat's lane, and set lanes going that were empty."""
        for one in found:
            if one.key in self._held:
                continue
            self._held.add(one.key)
            if one.chat not in self._lanes:
                self._lanes[one.chat] = []
                task = asyncio.create_task(self._clear(one.chat, self._lanes[one.chat]))
                self._working.add(task)
                task.add_done_callback(self._working.discard)
            heappush(self._lanes[one.chat], (one.received_at, one.key, one))

    async def _clear(self, chat: Chat, lane: Lane) -> None:
        """Act on what is in a lane, one after the other, until it is empty."""
        while lane:
            _, key, one = heappop(lane)
            await self._settle(one)
            self._held.discard(key)
            self._ended.add(key)
        del self._lanes[chat]
        if self._is_behind and len(self._held) <= self._options.held / 2:
            self._news.set()

    async def _settle(self, one: Pending) -> None:
        """Attempt it until nothing is left to do, or until it has to wait in the store."""
        left: Pending | None = one
        while left is not None:
            async with self._turns:
                if self._stop.is_set() or self._is_away:
                    return
                try:
                    left = await self._attempts.make(left)
                except Exception as error:  # noqa: BLE001 - the last line of a lane: the store has it, and comes back
                    self._lose(error)
                    return
            self._regain()
            if left is None:
                self._acted()
            else:
                await self._clock.wait(self._stop, self._options.pauses[left.attempt - 1])

    def _lose(self, error: Exception) -> None:
        """The store is away: nothing more is tried until a look into it succeeds. Told once."""
        self._is_away = self._is_behind = self._has_missed = True
        if not self._is_told:
            self._is_told = True
            self._observe("inbox_failed", {"error": str(error), "exc_info": error})

    def _regain(self) -> None:
        if self._is_told:
            self._is_told = False
            self._observe("inbox_recovered", {})
