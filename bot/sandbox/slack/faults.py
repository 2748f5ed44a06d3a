"""Trouble that the stand-in makes on request: refusals, waits, breakdowns, lost answers, late ones."""

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import assert_never

from aiohttp import web

from bot.sandbox.chaos import Chaos, Drawn, Mishap


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one request instead of an ordinary answer."""

    error: str = ""
    """Answer `{"ok": false, "error": …}`."""
    status: int = 200
    """HTTP status; 429 and 5xx come without Slack's JSON."""
    retry_after: int | None = None
    """Seconds, as the header says them."""
    location: str = ""
    """Where a status of 3xx sends the client to."""
    body: str | None = None
    """Answer exactly this."""
    content_type: str = "text/html"
    """What the body is said to be."""
    close: bool = False
    """Close the connection without an answer."""
    cut: bool = False
    """Close the connection in the middle of the answer."""
    hang: bool = False
    """Never answer."""
    accepted: bool = False
    """Do what was asked before the trouble: the post stands, and nobody is told."""
    late: float | None = None
    """Do what was asked so many seconds after the trouble."""

    def __str__(self) -> str:
        """What it is, in the words of the record."""
        after = "after accepting" if self.accepted else "before accepting" if self.late is None else "accepted late"
        return f"{self._kind} {after}"

    @property
    def _kind(self) -> str:
        ending = "hang" if self.hang else "close" if self.close else "cut" if self.cut else ""
        return ending or self.error or f"HTTP {self.status}"


class Faults:
    """What was asked for, method by method, each used once and in order; else what chance brings."""

    def __init__(self, chaos: Chaos | None = None) -> None:
        self.chaos = chaos
        """Random faults for calls that none was planned for."""
        self._planned: dict[str, deque[Fault]] = defaultdict(deque)
        self._stopped = asyncio.Event()

    def plan(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next requests of this method meet the fault."""
        self._planned[method].extend([fault] * times)

    def next(self, method: str) -> Fault | None:
        """What the request at hand was planned to meet, if anything."""
        planned = self._planned[method]
        return planned.popleft() if planned else None

    def draw(self) -> Drawn | None:
        """What chance brings the request at hand."""
        return self.chaos.draw() if self.chaos else None

    def stop(self) -> None:
        """Let go of every request that hangs."""
        self._stopped.set()

    async def meet(self, fault: Fault, request: web.Request) -> web.StreamResponse:
        """Answer the request as the fault says."""
        if fault.hang:
            await self._stopped.wait()
        if fault.close and request.transport is not None:
            request.transport.close()
        if fault.cut:
            return await _cut(request)
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        if fault.location:
            headers["Location"] = fault.location
        if fault.error:
            said = {"ok": False, "error": fault.error}
            return web.json_response(said, status=fault.status, headers=headers)
        text = fault.body if fault.body is not None else f"<html>{fault.status}</html>"
        return web.Response(status=fault.status, text=text, content_type=fault.content_type, headers=headers)


def befallen(drawn: Drawn) -> Fault | None:
    """What a mishap is with Slack: waits of 1 to 5 seconds, lateness of up to 10; None for what is no call's."""
    match drawn.mishap:
        case Mishap.RATE_LIMITED:
            return Fault(error="ratelimited", status=429, retry_after=1 + int(5 * drawn.size))
        case Mishap.ERROR_BEFORE | Mishap.ERROR_AFTER:
            status = (500, 502, 503)[int(3 * drawn.size)]
            return Fault(status=status, accepted=drawn.mishap is Mishap.ERROR_AFTER)
        case Mishap.TIMEOUT_AFTER:
            return Fault(hang=True, accepted=True)
        case Mishap.RESET_BEFORE | Mishap.RESET_AFTER:
            return Fault(close=True, accepted=drawn.mishap is Mishap.RESET_AFTER)
        case Mishap.LATE:
            return Fault(close=True, late=10 * drawn.size)
        case Mishap.DUPLICATE:
            return None
        case _:
            assert_never(drawn.mishap)


async def _cut(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "999"})
    await response.prepare(request)
    await response.write(b'{"ok": tr')
    if request.transport is not None:
        request.transport.close()
    return response
