"""The wire between the bot and a stand-in: a proxy that takes its time, and sees what is under way at once."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from random import Random
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

Arguments = Mapping[str, Any]
Sent = Callable[[str, Arguments], Awaitable[None]]
"""Told the platform and the arguments of what makes a message, before the stand-in is."""

LONGEST = 0.02
"""Seconds that a request takes at most: as long as it takes, another one in its chat would be seen beside it."""


class Wire:
    """Passes requests on one after the other for each connection, and notes which chats they concern.

    What a test may hold against the bot is in `crossings`: a message sent to a chat while something else was asked of
    that chat, or the other way round.
    """

    def __init__(self, platform: str, target: str, sending: str, chat: str, seed: int, sent: Sent) -> None:
        """`sending` is the method that makes messages, `chat` its argument that says where."""
        self._platform = platform
        self._target = urlsplit(target)
        self._sending, self._chat = sending, chat
        self._random = Random(seed)  # noqa: S311 - to be had again, not to be hard to guess
        self._sent = sent
        self._under_way: dict[str, list[str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.crossings: list[str] = []
        self.requests: Counter[str] = Counter()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """What the bot is given instead of the stand-in's."""
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}{self._target.path}"

    @property
    def under_way(self) -> int:
        """How many messages are on their way at this moment."""
        return sum(methods.count(self._sending) for methods in self._under_way.values())

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(self._target.hostname, self._target.port)
            try:
                while True:
                    writer.write(await self._passed_on(await whole(reader), reader, there, back))
            finally:
                back.transport.abort()
        except (ConnectionError, asyncio.IncompleteReadError):
            """Either side ended it, so the other one sees it end."""
        finally:
            writer.transport.abort()

    async def _passed_on(
        self, request: bytes, client: asyncio.StreamReader, there: asyncio.StreamReader, back: asyncio.StreamWriter
    ) -> bytes:
        method, arguments = understood(request)
        chat = str(arguments.get(self._chat, ""))
        self.requests[method] += 1
        self._begun(chat, method)
        try:
            if method == self._sending:
                await self._sent(self._platform, arguments)
            await asyncio.sleep(LONGEST * self._random.random())
            back.write(request)
            return await answered(whole(there), client)
        finally:
            self._ended(chat, method)

    def _begun(self, chat: str, method: str) -> None:
        others = self._under_way.setdefault(chat, [])
        if chat and others and self._sending in {method, *others}:
            self.crossings.append(f"{method} while {', '.join(others)} in {chat}")
        others.append(method)

    def _ended(self, chat: str, method: str) -> None:
        self._under_way[chat].remove(method)
        if not self._under_way[chat]:
            del self._under_way[chat]


async def whole(reader: asyncio.StreamReader) -> bytes:
    """One HTTP message, head and body; IncompleteReadError where the connection ends before it does."""
    head = await reader.readuntil(b"\r\n\r\n")
    names = (line.partition(b":") for line in head.lower().split(b"\r\n"))
    length = next((int(value) for name, _, value in names if name == b"content-length"), 0)
    return head + await reader.readexactly(length)


async def answered(answer: Awaitable[bytes], client: asyncio.StreamReader) -> bytes:
    """The answer; ConnectionResetError where the client leaves before it comes."""
    waiting, leaving = asyncio.ensure_future(answer), asyncio.ensure_future(client.read(1))
    try:
        await asyncio.wait({waiting, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            raise ConnectionResetError
        return await waiting
    finally:
        for task in (waiting, leaving):
            task.cancel()
        with suppress(asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
            await leaving


def understood(request: bytes) -> tuple[str, Arguments]:
    """The method that an HTTP request calls, and its arguments."""
    head, _, body = request.partition(b"\r\n\r\n")
    target = urlsplit(head.split(b" ", 2)[1].decode())
    form = b"application/x-www-form-urlencoded" in head.lower()
    said = dict(parse_qsl(body.decode())) if form else json.loads(body or b"{}")
    return target.path.rpartition("/")[2], {**dict(parse_qsl(target.query)), **said}
