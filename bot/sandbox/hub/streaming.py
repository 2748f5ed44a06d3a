"""The live stream to the pages that are open: server-sent events, each page with a queue of its own."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from aiohttp import web

LONGEST_QUEUE = 2_000
"""Events that a page may be behind; then it is cut off, comes again and is shown everything anew."""
SILENCE = 15.0
"""Seconds after which a comment is sent, so that a page that has gone is noticed."""
Queue = asyncio.Queue[str | None]


class Stream:
    """Everyone who follows."""

    def __init__(self, everything: Callable[[], Any], silence: float = SILENCE) -> None:
        """`everything` is what a page is told first; after so many seconds of silence it is sent a comment."""
        self._everything = everything
        self._silence = silence
        self._queues: set[Queue] = set()
        self.watched = asyncio.Event()
        """Set once somebody has looked."""

    def tell(self, kind: str, content: Any) -> None:
        """Send an event to every page."""
        if not self._queues:
            return
        text = event(kind, content)
        for queue in tuple(self._queues):
            try:
                queue.put_nowait(text)
            except asyncio.QueueFull:
                self._cut(queue)

    def close(self) -> None:
        """Let go of every page."""
        for queue in tuple(self._queues):
            self._cut(queue)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One page, from all there is to whatever comes."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        queue: Queue = asyncio.Queue(LONGEST_QUEUE)
        queue.put_nowait(event("everything", self._everything()))
        self._queues.add(queue)
        self.watched.set()
        try:
            with suppress(ConnectionError):
                await self._pour(queue, response)
        finally:
            self._queues.discard(queue)
        return response

    async def _pour(self, queue: Queue, response: web.StreamResponse) -> None:
        while True:
            try:
                async with asyncio.timeout(self._silence):
                    text = await queue.get()
            except TimeoutError:
                text = ":\n\n"
            if text is None:
                return
            await response.write(text.encode())

    def _cut(self, queue: Queue) -> None:
        self._queues.discard(queue)
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(None)


def event(kind: str, content: Any) -> str:
    """One event of the stream (html.spec.whatwg.org/multipage/server-sent-events.html); JSON has no line ends."""
    return f"event: {kind}\ndata: {json.dumps(content, ensure_ascii=False)}\n\n"
