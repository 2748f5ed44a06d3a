"""Receiving over HTTP: one address to which Slack posts commands, events and presses alike."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.clock import Clock
from bot.observing import Observe
from bot.platforms.slack.signature import is_genuine
from bot.platforms.slack.timing import Timing

LIMIT = 1024 * 1024
"""Bytes of a request's body; Slack's stay far below."""


class HttpMode:
    """Listens for Slack's requests until told to stop; what Slack did not sign gets a 401 and nothing else."""

    def __init__(
        self,
        app: AsyncApp,
        signing_secret: str,
        address: tuple[str, int, str],
        clock: Clock,
        observe: Observe,
        timing: Timing,
    ) -> None:
        self._app = app
        self._secret = signing_secret
        self._host, self._port, self._path = address
        self._clock = clock
        self._observe = observe
        self._timing = timing

    async def run(self, stop: asyncio.Event, drain: Callable[[], Awaitable[None]]) -> None:
        """Receive until `stop` is set; then drain, while answers can still be given, and close."""
        pages = web.Application(client_max_size=LIMIT)
        pages.router.add_post(self._path, self._receive)
        runner = web.AppRunner(pages, access_log=None, shutdown_timeout=self._timing.close)
        await runner.setup()
        try:
            while not stop.is_set():
                await self._listen(runner, stop)
        finally:
            await drain()
            await runner.cleanup()

    async def _listen(self, runner: web.AppRunner, stop: asyncio.Event) -> None:
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as error:
            wait = self._timing.listen_again
            self._observe("slack_connection_failed", {"error": str(error), "retry_in": wait})
            await self._clock.wait(stop, wait)
            return
        host, port = runner.addresses[0][:2]
        self._observe("slack_listening", {"host": host, "port": port, "path": self._path})
        await stop.wait()

    async def _receive(self, request: web.Request) -> web.Response:
        raw = await request.read()
        if not is_genuine(self._secret, request.headers, raw, self._clock.now()):
            return web.Response(status=401)
        body = fields(raw, request.content_type)
        if body is None:
            return web.Response(status=400)
        # "socket_mode" is Bolt's word for a body that was taken apart, and its sender known, before Bolt saw it.
        answer = await self._app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
        return await to_aiohttp_response(answer)


def fields(raw: bytes, content_type: str) -> dict[str, Any] | None:
    """What a request says: events are JSON, commands a form, presses JSON in a form's `payload`; None where it is none.

    docs.slack.dev/apis/events-api, docs.slack.dev/interactivity/handling-user-interaction.
    """
    try:
        text = raw.decode()
        form = {} if content_type == "application/json" else dict(parse_qsl(text, keep_blank_values=True))
        if form and "payload" not in form:
            return form
        value = json.loads(form.get("payload", text))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
