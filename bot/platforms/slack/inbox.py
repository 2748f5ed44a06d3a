"""What Slack hands over, stored and then acknowledged, whichever way it came in."""

import asyncio
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.observing import Observe
from bot.platforms.slack import updates
from bot.platforms.slack.client import SILENT
from bot.platforms.slack.timing import TIMING, Timing
from bot.receiving.received import Received, Receiver


class Inbox:
    """Understands payloads and has them stored, and knows which are on the way there.

    Slack waits three seconds for an acknowledgement. Without one it tells an event again, for an hour or so, and shows
    an error to whoever typed a slash command or pressed a button. What is told again has the same key.
    """

    def __init__(self, receive: Receiver, names: Mapping[str, str], observe: Observe, timing: Timing = TIMING) -> None:
        self._receive = receive
        self._names = names
        self._observe = observe
        self._timing = timing
        self._storing: set[asyncio.Task[bool]] = set()

    async def receive(self, body: Mapping[str, Any]) -> bool:
        """Take a payload; True where Slack is to be told that it arrived."""
        received = updates.received(body, self._names)
        if received is None:
            return True
        task = asyncio.create_task(self._stored(received))
        self._storing.add(task)
        task.add_done_callback(self._storing.discard)
        return await task

    async def drain(self) -> None:
        """Let what is being stored be stored, and acknowledged."""
        await asyncio.gather(*self._storing)

    async def _stored(self, received: Received) -> bool:
        try:
            async with asyncio.timeout(self._timing.store):
                await self._receive([received])
        except Exception as error:  # noqa: BLE001 — the last line: Slack tells it again, or says that it failed
            told = f"not within {self._timing.store:g} s" if isinstance(error, TimeoutError) else repr(error)
            self._observe("slack_event_not_stored", {"kind": type(received.event).__name__, "error": told})
            return False
        return True


def bolt_app(token: str, client: AsyncWebClient, inbox: Inbox) -> AsyncApp:
    """Bolt's app with one middleware, behind Bolt's own for handshakes and for what the bot itself said.

    A middleware rather than listeners, because Bolt acknowledges an event before its listener runs, and runs that in a
    task of which nobody knows. `authorize` is given so that no request waits for an `auth.test` of Bolt's, and so that
    SLACK_CLIENT_ID in somebody's environment does not switch on the installation of other workspaces. Signatures are
    checked before a request gets here (`signature`): Bolt's own check raises on malformed ones.
    """

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    async def receive(req: AsyncBoltRequest) -> BoltResponse:
        return BoltResponse(status=200 if await inbox.receive(req.body) else 503, body="")

    app = AsyncApp(
        name="slack_bolt", client=client, authorize=authorize, logger=SILENT, request_verification_enabled=False
    )
    app.middleware(receive)
    return app
