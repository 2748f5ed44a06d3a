"""What was called and answered, and what the bot was told, for whoever watches the stand-in for Telegram."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.recording import Direction, Recorder
from bot.sandbox.telegram.clock import Clock
from bot.sandbox.telegram.faults import Fault
from bot.sandbox.telegram.updates import Update, kind_of

MOST = 100_000
"""Calls that are kept, at least."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One HTTP request, and what was answered: None where the connection was left without."""

    method: str
    arguments: Mapping[str, Any]
    answer: Mapping[str, Any] | str | None
    at: float
    """Seconds of the monotonic clock, when it was answered."""


class Diary:
    """Keeps the calls, tells the recorder, and wakes who waits for something to be so."""

    def __init__(self, recorder: Recorder | None, clock: Clock, most: int = MOST) -> None:
        self.calls: list[Recorded] = []
        self.sent = 0
        """`sendMessage` calls that were answered with success."""
        self._recorder = recorder
        self._clock = clock
        self._most = most
        self._waiting: list[asyncio.Future[None]] = []

    def call(
        self,
        method: str,
        arguments: Mapping[str, Any],
        status: int | None,
        answer: Mapping[str, Any] | str | None,
        verdict: str = "",
        fault: Fault | None = None,
        done: Mapping[str, Any] | None = None,
    ) -> None:
        """Note a call; `verdict` is what is wrong with it, empty where it was right.

        `done` is what would have been answered, where the call was carried out and the fault answered instead.
        """
        self.calls.append(Recorded(method, arguments, answer, time.monotonic()))
        if len(self.calls) > 2 * self._most:
            del self.calls[: -self._most]
        body = answer if isinstance(answer, Mapping) else None if answer is None else {"text": answer}
        self.sent += method == "sendMessage" and body is not None and body.get("ok") is True
        wrong, met = (verdict,) if verdict else (), None if fault is None else fault.name
        self._record(Direction.CALL, method, arguments, status=status, answer=done or body, verdict=wrong, fault=met)
        self.stir()

    def event(self, update: Update, status: int | None = None, fault: str | None = None) -> None:
        """Note an update that was given to the bot; the status is that of the bot's own answer."""
        self._record(Direction.EVENT, kind_of(update), update, status=status, fault=fault)
        self.stir()

    def stir(self) -> None:
        """Wake who waits: something happened."""
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if not one.done():
                one.set_result(None)

    async def until(self, question: Callable[[], bool]) -> None:
        """Wait until it is so; asked again after whatever happens."""
        while not question():
            waiting = asyncio.get_running_loop().create_future()
            self._waiting.append(waiting)
            await waiting

    def _record(self, direction: Direction, name: str, arguments: Mapping[str, Any], **more: Any) -> None:
        if self._recorder is not None:
            self._recorder.record("telegram", direction, name, arguments, at=self._clock.now().timestamp(), **more)
