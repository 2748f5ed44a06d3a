"""The Web API: who may call what and how often, and the method's answer."""

import itertools
from collections.abc import Collection, Mapping
from typing import Any

from aiohttp import web

from bot.sandbox.slack.answers import refusal
from bot.sandbox.slack.arguments import arguments
from bot.sandbox.slack.exchange import Answer, Exchange
from bot.sandbox.slack.limits import Limits
from bot.sandbox.slack.methods import METHODS
from bot.sandbox.slack.socket import MOST_CONNECTIONS, Sockets
from bot.sandbox.slack.workspace import Workspace

Json = dict[str, Any]

OPEN = "apps.connections.open"
"""The one method of an app's own token."""


class WebApi:
    """Everything under `/api/`."""

    def __init__(self, workspace: Workspace, exchange: Exchange, sockets: Sockets, tokens: Mapping[str, str]) -> None:
        self.limits: Limits | None = None
        """None: as often as one likes."""
        self.scopes: Collection[str] | None = None
        """What the bot's token may do; None: everything."""
        self.socket_url = ""
        """Where a websocket is opened."""
        self._workspace = workspace
        self._exchange = exchange
        self._sockets = sockets
        self._tokens = tokens
        self._number = itertools.count(1)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        method, said = request.match_info["method"], await arguments(request)
        if isinstance(said, str):
            code = said
            return await self._exchange.answer(request, method, {}, lambda: Answer(refusal(code)))
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(said.get("token") or "")
        asked = said
        return await self._exchange.answer(request, method, asked, lambda: self._called(method, token, asked))

    def _called(self, method: str, token: str, said: Json) -> Answer:
        if no := self._against(method, token):
            return Answer(no)
        if self.limits and (seconds := self.limits.wait(method, said)):
            return Answer(refusal("ratelimited"), 429, {"Retry-After": str(seconds)})
        if method == OPEN:
            return Answer(self._socket())
        fitted = self.limits.fitted(method, said) if self.limits else said
        return Answer(METHODS[method].call(self._workspace, fitted))

    def _against(self, method: str, token: str) -> Json | None:
        if method != OPEN and method not in METHODS:
            return refusal("unknown_method", req_method=method)
        if token not in self._tokens.values():
            return refusal("invalid_auth" if token else "not_authed")
        if token != self._tokens["app" if method == OPEN else "bot"]:
            return refusal("not_allowed_token_type")
        needed = METHODS[method].scopes if method != OPEN else frozenset()
        if self.scopes is None or not needed or needed & set(self.scopes):
            return None
        return refusal("missing_scope", needed=",".join(sorted(needed)), provided=",".join(sorted(self.scopes)))

    def _socket(self) -> Json:
        if self._sockets.count >= MOST_CONNECTIONS:
            return refusal("too_many_websockets")
        return {"ok": True, "url": f"{self.socket_url}?ticket={next(self._number)}&app_id=A1"}
