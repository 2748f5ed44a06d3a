"""The bot as a process that a test ends, however roughly, and begins again."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bot.failpoints import Point
from tests.faults.process import Pace
from tests.stories.process import TOKENS, Running, eventually
from tests.waiting import PATIENCE

LAST_LINES = 60
"""Shown of the log of a process that a failing test is about."""


class Subject:
    """One bot: at most one process at a time, and what all of them logged."""

    def __init__(self, config: Path, pace: Pace, environ: Mapping[str, str]) -> None:
        self._command = (sys.executable, "-m", "tests.faults.process", "--config", str(config), *pace.arguments())
        self._environ = {**os.environ, **environ}
        self._running: Running | None = None
        self._earlier: list[str] = []
        self.starts = 0

    @property
    def running(self) -> Running:
        """The process at hand."""
        assert self._running is not None
        return self._running

    @property
    def log(self) -> list[str]:
        """All lines, those of earlier processes first."""
        return self._earlier + ([] if self._running is None else self._running.log)

    async def start(self, *, kill_at: tuple[Point, int] | None = None) -> Running:
        """Begin a process, to be ended at a point's n-th time where one is named; it may not be serving yet."""
        assert self._running is None
        more = () if kill_at is None else ("--kill-at", f"{kill_at[0].value}:{kill_at[1]}")
        process = await asyncio.create_subprocess_exec(
            *self._command,
            *more,
            env=self._environ,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        self._running = Running(process)
        self.starts += 1
        return self._running

    async def serve(self) -> Running:
        """Begin a process, and wait until it serves."""
        running = await self.start()
        await eventually(lambda: self.has_ended() or any('"service_started"' in line for line in running.log))
        assert not self.has_ended()
        return running

    async def kill(self) -> None:
        """End the process as the system does when memory is short, or as a power cut does."""
        await self._end(signal.SIGKILL, PATIENCE)

    async def stop(self, seconds: float = PATIENCE) -> int:
        """Tell the process to end, and wait for that; its exit code."""
        return await self._end(signal.SIGTERM, seconds)

    async def end(self) -> None:
        """Whatever has happened, leave no process behind."""
        if self._running is not None:
            await self._running.end()
            self._forget()

    def has_ended(self) -> bool:
        """Whether the process ended by itself, or by its point."""
        return self.running.code is not None

    async def _end(self, number: int, seconds: float) -> int:
        code = await self.running.stop(number, seconds=seconds)
        self._forget()
        return code

    def _forget(self) -> None:
        self._earlier += self.running.log
        self._running = None


@asynccontextmanager
async def subject(config: Path, pace: Pace, environ: Mapping[str, str] = TOKENS) -> AsyncIterator[Subject]:
    """A bot that has yet to be started."""
    bot = Subject(config, pace, environ)
    try:
        yield bot
    except BaseException:
        config.with_suffix(".log").write_text("".join(bot.log), "utf-8")
        # What a failing test is about.
        print(*bot.log[-LAST_LINES:], f"all of it is in {config.with_suffix('.log')}", sep="")  # noqa: T201 - for whoever reads why it failed
        raise
    finally:
        await bot.end()
