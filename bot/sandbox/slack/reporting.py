"""Telling the bot what people do: by Socket Mode or signed over HTTP, and again where it did not acknowledge."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.sandbox.recording import Direction, Recorder
from bot.sandbox.slack import delivery
from bot.sandbox.slack.socket import Sockets
from bot.sandbox.slack.workspace import Workspace

Json = dict[str, Any]

RETRIES = (0.0, 60.0, 300.0)
"""Seconds that Slack waits before it tells an event again (docs.slack.dev/apis/events-api); nothing else is."""


@dataclass(frozen=True, slots=True)
class Reported:
    """Something that people did, and whether the bot acknowledged it."""

    kind: str
    """`slash_commands`, `events_api` or `interactive`."""
    body: Json
    acknowledged: bool
    answer: Json | None = None
    """What the bot said with its acknowledgement."""
    reason: str = ""
    """Why Slack would tell it again."""


class Reporter:
    """Tells one thing after the other."""

    def __init__(self, workspace: Workspace, sockets: Sockets, recorder: Recorder, secret: str) -> None:
        self.address: str | None = None
        """Where to post, signed; None: by Socket Mode."""
        self.retries: Sequence[float] = ()
        """Seconds before each time that an event is told again."""
        self.answer_within = delivery.ANSWER_WITHIN
        """Seconds until a request over HTTP counts as not acknowledged."""
        self.last: Reported | None = None
        """What the bot was told last."""
        self._workspace = workspace
        self._sockets = sockets
        self._recorder = recorder
        self._secret = secret

    async def report(self, kind: str, body: Json, retry: int = 0) -> Reported:
        """Tell the bot, and tell it again as long as it is an event that nobody acknowledged."""
        reported = await self.tell(kind, body, retry)
        for again, seconds in enumerate(self.retries if kind == "events_api" else (), start=retry + 1):
            if reported.acknowledged:
                break
            await asyncio.sleep(seconds)
            reported = await self.tell(kind, body, again, reported.reason)
        return reported

    async def again(self) -> None:
        """Tell the bot once more what it was told last, as happens where its acknowledgement came too late."""
        if self.last is not None:
            await self.tell(self.last.kind, self.last.body, 1)

    async def tell(self, kind: str, body: Json, retry: int = 0, reason: str = "") -> Reported:
        """Tell the bot once."""
        at = self._workspace.clock()
        if self.address is None:
            said = await self._sockets.deliver(kind, body, retry=retry, reason=reason or "timeout")
            reported = Reported(kind, body, said is not None, (said or {}).get("payload"), "timeout")
        else:
            reported = await self._posted(self.address, kind, body, (retry, reason or "http_timeout"))
        self.last = reported
        event = body.get("event", {}).get("type", kind) if kind == "events_api" else kind
        given = {"status": 200 if reported.acknowledged else None, "answer": reported.answer}
        self._recorder.record("slack", Direction.EVENT, event, body, at=at, **given)
        return reported

    async def _posted(self, address: str, kind: str, body: Json, retried: tuple[int, str]) -> Reported:
        now = int(self._workspace.clock())
        content, headers = delivery.signed_request(kind, body, self._secret, now, *retried)
        timeout = aiohttp.ClientTimeout(total=self.answer_within)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(address, data=content, headers=headers) as response,
            ):
                text = await response.text()
                return Reported(kind, body, response.ok, _payload(text) if response.ok else None, "http_error")
        except TimeoutError:
            return Reported(kind, body, acknowledged=False, reason="http_timeout")
        except aiohttp.ClientError:
            return Reported(kind, body, acknowledged=False, reason="connection_failed")


def _payload(text: str) -> Json | None:
    """What an answer over HTTP says: JSON, or the text of a message."""
    if not text.strip():
        return None
    try:
        said = json.loads(text)
    except ValueError:
        return {"text": text}
    return said if isinstance(said, dict) else None
