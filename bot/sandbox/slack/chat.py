"""The Web API's `chat.*` and `reactions.*`: messages posted, changed, taken away.

docs.slack.dev/reference/methods/chat.postMessage and its neighbours.
"""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack.answers import TEXT, UPDATED_TEXT, objection, refusal, writable
from bot.sandbox.slack.workspace import BOT, Channel, Workspace

Json = dict[str, Any]

CONTENT = ("text", "blocks", "attachments", "metadata")
CUT: Mapping[str, Any] = {
    "warning": "message_truncated",
    "response_metadata": {"warnings": ["message_truncated"]},
}
"""Said where a text was over what Slack takes."""
MOST_METADATA = 8000
"""Characters of a message's metadata as JSON (docs.slack.dev/messaging/message-metadata)."""


def post_message(workspace: Workspace, arguments: Json) -> Json:
    """A message to all in a channel."""
    channel = writable(workspace, arguments)
    if not isinstance(channel, Channel):
        return channel
    if no := objection(arguments) or _against_metadata(arguments):
        return no
    message = workspace.post(channel, {**_own(), **content(arguments)})
    said = {"ok": True, "channel": channel.id, "ts": message["ts"], "message": dict(message)}
    return {**said, **CUT} if len(str(arguments.get("text") or "")) > TEXT else said


def post_ephemeral(workspace: Workspace, arguments: Json) -> Json:
    """A message that one person sees, until the next reload."""
    channel = writable(workspace, arguments)
    if not isinstance(channel, Channel):
        return channel
    if no := objection(arguments):
        return no
    if arguments.get("user") not in workspace.users:
        return refusal("user_not_in_channel")
    seen_by = {"is_ephemeral": True, "seen_by": arguments["user"]}
    message = workspace.post(channel, {**_own(), **content(arguments), **seen_by})
    return {"ok": True, "message_ts": message["ts"]}


def update(workspace: Workspace, arguments: Json) -> Json:
    """The bot's own message says something else; without `blocks` its old ones stay."""
    channel = writable(workspace, arguments)
    if not isinstance(channel, Channel):
        return channel
    if no := objection(arguments) or _against_metadata(arguments):
        return no
    if not arguments.get("blocks") and len(str(arguments.get("text") or "")) > UPDATED_TEXT:
        return refusal("msg_too_long")
    message = _posted(channel, arguments)
    if message is None:
        return refusal("message_not_found")
    if message.get("bot_id") != BOT["bot_id"]:
        return refusal("cant_update_message")
    edited = {"user": BOT["user_id"], "ts": workspace.ts()}
    workspace.change(channel, message, {**content(arguments), "edited": edited})
    said = {"ts": message["ts"], "text": message.get("text", ""), "message": dict(message)}
    return {"ok": True, "channel": channel.id, **said}


def delete(workspace: Workspace, arguments: Json) -> Json:
    """The bot's own message is gone."""
    channel = writable(workspace, arguments)
    if not isinstance(channel, Channel):
        return channel
    message = _posted(channel, arguments)
    if message is None:
        return refusal("message_not_found")
    if message.get("bot_id") != BOT["bot_id"]:
        return refusal("cant_delete_message")
    workspace.delete(channel, message["ts"])
    return {"ok": True, "channel": channel.id, "ts": message["ts"]}


def get_permalink(workspace: Workspace, arguments: Json) -> Json:
    """The address of a message."""
    channel = workspace.channel(arguments.get("channel"))
    if channel is None:
        return refusal("channel_not_found")
    message = channel.named.get(str(arguments.get("message_ts")))
    if message is None:
        return refusal("message_not_found")
    address = f"https://acme.slack.com/archives/{channel.id}/p{message['ts'].replace('.', '')}"
    return {"ok": True, "channel": channel.id, "permalink": address}


def add_reaction(workspace: Workspace, arguments: Json) -> Json:
    """The bot's emoji under a message."""
    channel = workspace.channel(arguments.get("channel"))
    if channel is None:
        return refusal("channel_not_found")
    message, name = channel.named.get(str(arguments.get("timestamp"))), arguments.get("name")
    if message is None:
        return refusal("message_not_found")
    if not name:
        return refusal("invalid_name")
    there: list[Json] = message.get("reactions", [])
    if any(reaction["name"] == name and BOT["user_id"] in reaction["users"] for reaction in there):
        return refusal("already_reacted")
    own = {"name": name, "users": [BOT["user_id"]], "count": 1}
    workspace.change(channel, message, {"reactions": [*there, own]})
    return {"ok": True}


def content(arguments: Json) -> Json:
    """What a message says, of the arguments of a call: its text cut where Slack cuts it."""
    kept = {name: arguments[name] for name in (*CONTENT, "thread_ts") if arguments.get(name) is not None}
    if "markdown_text" in arguments:
        kept["text"] = arguments["markdown_text"]
    return {**kept, "text": str(kept.get("text", ""))[:TEXT]}


def _own() -> Json:
    return {"user": BOT["user_id"], "bot_id": BOT["bot_id"], "app_id": "A1", "team": BOT["team_id"]}


def _posted(channel: Channel, arguments: Json) -> Json | None:
    """The message that is meant; a call cannot reach what one person alone sees."""
    found = channel.named.get(str(arguments.get("ts")))
    return None if found is None or found.get("is_ephemeral") else found


def _against_metadata(arguments: Json) -> Json | None:
    metadata = arguments.get("metadata")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not metadata.get("event_type") or "event_payload" not in metadata:
        return refusal("invalid_metadata_format")
    if not isinstance(metadata["event_payload"], dict):
        return refusal("invalid_metadata_schema")
    return refusal("metadata_too_large") if len(str(metadata)) > MOST_METADATA else None
