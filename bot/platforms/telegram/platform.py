"""The Telegram of the running bot: carries deliveries out and brings commands in."""

import asyncio
from collections.abc import Mapping
from functools import partial

from aiohttp import ClientSession
from telegram.error import TelegramError

from bot.clock import Clock
from bot.delivery.delivery import Delivery
from bot.delivery.doubt import NothingSighted, Sightings
from bot.delivery.outcome import Outcome
from bot.failpoints import Point, reach
from bot.observing import Observe
from bot.platforms.telegram.api import Api
from bot.platforms.telegram.classify import outcome, reason, sent
from bot.platforms.telegram.inbox import Inbox
from bot.platforms.telegram.polling import Poller
from bot.platforms.telegram.timing import TIMING, Timing
from bot.platforms.telegram.updates import Identity
from bot.platforms.telegram.witness import TelegramWitness
from bot.receiving.received import Receiver
from bot.waiting import unless


class Telegram:
    """The platform of one bot account; see https://core.telegram.org/bots/api."""

    def __init__(
        self,
        token: str,
        base_url: str,
        *,
        session: ClientSession,
        clock: Clock,
        receive: Receiver,
        names: Mapping[str, str],
        descriptions: Mapping[str, str],
        observe: Observe,
        timing: Timing = TIMING,
        sightings: Sightings | None = None,
        log_chat: str | None = None,
    ) -> None:
        """Nothing is asked of Telegram yet; ValueError where the token is empty or `base_url` is no http(s) URL.

        Args:
            token: BotFather's; kept out of logs, errors and `repr`.
            base_url: `https://api.telegram.org`, or a server of one's own.
            session: The process's, made with `trust_env=False`; whoever made it closes it.
            clock: For the pauses of the polling loop.
            receive: Called with what the updates of one answer say; returns once that is stored.
            names: Canonical name of each command to its name in the chat.
            descriptions: Canonical name to what the client's menu says; a command without one is not in the menu.
            observe: Told what happens.
            timing: How long to wait for what.
            sightings: What message numbers are known, to look for unclear messages by.
            log_chat: The address of a chat to read messages in.
        """
        self._api = Api(token, base_url, session, timing)
        self._clock = clock
        self._receive = receive
        self._names = names
        self._descriptions = descriptions
        self._observe = observe
        self._poller = Poller(self._api, clock, observe, timing)
        self.witness = TelegramWitness(self._api, sightings or NothingSighted(), clock, timing, log_chat)
        """What finds out about unclear messages."""

    @property
    def trouble(self) -> str | None:
        """Why commands do not come in at present, for health checks; None while they do."""
        return self._poller.trouble

    async def check(self) -> str:
        """The bot's username, without `@`; ConnectionError, with the reason, where Telegram does not tell it."""
        try:
            return await self._username()
        except TelegramError as error:
            raise ConnectionError(reason(error)) from None

    async def send(self, delivery: Delivery) -> Outcome:
        """Post the delivery's call, once, exactly as it is."""
        call = delivery.call
        reach(Point.REQUEST_WRITTEN)
        try:
            result = await self._api.call(call.method, call.arguments)
        except TelegramError as error:
            became = outcome(error, call)
        else:
            became = sent(result, call)
        reach(Point.REPLY_READ)
        return became

    async def run(self, stop: asyncio.Event) -> None:
        """Bring commands in until `stop` is set; no trouble of network or Telegram ends it."""
        username = await self._poller.insist(self._username, stop)
        if username is None:
            return
        self._observe("telegram_started", {"username": username})
        await self._poller.insist(self._leave_webhook, stop)
        await unless(stop, self._show_commands())
        inbox = Inbox(self._api, Identity(username, self._names), self._receive, self._observe)
        insist = partial(self._poller.insist, stop=stop)
        try:
            await self._poller.run(partial(inbox.take, insist=insist), stop)
        finally:
            await inbox.close()

    async def _username(self) -> str:
        me = await self._api.call("getMe", {})
        if not isinstance(me, dict) or not isinstance(me.get("username"), str):
            raise TelegramError("answer names no bot")
        return str(me["username"])

    async def _leave_webhook(self) -> None:
        """Polls are refused while a webhook is set; what waits for it is kept."""
        webhook = await self._api.call("getWebhookInfo", {})
        if isinstance(webhook, dict) and webhook.get("url"):
            await self._api.call("deleteWebhook", {"drop_pending_updates": False})
            self._observe("telegram_webhook_deleted", {})

    async def _show_commands(self) -> None:
        """Fill the client's menu; commands work without it, so that a failure is only told."""
        menu = [
            {"command": called, "description": self._descriptions[name]}
            for name, called in self._names.items()
            if name in self._descriptions
        ]
        try:
            await self._api.call("setMyCommands", {"commands": menu})
        except TelegramError as error:
            self._observe("telegram_commands_not_shown", {"error": reason(error)})
