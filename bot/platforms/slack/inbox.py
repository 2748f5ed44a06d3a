"""What Slack hands over, acknowledged in time and answered, whichever way it came in."""

import asyncio
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat_events import ChatEvent, Noted
from bot.command import Answerer, Command
from bot.observing import Observe
from bot.platforms.slack import updates
from bot.platforms.slack.client import SILENT
from bot.platforms.slack.timing import TIMING, Timing


class Inbox:
    """Turns payloads into commands and hands them over, and knows which are still being answered.

    Slack sends a slash command or a press once and shows an error where it is not acknowledged within three seconds, so
    those are acknowledged at once. Events it sends again, for hours; they are acknowledged once their answer is in the
    outbox, so that a bot that dies in between still answers. The command's key makes the second time the same command.
    """

    def __init__(
        self,
        answer: Answerer,
        names: Mapping[str, str],
        observe: Observe,
        timing: Timing = TIMING,
        noted: Noted | None = None,
    ) -> None:
        self._answer = answer
        self._noted = noted
        self._names = names
        self._observe = observe
        self._timing = timing
        self._answering: set[asyncio.Task[bool]] = set()
        self._is_closed = False

    async def receive(self, body: Mapping[str, Any]) -> bool:
        """Take a payload; True where Slack is to be told that it arrived."""
        asked = updates.command(body, self._names) or updates.joined(body)
        if asked is None:
            return True
        if self._is_closed:
            return False
        work = self._answered(asked) if isinstance(asked, Command) else self._written_down(asked)
        task = asyncio.create_task(work)
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)
        if not updates.is_redelivered(body):
            return True
        done, _ = await asyncio.wait({task}, timeout=self._timing.acknowledge_after)
        return task.result() if done else True

    async def drain(self) -> None:
        """Take nothing more, and let what is being answered finish, for a few seconds at most."""
        self._is_closed = True
        if not self._answering:
            return
        _, late = await asyncio.wait(self._answering, timeout=self._timing.drain)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _written_down(self, event: ChatEvent) -> bool:
        if self._noted is None:
            return True
        try:
            await self._noted(event)
        except Exception as error:  # noqa: BLE001 — the last line: Slack tells it again
            self._observe("chat_event_failed", {"platform": "slack", "error": repr(error)})
            return False
        return True

    async def _answered(self, command: Command) -> bool:
        try:
            await self._answer(command)
        except Exception as error:  # noqa: BLE001 — the last line: one command's trouble is not the others'
            self._observe("command_failed", {"platform": "slack", "command": command.name, "error": repr(error)})
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
