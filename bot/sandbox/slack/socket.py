"""The stand-in's Socket Mode: websockets that a bot opens, envelopes out, acknowledgements in."""

import asyncio
import itertools
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web

ACKNOWLEDGE_WITHIN = 3.0
"""Seconds that Slack waits for an acknowledgement."""
MOST_CONNECTIONS = 10
"""Websockets of one app at the same time."""
LASTS = 18_060
"""Seconds after which Slack says that a connection will end."""

Json = dict[str, Any]


class Sockets:
    """All websockets that are open, and what was acknowledged on them.

    docs.slack.dev/apis/events-api/using-socket-mode.
    """

    def __init__(self) -> None:
        self.acknowledged: list[Json] = []
        """Every acknowledgement, in order: `{"envelope_id": …}`, with a payload where the bot gave one."""
        self.acknowledge_within = ACKNOWLEDGE_WITHIN
        """Seconds until an envelope counts as not acknowledged."""
        self.greeted = 0
        """How many connections there ever were."""
        self._open: list[web.WebSocketResponse] = []
        self._transports: set[asyncio.Transport] = set()
        self._retiring: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._changed = asyncio.Condition()
        self._number = itertools.count(1)
        self._turn = itertools.count()
        self._lost = 0

    @property
    def count(self) -> int:
        """How many are open."""
        return len(self._open)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection: hello, then acknowledgements until it closes."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        transport = request.transport
        if transport is not None:
            self._transports.add(transport)
        await socket.send_json(self._hello())
        self._open.append(socket)
        self.greeted += 1
        await self._tell()
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._acknowledge(json.loads(frame.data))
        finally:
            self._forget(socket)
            if transport is not None:
                self._transports.discard(transport)
            await self._tell()
        return socket

    async def deliver(
        self, kind: str, payload: Mapping[str, Any], *, retry: int = 0, reason: str = "timeout"
    ) -> Json | None:
        """Send an envelope on one connection, waiting for one to be there; what acknowledged it in time, if anything.

        Each goes to one connection, to one after the other.
        """
        envelope: Json = {"envelope_id": f"envelope-{next(self._number)}", "type": kind, "payload": dict(payload)}
        envelope["accepts_response_payload"] = kind == "slash_commands"
        if retry:
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        async with self._changed:
            await self._changed.wait_for(lambda: self.count)
        future = self._waiting.setdefault(envelope["envelope_id"], asyncio.get_running_loop().create_future())
        with suppress(ConnectionError):
            await self._open[next(self._turn) % self.count].send_json(envelope)
        with suppress(TimeoutError):
            return await asyncio.wait_for(future, self.acknowledge_within)
        self._waiting.pop(envelope["envelope_id"], None)
        return None

    def lose_acknowledgements(self, times: int = 1) -> None:
        """Let the next ones get lost on their way: what they acknowledge counts as not acknowledged."""
        self._lost += times

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Announce on each connection that it ends: the bot is to open another.

        A `warning` comes before that, and the connection is used until `refresh_requested` or `link_disabled`.
        """
        for socket in list(self._open):
            if reason != "warning":
                self._open.remove(socket)
                self._retiring.append(socket)
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "stand-in"}})

    async def close(self) -> None:
        """End every connection from this side."""
        for socket in [*self._open, *self._retiring]:
            await socket.close()

    def drop(self) -> None:
        """Lose every connection without a word, as a network does."""
        for transport in self._transports:
            transport.abort()

    def _hello(self) -> Json:
        known = {"host": "stand-in", "build_number": 1, "approximate_connection_time": LASTS}
        said = {"type": "hello", "num_connections": self.count + 1}
        return {**said, "debug_info": known, "connection_info": {"app_id": "A1"}}

    def _acknowledge(self, said: Json) -> None:
        if self._lost:
            self._lost -= 1
            return
        self.acknowledged.append(said)
        future = self._waiting.pop(str(said.get("envelope_id")), None)
        if future is not None and not future.done():
            future.set_result(said)

    def _forget(self, socket: web.WebSocketResponse) -> None:
        for sockets in (self._open, self._retiring):
            if socket in sockets:
                sockets.remove(socket)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
