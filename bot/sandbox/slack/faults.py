"""Trouble that the stand-in makes on request: refusals, waits, breakdowns, lost answers."""

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one request instead of an ordinary answer."""

    error: str = ""
    """Answer `{"ok": false, "error": …}`."""
    status: int = 200
    """HTTP status; 429 and 5xx come without Slack's JSON."""
    retry_after: int | None = None
    """Seconds, as the header says them."""
    body: str | None = None
    """Answer exactly this."""
    content_type: str = "text/html"
    """What the body is said to be."""
    close: bool = False
    """Close the connection without an answer."""
    hang: bool = False
    """Never answer."""
    accepted: bool = False
    """Do what was asked before the trouble: the post stands, and nobody is told."""


class Faults:
    """What was asked for, method by method, each used once and in order."""

    def __init__(self) -> None:
        self._planned: dict[str, deque[Fault]] = defaultdict(deque)
        self._stopped = asyncio.Event()

    def plan(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next requests of this method meet the fault."""
        self._planned[method].extend([fault] * times)

    def next(self, method: str) -> Fault | None:
        """What the request at hand is to meet, if anything."""
        planned = self._planned[method]
        return planned.popleft() if planned else None

    def stop(self) -> None:
        """Let go of every request that hangs."""
        self._stopped.set()

    async def meet(self, fault: Fault, request: web.Request) -> web.Response:
        """Answer the request as the fault says."""
        if fault.hang:
            await self._stopped.wait()
        if fault.close and request.transport is not None:
            request.transport.close()
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        if fault.error:
            said = {"ok": False, "error": fault.error}
            return web.json_response(said, status=fault.status, headers=headers)
        text = fault.body if fault.body is not None else f"<html>{fault.status}</html>"
        return web.Response(status=fault.status, text=text, content_type=fault.content_type, headers=headers)
