"""The stand-in's workspace: its channels and messages, and what each method of the Web API does to them."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack.blocks import faults, is_too_long

Json = dict[str, Any]
Method = Callable[["Workspace", Json], Json]

BOT = {"user_id": "U0BOT", "user": "heatwire", "bot_id": "B0BOT", "team_id": "T1", "team": "Acme"}
EPOCH = 1_790_000_000
"""Slack's `ts` are Unix seconds with six digits after the point; the stand-in's grow by one."""


@dataclass(slots=True)
class Channel:
    """A channel, with its messages in the order of their `ts`."""

    id: str
    is_member: bool = True
    is_archived: bool = False
    messages: list[Json] = field(default_factory=list)


class Workspace:
    """Everything that calls change; no socket in sight."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self.channels = dict(channels)
        self._ts = itertools.count(1)

    def ts(self) -> str:
        """A message's name: unique, and later than all before."""
        return f"{EPOCH + next(self._ts)}.000100"

    def message(self, channel: str, ts: str) -> Json | None:
        """One message by its name."""
        found = self.channels.get(channel, Channel(channel)).messages
        return next((message for message in found if message["ts"] == ts), None)

    def answer(self, method: str, arguments: Json) -> Json:
        """What Slack answers, `{"ok": …}`; codes are those of docs.slack.dev/reference/methods."""
        call = METHODS.get(method)
        return call(self, arguments) if call else refusal("unknown_method")


def refusal(code: str, *faults: str) -> Json:
    """An answer of Slack's that says no."""
    answer: Json = {"ok": False, "error": code}
    if faults:
        answer["errors"] = list(faults)
        answer["response_metadata"] = {"messages": [f"[ERROR] {fault}" for fault in faults]}
    return answer


def objection(arguments: Mapping[str, Any]) -> Json | None:
    """What Slack has against a message's content, whatever way it comes."""
    blocks = arguments.get("blocks")
    if blocks and (found := faults(blocks)):
        return refusal("invalid_blocks", *found)
    if blocks and is_too_long(blocks):
        return refusal("msg_blocks_too_long")
    if not blocks and not arguments.get("text"):
        return refusal("no_text")
    return None


def _auth_test(_workspace: Workspace, _arguments: Json) -> Json:
    return {"ok": True, "url": "https://acme.slack.com/", **BOT}


def _post_message(workspace: Workspace, arguments: Json) -> Json:
    channel = _writable(workspace, arguments)
    if not isinstance(channel, Channel):
        return channel
    kept: Json = {name: arguments[name] for name in ("text", "blocks", "thread_ts", "metadata") if name in arguments}
    message: Json = {"type": "message", "user": BOT["user_id"], "bot_id": BOT["bot_id"], "ts": workspace.ts(), **kept}
    channel.messages.append(message)
    return {"ok": True, "channel": channel.id, "ts": message["ts"], "message": message}


def _update(workspace: Workspace, arguments: Json) -> Json:
    channel = _writable(workspace, arguments)
    if not isinstance(channel, Channel):
        return channel
    message = workspace.message(channel.id, str(arguments.get("ts")))
    if message is None:
        return refusal("message_not_found")
    if message.get("bot_id") != BOT["bot_id"]:
        return refusal("cant_update_message")
    message.update({name: arguments[name] for name in ("text", "blocks", "metadata") if name in arguments})
    message["edited"] = {"user": BOT["user_id"], "ts": workspace.ts()}
    return {"ok": True, "channel": channel.id, "ts": message["ts"], "text": message.get("text", "")}


def _post_ephemeral(workspace: Workspace, arguments: Json) -> Json:
    channel = _writable(workspace, arguments)
    if not isinstance(channel, Channel):
        return channel
    return {"ok": True, "message_ts": workspace.ts()} if arguments.get("user") else refusal("user_not_in_channel")


def _history(workspace: Workspace, arguments: Json) -> Json:
    return _page(workspace, arguments, lambda message: message.get("thread_ts") in {None, message["ts"]})


def _replies(workspace: Workspace, arguments: Json) -> Json:
    thread = arguments.get("ts")
    return _page(workspace, arguments, lambda message: thread in {message["ts"], message.get("thread_ts")})


def _page(workspace: Workspace, arguments: Json, belongs: Callable[[Json], bool]) -> Json:
    channel = workspace.channels.get(arguments.get("channel", ""))
    if channel is None:
        return refusal("channel_not_found")
    if not channel.is_member:
        return refusal("not_in_channel")
    oldest, limit = float(arguments.get("oldest", 0)), int(arguments.get("limit", 100))
    hidden = set() if str(arguments.get("include_all_metadata", "")).lower() in {"1", "true"} else {"metadata"}
    found = [message for message in reversed(channel.messages) if belongs(message) and float(message["ts"]) > oldest]
    shown = [{name: value for name, value in message.items() if name not in hidden} for message in found[:limit]]
    return {"ok": True, "messages": shown, "has_more": len(found) > limit}


def _info(workspace: Workspace, arguments: Json) -> Json:
    channel = workspace.channels.get(arguments.get("channel", ""))
    if channel is None:
        return refusal("channel_not_found")
    known = {"id": channel.id, "name": channel.id.lower(), "is_archived": channel.is_archived}
    return {"ok": True, "channel": known | {"is_member": channel.is_member}}


def _writable(workspace: Workspace, arguments: Json) -> Channel | Json:
    """The channel, where this message may be written there; else why not."""
    channel = workspace.channels.get(arguments.get("channel", ""))
    if channel is None:
        return refusal("channel_not_found")
    if channel.is_archived:
        return refusal("is_archived")
    if not channel.is_member:
        return refusal("not_in_channel")
    return objection(arguments) or channel


METHODS: Mapping[str, Method] = {
    "auth.test": _auth_test,
    "chat.postMessage": _post_message,
    "chat.update": _update,
    "chat.postEphemeral": _post_ephemeral,
    "conversations.history": _history,
    "conversations.replies": _replies,
    "conversations.info": _info,
}
