"""Receiving over a websocket that this program opens: no public address is needed."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.observing import Observe
from bot.platforms.slack.classify import code_of
from bot.platforms.slack.client import SILENT, proxy_for
from bot.platforms.slack.timing import Timing
from bot.waiting import unless

BACKOFF = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
"""Seconds to wait after each failed attempt; the last one for all further ones."""


class SocketMode:
    """Keeps one connection to Slack up until told to stop, and says when it comes and goes.

    The library's own `connect_async` never comes back from a bad token or a dead network and tells nobody; so each
    attempt is made here: raced against the stop, bounded, reported, and repeated after a growing while.
    """

    def __init__(
        self, app: AsyncApp, app_token: str, base_url: str, clock: Clock, observe: Observe, timing: Timing
    ) -> None:
        self._app = app
        self._app_token = app_token
        self._proxy = proxy_for(base_url)
        self._clock = clock
        self._observe = observe
        self._timing = timing

    async def run(self, stop: asyncio.Event, drain: Callable[[], Awaitable[None]]) -> None:
        """Receive until `stop` is set; then drain, while acknowledgements can still be sent, and close."""
        while not stop.is_set():
            # Made here and not before: it wants a running loop.
            # A token that is empty would be replaced by whatever the environment has.
            token = self._app_token or "none"
            ping = self._timing.ping
            handler = AsyncSocketModeHandler(self._app, token, logger=SILENT, ping_interval=ping)
            handler.client.proxy = self._proxy
            try:
                if await self._connected(handler, stop):
                    await self._watch(handler, stop)
            finally:
                if stop.is_set():
                    await drain()
                await _close(handler, self._timing.close)

    async def _connected(self, handler: AsyncSocketModeHandler, stop: asyncio.Event) -> bool:
        """Try until connected (True) or told to stop."""
        attempts = 0
        while not stop.is_set():
            error = await unless(stop, self._attempt(handler))
            if error == "":
                self._observe("slack_connected", {"attempts": attempts + 1})
                return True
            if error:
                wait = BACKOFF[min(attempts, len(BACKOFF) - 1)]
                self._observe("slack_connection_failed", {"error": error, "retry_in": wait})
                await self._clock.wait(stop, wait)
            attempts += 1
        return False

    async def _attempt(self, handler: AsyncSocketModeHandler) -> str:
        """One attempt; why it failed, or nothing."""
        if not self._app_token:
            return "no app-level token"
        try:
            async with asyncio.timeout(self._timing.connect):
                opened = await self._app.client.apps_connections_open(app_token=self._app_token)
                handler.client.wss_uri = str(opened["url"])
                await handler.client.connect()  # type: ignore[no-untyped-call]  # the SDK's has no annotations
        except SlackApiError as error:
            return code_of(error) or "no usable answer"
        except TimeoutError:
            return f"no websocket within {self._timing.connect:g} s"
        except Exception as error:  # noqa: BLE001 — the loop's last line: whatever was tripped over, there is a next try
            return type(error).__name__
        return ""

    async def _watch(self, handler: AsyncSocketModeHandler, stop: asyncio.Event) -> None:
        """Look after the connection until told to stop, or until the library has had long enough to mend it."""
        missing = 0
        while missing < self._timing.patience and not await self._clock.wait(stop, self._timing.watch):
            if await handler.client.is_connected():
                if missing:
                    self._observe("slack_connected", {"attempts": missing})
                missing = 0
                continue
            if not missing:
                self._observe("slack_connection_lost", {})
            missing += 1


async def _close(handler: AsyncSocketModeHandler, seconds: float) -> None:
    client = handler.client
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await client.close()  # type: ignore[no-untyped-call]  # likewise
    tasks = [client.message_processor, client.message_receiver, client.current_session_monitor]
    for task in tasks:
        if task is not None:
            task.cancel()
    await client.aiohttp_client_session.close()
    await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)
