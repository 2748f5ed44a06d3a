"""A recording shown again in the page: the same chats, call by call, with nobody to type in them."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from bot.sandbox.hub.board import Board
from bot.sandbox.hub.hub import drawings
from bot.sandbox.hub.retelling import Retelling
from bot.sandbox.hub.site import Site
from bot.sandbox.recording import Entry, Recorder

LONGEST = 0.6
"""Seconds between two calls, however long they really lay apart."""


class Replay:
    """The page with a recording running in it, while its context is entered."""

    def __init__(self, entries: Sequence[Entry], *, port: int = 0, longest: float = LONGEST) -> None:
        """`longest` is the most seconds that the page waits between two entries."""
        self._entries, self._port, self._longest = entries, port, longest
        self._recorder = Recorder(max(len(entries), 1))
        self._board = Board(drawings())
        self._site = Site(self._board, self._recorder, replay=True)
        self._retelling = Retelling()
        self.address = ""
        """Where the page is."""

    async def __aenter__(self) -> Self:
        """Listen, and begin once somebody looks; OSError where the port is taken."""
        self.address = await self._site.open(self._port)
        self._recorder.follow(self._site.tell_entry)
        self._running = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop, wherever it is."""
        self._running.cancel()
        with suppress(asyncio.CancelledError):
            await self._running
        await self._site.close()

    async def _run(self) -> None:
        await self._site.stream.watched.wait()
        for before, entry in zip([None, *self._entries], self._entries, strict=False):
            await asyncio.sleep(min(max(entry.at - before.at, 0), self._longest) if before else 0)
            self._take(entry)

    def _take(self, entry: Entry) -> None:
        more = {"status": entry.status, "answer": entry.answer, "verdict": entry.verdict, "fault": entry.fault}
        self._recorder.record(entry.platform, entry.direction, entry.name, entry.arguments, at=entry.at, **more)
        for platform, chat in self._retelling.take(entry):
            if self._board.meet(platform, chat):
                self._site.tell_rooms()
            self._site.tell_change(self._board.update(platform, chat, self._retelling.messages(platform, chat)))
