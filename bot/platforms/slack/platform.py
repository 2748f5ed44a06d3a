"""Slack as the relay and the app see it: sends one message a request, and hands over what people ask."""

import asyncio
from collections.abc import Mapping
from typing import Any, Literal

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.delivery.delivery import Call, Delivery, Destination
from bot.delivery.doubt import Doubt, Finding, Sweeping
from bot.delivery.outcome import Outcome, Sent
from bot.failpoints import Point, reach
from bot.observing import Observe
from bot.platforms.slack import classify
from bot.platforms.slack.client import Written, proxy_for, web_client
from bot.platforms.slack.history import marked
from bot.platforms.slack.http_mode import HttpMode
from bot.platforms.slack.inbox import Inbox, bolt_app
from bot.platforms.slack.socket_mode import SocketMode
from bot.platforms.slack.timing import TIMING, Timing
from bot.platforms.slack.witness import SlackWitness
from bot.receiving.received import Receiver

API = "https://slack.com/api/"
PATH = "/slack/events"

Mode = Literal["socket", "http"]


class Slack:
    """One workspace's Slack, with the tokens of one app.

    `session` is shared with whoever else has one and stays theirs to close; it is to have a `sock_connect` timeout, so
    that a request which never left can be told from one whose answer never came.
    """

    def __init__(
        self,
        *,
        bot_token: str,
        app_token: str = "",
        signing_secret: str = "",
        base_url: str = API,
        mode: Mode = "socket",
        host: str = "127.0.0.1",
        port: int = 3000,
        path: str = PATH,
        session: aiohttp.ClientSession,
        clock: Clock,
        receive: Receiver,
        names: Mapping[str, str] | None = None,
        observe: Observe,
        timing: Timing = TIMING,
    ) -> None:
        """`receive` is called with whatever is reported and means something; it returns once that is stored."""
        self._bot_token, self._app_token, self._signing_secret = bot_token, app_token, signing_secret
        self._base_url = base_url
        self._mode: Mode = mode
        self._address = (host, port, path)
        self._session = session
        self._clock = clock
        self._receive = receive
        self._names = dict(names or {})
        self._observe = observe
        self._timing = timing
        self._client = web_client(bot_token, base_url, session)
        self._witness = SlackWitness(self._client, clock, timing)
        self._trouble: str | None = None

    @property
    def trouble(self) -> str | None:
        """Why nothing that people ask comes in at present, for health checks; None while it does."""
        return self._trouble

    async def send(self, delivery: Delivery) -> Outcome:
        """Make the delivery's call in exactly one HTTP request, and say what became of it."""
        try:
            async with asyncio.timeout(self._timing.send):
                outcome = await self._request(delivery.call, delivery.nonce)
        except Exception as error:  # noqa: BLE001 — the request may be out: whatever was raised, the answer is a value
            outcome = classify.raised(error)
        reach(Point.REPLY_READ)
        return outcome

    async def find(self, doubt: Doubt) -> Finding:
        """Look for the message in its channel's history, or its thread's."""
        return await self._witness.find(doubt)

    async def sweep(self, doubt: Doubt) -> Sweeping:
        """Delete every copy of the message but one."""
        return await self._witness.sweep(doubt)

    async def doubts(self, destination: Destination) -> str | None:
        """Why an unclear message there could not be looked up, and what helps; None where it can be."""
        return await self._witness.doubts(destination)

    async def check(self) -> str:
        """The token's workspace and bot, `Acme / heatwire`; ConnectionError, with the reason, where there is none."""
        try:
            async with asyncio.timeout(self._timing.send):
                said = await self._client.auth_test()
        except SlackApiError as error:
            raise ConnectionError(classify.code_of(error) or "no usable answer") from None
        except (aiohttp.ClientError, OSError, ValueError, AttributeError) as error:
            # AttributeError is what the SDK makes of a plain-text answer.
            raise ConnectionError(type(error).__name__) from None
        return f"{said.get('team')} / {said.get('user')}"

    async def run(self, stop: asyncio.Event) -> None:
        """Receive until `stop` is set; trouble with Slack is reported and waited out, never raised."""
        inbox = Inbox(self._receive, self._names, self._observe, self._timing)
        app = bolt_app(self._bot_token, self._client, inbox)
        await self._receiver(app).run(stop, inbox.drain)

    def _receiver(self, app: AsyncApp) -> SocketMode | HttpMode:
        if self._mode == "socket":
            return SocketMode(app, self._app_token, self._base_url, self._clock, self._connection, self._timing)
        return HttpMode(app, self._signing_secret, self._address, self._clock, self._connection, self._timing)

    def _connection(self, event: str, facts: Mapping[str, Any]) -> None:
        if event == "slack_connection_lost":
            self._trouble = "connection lost"
        else:
            self._trouble = facts.get("error")
        self._observe(event, facts)

    async def _request(self, call: Call, nonce: str) -> Outcome:
        if call.method == "respond":
            return await self._respond(dict(call.arguments))
        is_marked = nonce and call.method == "chat.postMessage"
        arguments = marked(call.arguments, nonce) if is_marked else dict(call.arguments)
        said = await self._client.api_call(call.method, json=arguments)
        return Sent({name: said[name] for name in ("channel", "ts") if said.get(name)})

    async def _respond(self, arguments: dict[str, Any]) -> Outcome:
        url = str(arguments.pop("response_url"))
        said = Written(arguments)
        # Redirects are not followed: a second request would be a second answer.
        async with self._session.post(url, data=said, proxy=proxy_for(url), allow_redirects=False) as response:
            return classify.responded(response.status, response.headers, await response.text())
