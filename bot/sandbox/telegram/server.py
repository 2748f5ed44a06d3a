"""The HTTP side of the stand-in for the Bot API: takes requests as the real one does, or fails as it is told to."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.sandbox.telegram.diary import Diary
from bot.sandbox.telegram.faults import Ending, Fault
from bot.sandbox.telegram.methods import Methods
from bot.sandbox.telegram.refusals import RefusedError, refusal_body
from bot.sandbox.telegram.requests import Arguments, address_of, arguments_of
from bot.sandbox.telegram.troubles import Troubles
from bot.sandbox.telegram.updates import Updates
from bot.sandbox.telegram.webhook import Webhook

CUT_SHORT = b'{"ok": tr'


class Server:
    """Answers the calls of one bot."""

    def __init__(self, token: str, methods: Methods, updates: Updates, diary: Diary, troubles: Troubles) -> None:
        self._token = token
        self._methods, self._updates, self._diary, self._troubles = methods, updates, diary, troubles
        self._clock = methods.chats.clock
        self.webhook = Webhook(
            updates, self._clock, answer=self._obey, given=diary.event, twice=lambda: troubles.twice("webhook")
        )
        self._closing = asyncio.Event()
        self._late: set[asyncio.Task[None]] = set()
        self._runner: web.ServerRunner | None = None

    async def open(self, host: str, port: int) -> int:
        """Listen; the port, chosen by the system where it was 0."""
        server = web.Server(self._serve, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        return int(self._runner.addresses[0][1])

    async def close(self) -> None:
        """Stop listening and end every connection; what would have come late never comes."""
        self._closing.set()
        await self.webhook.close()
        if self._runner is not None:
            await self._runner.cleanup()
        await asyncio.gather(*self._late)

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        token, method, query = address_of(request.raw_path)
        try:
            arguments = await arguments_of(request, query)
        except RefusedError as refused:
            return self._answer(method, {}, refused.status, refused.body(), refused.description)
        if not method:
            return self._answer(method, arguments, 404, refusal_body(404, "Not Found"), "Not Found")
        if token != self._token:
            return self._answer(method, arguments, 401, refusal_body(401, "Unauthorized"), "Unauthorized")
        fault = self._troubles.next(method)
        if fault is not None and fault.ending is not Ending.REPEAT:
            return await self._fail(request, fault, method, arguments)
        status, body, verdict = await self._carry_out(method, arguments, again=fault is not None)
        return self._answer(method, arguments, status, body, verdict, fault)

    async def _carry_out(
        self, method: str, arguments: Arguments, *, again: bool = False
    ) -> tuple[int, Mapping[str, Any], str]:
        """Status, answer, and what is wrong with the call: empty where it was accepted."""
        try:
            match method.lower():
                case "getupdates":
                    result: Any = await self._updates.take(arguments, self.webhook.url, again=again)
                case "setwebhook":
                    result = await self.webhook.set(arguments)
                case "deletewebhook":
                    result = await self.webhook.delete(arguments)
                case "getwebhookinfo":
                    result = self.webhook.info()
                case _:
                    result = self._methods.call(method, arguments)
        except RefusedError as refused:
            return refused.status, refused.body(), refused.description
        return 200, {"ok": True, "result": result}, ""

    async def _fail(
        self, request: web.BaseRequest, fault: Fault, method: str, arguments: Arguments
    ) -> web.StreamResponse:
        verdict, done = "", None
        if fault.late:
            self._carry_out_later(fault.late, method, arguments)
        elif fault.accepted:
            _, done, verdict = await self._carry_out(method, arguments)
        if fault.ending is Ending.ANSWER:
            return self._answer(method, arguments, fault.status, fault.body, verdict, fault, done)
        self._diary.call(method, arguments, None, None, verdict, fault, done)
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        if fault.ending is Ending.HANG:
            await self._closing.wait()
        if fault.ending is Ending.CUT:
            await response.prepare(request)
            await response.write(CUT_SHORT)
        if request.transport is not None:
            request.transport.abort()
        return response

    def _carry_out_later(self, seconds: float, method: str, arguments: Arguments) -> None:
        async def wait_and_carry_out() -> None:
            if not await self._clock.wait(self._closing, seconds):
                await self._carry_out(method, arguments)
                self._diary.stir()

        task = asyncio.create_task(wait_and_carry_out())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _obey(self, method: str, arguments: Arguments) -> None:
        """Carry out a call that came as the answer to an update: nobody hears what became of it."""
        given = {name: value for name, value in arguments.items() if name != "method"}
        status, body, verdict = await self._carry_out(method, given)
        self._diary.call(method, given, status, body, verdict)

    def _answer(
        self,
        method: str,
        arguments: Arguments,
        status: int,
        body: Mapping[str, Any] | str,
        verdict: str,
        fault: Fault | None = None,
        done: Mapping[str, Any] | None = None,
    ) -> web.Response:
        self._diary.call(method, arguments, status, body, verdict, fault, done)
        headers = None if fault is None else fault.headers
        if isinstance(body, str):
            return web.Response(status=status, text=body, content_type="text/html", headers=headers)
        return web.Response(
            status=status, body=json.dumps(body).encode(), content_type="application/json", headers=headers
        )
