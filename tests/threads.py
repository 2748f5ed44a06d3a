"""An event loop that knows whether a thread is at work for it, so that a clock that a test sets can wait for that."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from time import monotonic
from typing import Any, TypeVar, TypeVarTuple

from tests.waiting import PATIENCE

TURNS = 20
"""Of the loop, in which whoever was woken may go on, and hand the next work to a thread."""

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")


class ThreadCountingLoop(asyncio.SelectorEventLoop):
    """Counts the calls that were handed to threads, until their results have come back."""

    at_work = 0

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Arguments], Result], *args: *Arguments
    ) -> asyncio.Future[Result]:
        """Call in a thread."""
        result = super().run_in_executor(executor, func, *args)
        self.at_work += 1
        result.add_done_callback(self._has_come_back)
        return result

    def _has_come_back(self, _: asyncio.Future[Any]) -> None:
        self.at_work -= 1


async def let_threads_finish() -> None:
    """Until no thread is at work and nobody who went on has called for one."""
    loop, deadline, turns = asyncio.get_running_loop(), monotonic() + PATIENCE, 0
    assert isinstance(loop, ThreadCountingLoop), "whoever sets a clock runs in this loop"
    while turns < TURNS:
        assert not loop.at_work or monotonic() < deadline, "a thread never came back"
        turns = 0 if loop.at_work else turns + 1
        await asyncio.sleep(0.0005 if loop.at_work else 0)
