"""The HTTP side of the stand-in for the Bot API: takes requests as the real one does, or fails as it is told to."""

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.sandbox.telegram.chats import RefusedError
from bot.sandbox.telegram.faults import Ending, Fault
from bot.sandbox.telegram.methods import Methods
from bot.sandbox.telegram.updates import Updates

JSON_FIELDS = frozenset(
    {"reply_markup", "entities", "link_preview_options", "commands", "allowed_updates", "reply_parameters"}
)
"""Fields that are JSON within a form: https://core.telegram.org/bots/api#making-requests"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One HTTP request, and what was answered: None where the connection was left without."""

    method: str
    arguments: Mapping[str, Any]
    answer: Mapping[str, Any] | str | None
    at: float
    """Seconds of the monotonic clock, when the request had been read."""


class Server:
    """Answers the calls of one bot and keeps a record of them."""

    def __init__(self, token: str, methods: Methods, updates: Updates) -> None:
        self._token = token
        self._methods = methods
        self._updates = updates
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        """By method: what the next calls meet, one each."""
        self.calls: list[Recorded] = []
        self.called = asyncio.Condition()
        """Notified after each call."""

    async def open(self, host: str, port: int) -> int:
        """Listen; the port, chosen by the system where it was 0."""
        application = web.Application()
        application.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=1.0, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        return int(self._runner.addresses[0][1])

    async def close(self) -> None:
        """Stop listening and end every connection."""
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method, arguments = request.match_info["method"], await arguments_of(request)
        at = time.monotonic()
        if request.match_info["token"] != self._token:
            return await self._answer(method, arguments, at, 401, failure(401, "Unauthorized"))
        fault = self.faults[method].popleft() if self.faults[method] else None
        if fault is not None:
            return await self._fail(request, fault, method, arguments, at)
        return await self._answer(method, arguments, at, *await self._carry_out(method, arguments))

    async def _carry_out(self, method: str, arguments: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        try:
            if method.lower() == "getupdates":
                result: Any = await self._updates.take(arguments, self._methods.webhook)
            else:
                result = self._methods.call(method, arguments)
        except RefusedError as refused:
            return refused.status, failure(refused.status, refused.description, refused.parameters)
        return 200, {"ok": True, "result": result}

    async def _fail(
        self, request: web.Request, fault: Fault, method: str, arguments: Mapping[str, Any], at: float
    ) -> web.StreamResponse:
        if fault.accepted:
            await self._carry_out(method, arguments)
        if fault.ending is Ending.ANSWER:
            return await self._answer(method, arguments, at, fault.status, fault.body, fault.headers)
        await self._record(Recorded(method, arguments, None, at))
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        if fault.ending is Ending.HANG:
            await self._closing.wait()
        if fault.ending is Ending.CUT:
            await response.prepare(request)
            await response.write(b'{"ok": tr')
        if request.transport is not None:
            request.transport.abort()
        return response

    async def _answer(
        self,
        method: str,
        arguments: Mapping[str, Any],
        at: float,
        status: int,
        body: Mapping[str, Any] | str,
        headers: Mapping[str, str] | None = None,
    ) -> web.Response:
        await self._record(Recorded(method, arguments, body, at))
        text = body if isinstance(body, str) else json.dumps(body)
        kind = "text/html" if isinstance(body, str) else "application/json"
        return web.Response(status=status, text=text, content_type=kind, headers=headers)

    async def _record(self, call: Recorded) -> None:
        self.calls.append(call)
        async with self.called:
            self.called.notify_all()


def failure(status: int, description: str, parameters: Mapping[str, int] | None = None) -> dict[str, Any]:
    """A refusal in the Bot API's form."""
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return {**body, "parameters": dict(parameters)} if parameters else body


async def arguments_of(request: web.Request) -> dict[str, Any]:
    """A call's arguments, from the query and from a body of JSON or of a form."""
    arguments: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        return {**arguments, **await request.json()}
    form = {**arguments, **await request.post()}
    return {name: json.loads(value) if name in JSON_FIELDS else value for name, value in form.items()}
