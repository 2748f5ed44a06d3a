"""One request and its answer: the fault it meets, the record it leaves, and whoever waits for it told."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.sandbox.chaos import Mishap
from bot.sandbox.recording import Direction, Recorder
from bot.sandbox.slack.blocks import faults as block_faults
from bot.sandbox.slack.faults import Fault, Faults, befallen
from bot.sandbox.slack.workspace import Workspace

Json = dict[str, Any]

SECRET = frozenset({"token"})
"""Arguments that no record keeps."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request of the bot, as it arrived, whatever became of it."""

    method: str
    """`chat.postMessage` …, or `respond` for a post to a `response_url`."""
    arguments: Json


@dataclass(frozen=True, slots=True)
class Answer:
    """What the request is answered, where nothing goes wrong."""

    body: Mapping[str, Any]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    """Said instead of the body as JSON: a `response_url` answers in plain text."""

    def response(self) -> web.Response:
        """As it goes over the wire."""
        if self.text is not None:
            return web.Response(text=self.text, status=self.status)
        body = json.dumps(self.body).encode()
        return web.Response(body=body, status=self.status, headers=self.headers, content_type="application/json")


class Exchange:
    """Answers requests one after the other."""

    def __init__(self, workspace: Workspace, faults: Faults, recorder: Recorder) -> None:
        self.calls: list[Request] = []
        """Every request, in order, whether it was taken or not."""
        self.faults = faults
        self.changed = asyncio.Condition()
        """Notified with every request."""
        self.again: Callable[[], Awaitable[object]] | None = None
        """Tells the bot once more what it was told last."""
        self._workspace = workspace
        self._recorder = recorder
        self._tasks: set[asyncio.Task[object]] = set()

    async def answer(
        self, request: web.Request, method: str, arguments: Json, ordinary: Callable[[], Answer]
    ) -> web.StreamResponse:
        """The ordinary answer, or what the fault makes of it."""
        self.calls.append(Request(method, arguments))
        fault = self.faults.next(method) or self._chance()
        answer = ordinary() if fault is None or fault.accepted else None
        if fault is not None and fault.late is not None:
            self._spawn(_after(fault.late, ordinary))
        self._record(method, arguments, answer, fault)
        async with self.changed:
            self.changed.notify_all()
        if fault is not None:
            return await self.faults.meet(fault, request)
        return (answer or Answer({})).response()

    async def close(self) -> None:
        """Forget what was still to be carried out late."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _chance(self) -> Fault | None:
        drawn = self.faults.draw()
        if drawn is not None and drawn.mishap is Mishap.DUPLICATE and self.again is not None:
            self._spawn(self.again())
        return befallen(drawn) if drawn else None

    def _spawn(self, work: Awaitable[object]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _record(self, method: str, arguments: Json, answer: Answer | None, fault: Fault | None) -> None:
        blocks = arguments.get("blocks")
        said = {name: value for name, value in arguments.items() if name not in SECRET}
        status = answer.status if answer and not fault else fault.status if fault and not _is_silent(fault) else None
        self._recorder.record(
            "slack",
            Direction.CALL,
            method,
            said,
            at=self._workspace.clock(),
            status=status,
            answer=answer.body if answer else None,
            verdict=tuple(block_faults(blocks)) if blocks else (),
            fault=str(fault) if fault else None,
        )


def _is_silent(fault: Fault) -> bool:
    return fault.hang or fault.close


async def _after(seconds: float, ordinary: Callable[[], Answer]) -> None:
    await asyncio.sleep(seconds)
    ordinary()
