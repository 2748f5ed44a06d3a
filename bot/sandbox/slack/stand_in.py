"""A Slack on this machine, over real sockets: Web API, Socket Mode, signed HTTP, and people who type and press."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from bot.sandbox.chaos import Chaos
from bot.sandbox.recording import Recorder
from bot.sandbox.slack import delivery
from bot.sandbox.slack.exchange import Exchange, Request
from bot.sandbox.slack.faults import Fault, Faults
from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.reporting import Reported, Reporter
from bot.sandbox.slack.responses import Responses
from bot.sandbox.slack.socket import Sockets
from bot.sandbox.slack.views import TRIGGER_SECONDS
from bot.sandbox.slack.web_api import WebApi
from bot.sandbox.slack.workspace import BOT, Channel, Workspace

Json = dict[str, Any]
T = TypeVar("T")

MOST_BODY = 8 * 1024 * 1024
"""Bytes of a request's body."""


class SlackStandIn:
    """One workspace with one app in it: `async with SlackStandIn() as slack`, then let the bot use `slack.url`."""

    def __init__(
        self,
        *,
        bot_token: str = "xoxb-test",  # noqa: S107 — invented, and good nowhere else
        app_token: str = "xapp-test",  # noqa: S107 — likewise
        signing_secret: str = "s",  # noqa: S107 — likewise
        port: int = 0,
        channels: Iterable[str] = ("C1", "D1"),
        users: Iterable[str] = ("U1", "U2"),
        scopes: Collection[str] | None = None,
        limits: bool = False,
        history_per_minute: int = 50,
        retries: Sequence[float] = (),
        recorder: Recorder | None = None,
        chaos: Chaos | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Scopes are the bot token's, None for all; `limits` switches Slack's rate limits on.

        Retries are the seconds before each time that an event nobody acknowledged is told again (Slack's own are
        `reporting.RETRIES`); the clock gives Unix seconds, and names the messages.
        """
        self.workspace = Workspace(channels, users, clock)
        self.sockets = Sockets()
        self.recorder = recorder or Recorder()
        self.refuse_sockets = False
        """Whether websockets are turned away."""
        self._port = port
        self._faults = Faults(chaos)
        self._exchange = Exchange(self.workspace, self._faults, self.recorder)
        self._responses = Responses(self.workspace, self._exchange)
        self._reporter = Reporter(self.workspace, self.sockets, self.recorder, signing_secret)
        self._reporter.retries = retries
        self._exchange.again = self._reporter.again
        self._api = WebApi(self.workspace, self._exchange, self.sockets, {"bot": bot_token, "app": app_token})
        self._api.scopes = scopes
        self._api.limits = Limits(clock, history_per_minute) if limits else None

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=MOST_BODY)
        application.router.add_route("*", "/api/{method}", self._api.serve)
        application.router.add_post("/response/{id}", self._responses.serve)
        application.router.add_get("/socket", self._socket)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self._api.socket_url = f"ws://127.0.0.1:{self._port}/socket"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._faults.stop()
        await self._exchange.close()
        await self.sockets.close()
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The Web API's `base_url`."""
        return f"http://127.0.0.1:{self._port}/api/"

    @property
    def calls(self) -> list[Request]:
        """Every request of the bot, in order, whether it was taken or not."""
        return self._exchange.calls

    @property
    def responses(self) -> list[Json]:
        """What was posted to a `response_url` and taken, with the `channel` and `ts` of the message it made."""
        return self._responses.said

    @property
    def deliver_to(self) -> str | None:
        """Where to post what people do, signed; None: by Socket Mode."""
        return self._reporter.address

    @deliver_to.setter
    def deliver_to(self, address: str | None) -> None:
        self._reporter.address = address

    def messages(self, channel: str) -> list[Json]:
        """What stands in a channel, oldest first; what one person alone sees has `is_ephemeral` and `seen_by`."""
        return self.workspace.channels[channel].messages

    def on_change(self, callback: Callable[[str], None]) -> Callable[[], None]:
        """Call back with a channel's id whenever its messages change; answers what ends that."""
        self.workspace.followers.append(callback)
        return lambda: self.workspace.followers.remove(callback)

    def add_channel(self, name: str, *, is_member: bool = True, is_archived: bool = False) -> None:
        """Another channel, or one in another state."""
        self.workspace.channels[name] = Channel(name, is_member, is_archived)

    def fail(self, method: str, *faults: Fault, times: int = 1) -> None:
        """Let the next requests of a method (`respond` for a `response_url`) meet trouble, each fault so many times."""
        for fault in faults:
            self._faults.plan(method, fault, times)

    def set_chaos(self, chaos: Chaos | None) -> None:
        """Let calls meet random trouble from now on, or none any more."""
        self._faults.chaos = chaos

    async def expect(self, condition: Callable[[], T], timeout: float = 5.0) -> T:  # noqa: ASYNC109 — a test's deadline
        """Wait until the condition holds, looking after each request, and return what it gave; else TimeoutError."""
        async with self._exchange.changed:
            await asyncio.wait_for(self._exchange.changed.wait_for(condition), timeout)
        return condition()

    async def command(self, name: str, text: str = "", *, channel: str = "C1", user: str = "U1") -> Reported:
        """A person types a slash command, and alone sees what the bot says with its acknowledgement."""
        handles = self._handles(channel, user)
        reported = await self._reporter.report("slash_commands", delivery.slash(name, text, channel, user, handles))
        if reported.answer:
            self._responses.show(channel, user, reported.answer)
        return reported

    async def mention(self, channel: str, text: str, *, user: str = "U1", thread_ts: str | None = None) -> Reported:
        """A person writes to the bot by its name in a channel, or directly in a `D…` one."""
        mentioned = text if channel.startswith("D") else f"<@{BOT['user_id']}> {text}"
        return await self._event(delivery.written(channel, self._write(channel, mentioned, user, thread_ts)))

    async def say(self, channel: str, text: str, *, user: str = "U1", thread_ts: str | None = None) -> Reported | None:
        """A person writes something; the bot hears of it where it is named or spoken to alone."""
        message = self._write(channel, text, user, thread_ts)
        if not channel.startswith("D") and f"<@{BOT['user_id']}>" not in text:
            return None
        return await self._event(delivery.written(channel, message))

    async def press(
        self, channel: str, ts: str, action_id: str, value: str | None = None, *, user: str = "U1"
    ) -> Reported:
        """A person presses a button, or chooses a menu's option by its `value`, in a message or a response."""
        message = self.workspace.message(channel, ts)
        if message is None:
            raise LookupError(f"{channel}/{ts}: no such message")
        action = delivery.action(message, action_id, value)
        alone = bool(message.get("is_ephemeral"))
        body = delivery.press(channel, user, message, action, self._handles(channel, user, ts), is_ephemeral=alone)
        return await self._reporter.report("interactive", body)

    async def invite(self, channel: str) -> Reported:
        """A person lets the bot into a channel."""
        self.workspace.channels[channel].is_member = True
        return await self._event(delivery.joined(channel, BOT["user_id"], self.workspace.ts()))

    async def open_home(self, user: str = "U1") -> Reported:
        """A person looks at the app's home tab."""
        return await self._event(delivery.home_opened(user, self.workspace.ts()))

    async def redeliver(self, reported: Reported, retry: int = 1) -> Reported:
        """Report the same thing again, as Slack does with what was not acknowledged."""
        return await self._reporter.tell(reported.kind, reported.body, retry)

    async def reconnect(self) -> None:
        """Tell the bot that its websocket ends, as Slack does every few hours."""
        await self.sockets.disconnect()

    def _write(self, channel: str, text: str, user: str, thread_ts: str | None) -> Json:
        thread = {"thread_ts": thread_ts} if thread_ts else {}
        return self.workspace.post(self.workspace.channels[channel], {"user": user, "text": text, **thread})

    async def _event(self, told: Json) -> Reported:
        return await self._reporter.report(
            "events_api", delivery.event(told, self.workspace.number(), self.workspace.clock())
        )

    def _handles(self, channel: str, user: str, original: str | None = None) -> delivery.Handles:
        name = str(self.workspace.number())
        self._responses.open(name, channel, user, original)
        trigger = f"{name}.1.abc"
        self.workspace.triggers[trigger] = self.workspace.clock() + TRIGGER_SECONDS
        return delivery.Handles(self.url.removesuffix("api/") + f"response/{name}", trigger)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=503) if self.refuse_sockets else await self.sockets.serve(request)
