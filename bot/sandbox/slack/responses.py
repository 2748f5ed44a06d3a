"""What a bot says through a `response_url`: five messages in half an hour, to one person or to all.

docs.slack.dev/interactivity/handling-user-interaction.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.sandbox.slack.answers import objection, refusal
from bot.sandbox.slack.chat import content
from bot.sandbox.slack.exchange import Answer, Exchange
from bot.sandbox.slack.workspace import BOT, Channel, Workspace

Json = dict[str, Any]

USES = 5
"""How often a `response_url` works."""
SECONDS = 30 * 60.0
"""How long it works."""


@dataclass(slots=True)
class Url:
    """One interaction's `response_url`."""

    channel: str
    user: str
    original: str | None
    """The `ts` of the message that a control of was used."""
    ends: float
    """Unix seconds."""
    uses: int = 0


class Responses:
    """Every `response_url` there is, and what came through them."""

    def __init__(self, workspace: Workspace, exchange: Exchange) -> None:
        self.said: list[Json] = []
        """What was taken: the payload with the `channel` and `ts` of the message it made or changed."""
        self._workspace = workspace
        self._exchange = exchange
        self._urls: dict[str, Url] = {}

    def open(self, name: str, channel: str, user: str, original: str | None = None) -> None:
        """Another one works from now on."""
        self._urls[name] = Url(channel, user, original, self._workspace.clock() + SECONDS)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Take one response."""
        name = request.match_info["id"]
        try:
            said = json.loads(await request.read() or b"{}")
        except ValueError:
            said = None
        payload: Json = said if isinstance(said, dict) else {}
        return await self._exchange.answer(request, "respond", payload, lambda: self._taken(name, payload, said))

    def show(self, channel: str, user: str, payload: Mapping[str, Any]) -> None:
        """Show the person what the bot said with its acknowledgement."""
        if payload.get("text") or payload.get("blocks"):
            self._show(Url(channel, user, None, 0), payload)

    def _taken(self, name: str, payload: Json, said: object) -> Answer:
        url = self._urls.get(name)
        if url is None or url.ends < self._workspace.clock() or url.uses >= USES:
            used = url is not None and url.uses >= USES
            return Answer(refusal("used_url" if used else "expired_url"), 404)
        if not isinstance(said, dict):
            return Answer({}, 400, text="invalid_payload")
        if not payload.get("delete_original") and (no := objection(payload)):
            return Answer(no, 400, text=no["error"])
        url.uses += 1
        ts = self._show(url, payload)
        self.said.append({**payload, "channel": url.channel, "ts": ts, "response_id": name})
        # The text is what is sent; the record tells which message it became.
        message = dict(self._workspace.message(url.channel, ts) or {})
        return Answer({"ok": True, "channel": url.channel, "ts": ts, "message": message}, text="ok")

    def _show(self, url: Url, payload: Mapping[str, Any]) -> str:
        """Change the original or let another message stand; its `ts`."""
        channel = self._workspace.channels.setdefault(url.channel, Channel(url.channel))
        original = channel.named.get(url.original or "")
        if original is not None and payload.get("delete_original"):
            self._workspace.delete(channel, original["ts"])
            return str(original["ts"])
        if original is not None and payload.get("replace_original"):
            self._workspace.change(channel, original, {"blocks": [], **content(dict(payload)), "edited": {}})
            return str(original["ts"])
        own = {"user": BOT["user_id"], "bot_id": BOT["bot_id"], **content(dict(payload))}
        alone = {} if payload.get("response_type") == "in_channel" else {"is_ephemeral": True, "seen_by": url.user}
        return str(self._workspace.post(channel, {**own, **alone})["ts"])
