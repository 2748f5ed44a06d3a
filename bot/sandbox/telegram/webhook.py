"""Brings updates to a bot's own server, as the Bot API does where a webhook is set: again until it is answered 2xx.

https://core.telegram.org/bots/api#setwebhook; a plain `http://` address on any port is taken, as by a Bot API server of
one's own.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp

from bot.sandbox.telegram.clock import Clock, unix
from bot.sandbox.telegram.refusals import bad_request
from bot.sandbox.telegram.requests import Arguments, boolean, integer
from bot.sandbox.telegram.updates import Update, Updates

SECRET = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)
LONGEST_SECRET = 256
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the name of a header
ADDRESS = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
CONNECTIONS = 40
PATIENCE = aiohttp.ClientTimeout(total=60)
FIRST_PAUSE, LONGEST_PAUSE = 1, 60
"""Seconds; doubled from one failure to the next."""

NO_ANSWERS = ("get", "setwebhook", "deletewebhook", "close", "logout")
"""How methods begin that cannot be called by way of answering an update."""

Answer = Callable[[str, Arguments], Awaitable[Any]]


class Given(Protocol):
    """Told of each update that was brought: what its receiver answered, and which fault it met."""

    def __call__(self, update: Update, status: int | None = None, fault: str | None = None) -> None:
        """Note it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A webhook as it was set."""

    url: str
    secret: str = ""
    connections: int = CONNECTIONS


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot's server answered: status 0 where nothing came."""

    status: int
    words: str = ""
    pause: int = 0
    """Seconds that it asks to wait."""
    call: Mapping[str, Any] | None = None
    """A method to be called, given in place of an answer."""

    @property
    def taken(self) -> bool:
        """Whether the update need not be brought again."""
        return 200 <= self.status < 300  # noqa: PLR2004  # HTTP's successes


class Webhook:
    """Set or not; brings one update after the other while it is."""

    def __init__(
        self, updates: Updates, clock: Clock, *, answer: Answer, given: Given, twice: Callable[[], bool]
    ) -> None:
        """`answer` carries out a call that comes as a reply; `twice` tells of each update whether it comes again."""
        self.setting: Setting | None = None
        self._updates, self._clock = updates, clock
        self._answer, self._given, self._twice = answer, given, twice
        self._bringing: asyncio.Task[None] | None = None
        self._never = asyncio.Event()
        self._error: Mapping[str, Any] = {}

    @property
    def url(self) -> str:
        """Where updates go; empty where they are polled."""
        return "" if self.setting is None else self.setting.url

    async def set(self, arguments: Arguments) -> bool:
        """`setWebhook`; without an address, `deleteWebhook`."""
        url, secret = str(arguments.get("url") or ""), str(arguments.get("secret_token") or "")
        if url and not ADDRESS.fullmatch(url):
            raise bad_request("invalid webhook URL specified")
        if len(secret) > LONGEST_SECRET:
            raise bad_request("secret token is too long")
        if not SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        await self.close()
        if boolean(arguments, "drop_pending_updates"):
            self._updates.drop()
        if url:
            self._updates.allow(arguments)
            self._updates.end_poll()
            self.setting = Setting(url, secret, integer(arguments, "max_connections") or CONNECTIONS)
            self._bringing = asyncio.create_task(self._bring_all(self.setting))
        return True

    async def delete(self, arguments: Arguments) -> bool:
        """`deleteWebhook`."""
        return await self.set({"drop_pending_updates": arguments.get("drop_pending_updates", "")})

    def info(self) -> dict[str, Any]:
        """`getWebhookInfo`."""
        told = {"url": self.url, "has_custom_certificate": False, "pending_update_count": len(self._updates.pending)}
        if self.setting is not None:
            told |= {"max_connections": self.setting.connections, **self._error}
        return {**told, "allowed_updates": sorted(self._updates.allowed)} if self._updates.allowed else told

    async def close(self) -> None:
        """Bring no more."""
        bringing, self._bringing, self.setting, self._error = self._bringing, None, None, {}
        if bringing is not None:
            bringing.cancel()
            await asyncio.wait({bringing})

    async def _bring_all(self, setting: Setting) -> None:
        async with aiohttp.ClientSession(timeout=PATIENCE, trust_env=False) as session:
            while True:
                self._updates.news.clear()
                for update in tuple(self._updates.pending):
                    await self._bring(session, setting, update)
                if not self._updates.pending:
                    await self._updates.news.wait()

    async def _bring(self, session: aiohttp.ClientSession, setting: Setting, update: Update) -> None:
        pause = FIRST_PAUSE
        while not (reply := await self._post(session, setting, update)).taken:
            self._error = {"last_error_date": unix(self._clock), "last_error_message": reply.words}
            await self._clock.wait(self._never, reply.pause or pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        self._updates.drop(lambda one: one is update)
        if self._twice():
            await self._post(session, setting, update, "repeat")
        if reply.call is not None:
            await self._answer(str(reply.call["method"]), reply.call)

    async def _post(
        self, session: aiohttp.ClientSession, setting: Setting, update: Update, fault: str | None = None
    ) -> Reply:
        headers = {SECRET_HEADER: setting.secret} if setting.secret else {}
        try:
            async with session.post(setting.url, json=update, headers=headers, allow_redirects=False) as response:
                reply = reply_of(response, await response.read())
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            reply = Reply(0, f"Connection failed: {type(error).__name__}")
        self._given(update, reply.status or None, fault)
        return reply


def reply_of(response: aiohttp.ClientResponse, body: bytes) -> Reply:
    """What the bot's server answered."""
    after = response.headers.get("Retry-After", "")
    pause = int(after) if after.isascii() and after.isdigit() else 0
    words = f"Wrong response from the webhook: {response.status} {response.reason}"
    return Reply(response.status, words, pause, call_in(body))


def call_in(body: bytes) -> Mapping[str, Any] | None:
    """The call that a reply holds; None where it holds none, or one whose result nobody would hear."""
    try:
        found = json.loads(body)
    except ValueError:
        return None
    method = str(found.get("method") or "") if isinstance(found, dict) else ""
    return found if method and not method.lower().startswith(NO_ANSWERS) else None
