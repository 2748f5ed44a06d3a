"""What Slack reports to an app, as it is written on the wire: slash commands, events, presses, and their signature."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bot.sandbox.slack.workspace import BOT

ANSWER_WITHIN = 3.0
"""Seconds that Slack waits for the answer to a request over HTTP."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Handles:
    """What Slack gives an app to answer one interaction with."""

    response_url: str
    trigger_id: str


def slash(name: str, text: str, channel: str, user: str, handles: Handles) -> Json:
    """A slash command's fields (docs.slack.dev/interactivity/implementing-slash-commands)."""
    return {
        "token": "legacy", "team_id": BOT["team_id"], "team_domain": "acme", "channel_id": channel,
        "channel_name": channel.lower(), "user_id": user, "user_name": user.lower(), "command": name, "text": text,
        "api_app_id": "A1", "is_enterprise_install": "false", "response_url": handles.response_url,
        "trigger_id": handles.trigger_id,
    }  # fmt: skip


def event(told: Mapping[str, Any], number: int, at: float) -> Json:
    """What happened, in the envelope that every event comes in (docs.slack.dev/apis/events-api)."""
    return {
        "token": "legacy", "team_id": BOT["team_id"], "api_app_id": "A1", "type": "event_callback",
        "event_id": f"Ev{number}", "event_time": int(at), "event": dict(told),
        "authorizations": [{"team_id": BOT["team_id"], "user_id": BOT["user_id"], "is_bot": True}],
    }  # fmt: skip


def written(channel: str, message: Mapping[str, Any]) -> Json:
    """A mention, or a direct message in a `D…` channel."""
    where = {"channel": channel, "event_ts": message["ts"]}
    if channel.startswith("D"):
        return {**message, **where, "channel_type": "im"}
    return {**message, **where, "type": "app_mention"}


def joined(channel: str, user: str, ts: str) -> Json:
    """Somebody is in a channel now (docs.slack.dev/reference/events/member_joined_channel)."""
    where = {"channel": channel, "channel_type": "C", "team": BOT["team_id"], "event_ts": ts}
    return {"type": "member_joined_channel", "user": user, **where}


def home_opened(user: str, ts: str) -> Json:
    """Somebody looks at the app's home tab (docs.slack.dev/reference/events/app_home_opened)."""
    return {"type": "app_home_opened", "user": user, "channel": f"D{user[1:]}", "tab": "home", "event_ts": ts}


def action(message: Mapping[str, Any], action_id: str, value: str | None) -> Json:
    """The press of a control of the message, `value` naming a menu's option; LookupError where there is none."""
    for block in message.get("blocks", ()):
        for element in block.get("elements", ()) if block["type"] == "actions" else ():
            if element.get("action_id") == action_id:
                return _pressed(element, value)
    raise LookupError(f"{action_id}: no such control")


def press(
    channel: str, user: str, message: Mapping[str, Any], action: Json, handles: Handles, *, is_ephemeral: bool
) -> Json:
    """A press's payload (docs.slack.dev/reference/interaction-payloads/block_actions-payload)."""
    container = {"type": "message", "message_ts": message["ts"], "channel_id": channel, "is_ephemeral": is_ephemeral}
    if "thread_ts" in message:
        container["thread_ts"] = message["thread_ts"]
    body: Json = {
        "type": "block_actions", "team": {"id": BOT["team_id"], "domain": "acme"}, "api_app_id": "A1",
        "user": {"id": user, "team_id": BOT["team_id"]}, "container": container, "channel": {"id": channel},
        "actions": [action], "response_url": handles.response_url, "trigger_id": handles.trigger_id,
    }  # fmt: skip
    return body if is_ephemeral else body | {"message": dict(message)}


def signed_request(
    kind: str, body: Json, secret: str, now: int, retry: int = 0, reason: str = "http_timeout"
) -> tuple[bytes, dict[str, str]]:
    """Body and headers as Slack posts them: `now` in Unix seconds goes into the signature.

    The reason of a retry is `http_timeout`, `http_error` or `connection_failed`.
    """
    if kind == "events_api":
        content, content_type = json.dumps(body).encode(), "application/json"
    else:
        form = body if kind == "slash_commands" else {"payload": json.dumps(body)}
        content, content_type = urlencode(form).encode(), "application/x-www-form-urlencoded"
    signature = hmac.new(secret.encode(), f"v0:{now}:".encode() + content, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": str(now),
        "X-Slack-Signature": f"v0={signature}",
    }
    retried = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason}
    return content, headers | (retried if retry else {})


def _pressed(element: Mapping[str, Any], value: str | None) -> Json:
    told: Json = {"type": element["type"], "action_id": element["action_id"], "action_ts": "1790000000.000200"}
    if element["type"] == "button":
        return told | {"text": element["text"], "value": element.get("value", "") if value is None else value}
    chosen = next((option for option in element["options"] if option["value"] == value), None)
    if chosen is None:
        raise LookupError(f"{value!r}: no such option")
    return told | {"selected_option": chosen}
