"""A way to PostgreSQL that is cut around commits: before the server hears of one, or before it can say that it did."""

import asyncio
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

CHUNK = 65536
COMMIT = b"COMMIT"
"""Begins what the driver says to prepare a commit, which it then executes."""
COMMITTED = b"COMMIT\x00"
"""The server's word that it is done (postgresql.org/docs/current/protocol-message-formats.html: CommandComplete)."""


class CuttingProxy:
    """A socket in a folder of its own, that passes on what is said to the server's; no commit is cut unless armed."""

    def __init__(self, folder: Path, server: Path, seed: int) -> None:
        self._path, self._server = folder / server.name, server
        self._random = Random(seed)  # noqa: S311 - to be had again, not to be hard to guess
        self._tasks: set[asyncio.Task[None]] = set()
        self.share = 0.0
        """Of the commits that are cut."""
        self.before = 0
        """Cut before the server heard of them."""
        self.after = 0
        """Cut when the server had committed, and was saying so."""

    async def __aenter__(self) -> Self:
        self._listening = await asyncio.start_unix_server(self._accept, self._path)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._listening.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._listening.wait_closed()

    @property
    def cuts(self) -> int:
        """How many there were."""
        return self.before + self.after

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self._server)
        doomed = asyncio.Event()
        passing = {
            asyncio.create_task(self._ask(reader, back, doomed)),
            asyncio.create_task(self._answer(there, writer, doomed)),
        }
        try:
            await asyncio.wait(passing, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in passing:
                task.cancel()
            await asyncio.gather(*passing, return_exceptions=True)
            writer.transport.abort()
            back.transport.abort()

    async def _ask(self, reader: asyncio.StreamReader, back: asyncio.StreamWriter, doomed: asyncio.Event) -> None:
        """Pass on what the bot says, until it ends or a commit is cut."""
        while said := await reader.read(CHUNK):
            if COMMIT in said.upper() and self._random.random() < self.share:
                if self._random.random() < 0.5:
                    self.before += 1
                    return
                doomed.set()
            back.write(said)
            await back.drain()

    async def _answer(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter, doomed: asyncio.Event) -> None:
        """Pass on what the server says, until it ends, or says what is not to be heard."""
        while said := await there.read(CHUNK):
            if doomed.is_set() and COMMITTED in said:
                self.after += 1
                return
            writer.write(said)
            await writer.drain()
