"""A Slack on this machine, over real sockets: Web API, Socket Mode, signed HTTP, and people who type and press."""

import asyncio
import itertools
import json
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp
from aiohttp import web

from bot.sandbox.slack import delivery
from bot.sandbox.slack.faults import Fault, Faults
from bot.sandbox.slack.socket import Sockets
from bot.sandbox.slack.workspace import BOT, Channel, Workspace, objection, refusal

Json = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """One request of the bot, as it arrived, whatever became of it."""

    method: str
    """`chat.postMessage` …, or `respond` for a post to a `response_url`."""
    arguments: Json


@dataclass(frozen=True, slots=True)
class Reported:
    """Something that people did, and whether the bot acknowledged it."""

    kind: str
    """`slash_commands`, `events_api` or `interactive`."""
    body: Json
    acknowledged: bool


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
    ) -> None:
        self._tokens = {"bot": bot_token, "app": app_token}
        self._secret = signing_secret
        self._port = port
        self.workspace = Workspace({name: Channel(name) for name in channels})
        self.sockets = Sockets()
        self.calls: list[Request] = []
        """Every request of the bot, in order, whether it was taken or not."""
        self.responses: list[Json] = []
        """What was posted to a `response_url` and taken: the message as its reader sees it, with `channel` and `ts`."""
        self.deliver_to: str | None = None
        """Where to post what people do, signed; None: by Socket Mode."""
        self.refuse_sockets = False
        """Whether websockets are turned away."""
        self._response_urls: dict[str, str] = {}
        self._faults = Faults()
        self._changed = asyncio.Condition()
        self._number = itertools.count(1)

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_route("*", "/api/{method}", self._api)
        application.router.add_post("/response/{id}", self._response)
        application.router.add_get("/socket", self._socket)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._faults.stop()
        await self.sockets.close()
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The Web API's `base_url`."""
        return f"http://127.0.0.1:{self._port}/api/"

    def messages(self, channel: str) -> list[Json]:
        """What stands in a channel, oldest first."""
        return self.workspace.channels[channel].messages

    def add_channel(self, name: str, *, is_member: bool = True, is_archived: bool = False) -> None:
        """Another channel, or one in another state."""
        self.workspace.channels[name] = Channel(name, is_member, is_archived)

    def fail(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next requests of a method (`respond` for a `response_url`) meet trouble."""
        self._faults.plan(method, fault, times)

    async def expect(self, condition: Callable[[], T], timeout: float = 5.0) -> T:  # noqa: ASYNC109 — a test's deadline
        """Wait until the condition holds, looking after each request, and return what it gave; else TimeoutError."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(condition), timeout)
        return condition()

    async def command(self, name: str, text: str = "", *, channel: str = "C1", user: str = "U1") -> Reported:
        """A person types a slash command."""
        return await self._report("slash_commands", delivery.slash(name, text, channel, user, self._handles(channel)))

    async def mention(self, channel: str, text: str, *, user: str = "U1", thread_ts: str | None = None) -> Reported:
        """A person writes to the bot by its name in a channel, or directly in a `D…` one."""
        mentioned = text if channel.startswith("D") else f"<@{BOT['user_id']}> {text}"
        message: Json = {"type": "message", "user": user, "text": mentioned, "ts": self.workspace.ts()}
        message |= {"thread_ts": thread_ts} if thread_ts else {}
        self.messages(channel).append(message)
        return await self._report("events_api", delivery.event(channel, message, next(self._number)))

    async def press(
        self, channel: str, ts: str, action_id: str, value: str | None = None, *, user: str = "U1"
    ) -> Reported:
        """A person presses a button, or chooses a menu's option by its `value`, in a message or a response."""
        ephemeral = next((said for said in self.responses if said["ts"] == ts), None)
        message = ephemeral or self.workspace.message(channel, ts)
        if message is None:
            raise LookupError(f"{channel}/{ts}: no such message")
        action = delivery.action(message, action_id, value)
        handles = self._handles(channel)
        body = delivery.press(channel, user, message, action, handles, is_ephemeral=ephemeral is not None)
        return await self._report("interactive", body)

    async def redeliver(self, reported: Reported, retry: int = 1) -> Reported:
        """Report the same thing again, as Slack does with what was not acknowledged."""
        return await self._report(reported.kind, reported.body, retry)

    async def reconnect(self) -> None:
        """Tell the bot that its websocket ends, as Slack does every few hours."""
        await self.sockets.disconnect()

    def _handles(self, channel: str) -> delivery.Handles:
        number = next(self._number)
        self._response_urls[str(number)] = channel
        url = self.url.removesuffix("api/") + f"response/{number}"
        return delivery.Handles(response_url=url, trigger_id=f"{number}.1.abc")

    async def _report(self, kind: str, body: Json, retry: int = 0) -> Reported:
        if self.deliver_to is None:
            return Reported(kind, body, await self.sockets.deliver(kind, body, retry=retry))
        content, headers = delivery.signed_request(kind, body, self._secret, int(time.time()), retry)
        acknowledged = False
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=delivery.ANSWER_WITHIN)) as session:
            with suppress(TimeoutError, aiohttp.ClientError):
                async with session.post(self.deliver_to, data=content, headers=headers) as response:
                    acknowledged = response.status == web.HTTPOk.status_code
        return Reported(kind, body, acknowledged)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=503) if self.refuse_sockets else await self.sockets.serve(request)

    async def _api(self, request: web.Request) -> web.Response:
        method, arguments = request.match_info["method"], await _arguments(request)
        return await self._met(request, method, arguments, lambda: self._called(request, method, arguments))

    def _called(self, request: web.Request, method: str, arguments: Json) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or arguments.get("token", "")
        needed = self._tokens["app" if method == "apps.connections.open" else "bot"]
        if token != needed:
            return web.json_response(refusal("invalid_auth" if token else "not_authed"))
        if method == "apps.connections.open":
            return web.json_response({"ok": True, "url": f"ws://127.0.0.1:{self._port}/socket?ticket=t"})
        return web.json_response(self.workspace.answer(method, arguments))

    async def _response(self, request: web.Request) -> web.Response:
        arguments = json.loads(await request.text())
        name = request.match_info["id"]
        return await self._met(request, "respond", arguments, lambda: self._responded(name, arguments))

    def _responded(self, name: str, arguments: Mapping[str, Any]) -> web.Response:
        channel = self._response_urls.get(name)
        used = sum(said["response_id"] == name for said in self.responses)
        if channel is None or used >= delivery.USES:
            return web.json_response(refusal("used_url" if channel else "expired_url"), status=404)
        if no := objection(arguments):
            return web.Response(status=400, text=no["error"])
        handles = {"channel": channel, "ts": self.workspace.ts(), "response_id": name}
        self.responses.append({**arguments, **handles})
        return web.Response(text="ok")

    async def _met(
        self, request: web.Request, method: str, arguments: Json, ordinary: Callable[[], web.Response]
    ) -> web.Response:
        """Record the request, and answer it in the ordinary way or as the fault that was planned says."""
        self.calls.append(Request(method, arguments))
        fault = self._faults.next(method)
        answer = ordinary() if fault is None or fault.accepted else None
        async with self._changed:
            self._changed.notify_all()
        return answer if fault is None and answer is not None else await self._faults.meet(fault or Fault(), request)


async def _arguments(request: web.Request) -> Json:
    """A method's arguments: JSON, a form or the query; lists and objects are JSON within a form."""
    if request.content_type == "application/json":
        said = json.loads(await request.text() or "{}")
        return said if isinstance(said, dict) else {}
    form = {**request.query, **{name: str(value) for name, value in (await request.post()).items()}}
    return {name: json.loads(value) if name in {"blocks", "metadata"} else value for name, value in form.items()}
