"""Writes down what became of deliveries: whatever was answered while one transaction was written is the next one."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from bot.clock import Clock
from bot.delivery.delivery import Delivery
from bot.delivery.settlement import Delivered, Settlement
from bot.errors import StoreError
from bot.failpoints import Point, reach
from bot.observing import Observe

SettleAll = Callable[[Sequence[tuple[Delivery, Settlement]], datetime], Sequence[bool]]
"""Records settlements in one transaction, and answers which came in time; synchronous, StoreError where it cannot."""

MOST = 500
"""Settlements in one transaction."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A settlement on its way to the store."""

    delivery: Delivery
    settlement: Settlement
    recorded: "asyncio.Future[bool]"


class Committer:
    """Commits settlements in groups: a commit waits for the disk, however much is in it.

    What cannot be written is tried again, each on its own until one goes through, so that none can keep the others out.
    """

    def __init__(
        self, settle_all: SettleAll, clock: Clock, observe: Observe, pause_after: Callable[[int], float]
    ) -> None:
        """`pause_after` is how many seconds to wait after so many failures in a row."""
        self._settle_all = settle_all
        self._clock = clock
        self._observe = observe
        self._pause_after = pause_after
        self._waiting: deque[Waiting] = deque()
        self._writing: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()
        self._troubles = 0
        self._most = MOST

    async def __aenter__(self) -> Self:
        """From now on, what fails is tried again."""
        self._closing.clear()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Write down what waits; what the store does not take now is given up."""
        self._closing.set()
        if self._writing is not None:
            await asyncio.shield(self._writing)

    async def settle(self, delivery: Delivery, settlement: Settlement) -> bool:
        """Write down what became of a delivery, however often that takes; False where it came too late to matter.

        It is written even if whoever awaits that is cancelled.
        """
        recorded: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(delivery, settlement, recorded))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write(), name="commit settlements")
        return await asyncio.shield(recorded)

    async def _write(self) -> None:
        while self._waiting:
            group = [self._waiting.popleft() for _ in range(min(len(self._waiting), self._most))]
            try:
                recorded = await self._commit(group)
            except Exception as error:  # noqa: BLE001 - whoever waits is told, or waits for another try
                await self._fail(group, error)
            else:
                self._troubles, self._most = 0, min(self._most * 2, MOST)
                _tell(group, recorded)
        self._writing = None

    async def _commit(self, group: Sequence[Waiting]) -> Sequence[bool]:
        pairs = [(one.delivery, one.settlement) for one in group]
        return await asyncio.to_thread(self._settle_all, pairs, self._clock.now())

    async def _fail(self, group: Sequence[Waiting], error: Exception) -> None:
        self._most = 1
        if isinstance(error, StoreError) and self._closing.is_set():
            self._give_up(group, error)
        elif len(group) > 1:
            self._waiting.extendleft(reversed(group))
        elif isinstance(error, StoreError):
            self._observe("settling_failed", {"key": group[0].delivery.key, "error": str(error)})
            self._waiting.extend(group)
            self._troubles += 1
            await self._clock.wait(self._closing, self._pause_after(self._troubles))
        else:
            group[0].recorded.set_exception(error)

    def _give_up(self, group: Sequence[Waiting], error: StoreError) -> None:
        for one in group:
            self._observe("settling_failed", {"key": one.delivery.key, "error": str(error)})
            one.recorded.set_result(False)


def _tell(group: Sequence[Waiting], recorded: Sequence[bool]) -> None:
    for one, done in zip(group, recorded, strict=True):
        if done and isinstance(one.settlement, Delivered):
            reach(Point.SENT_COMMITTED)
        one.recorded.set_result(done)
