"""What Slack has against a call, in the words of its methods' pages (docs.slack.dev/reference/methods)."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack.blocks import is_too_long, refusals
from bot.sandbox.slack.workspace import Channel, Workspace

Json = dict[str, Any]

TEXT = 40_000
"""Characters, after which Slack cuts a message's `text`."""
UPDATED_TEXT = 4000
"""Characters that a message without blocks may be changed to (docs.slack.dev/reference/methods/chat.update)."""


def refusal(code: str, *faults: str, **more: object) -> Json:
    """An answer that says no; the faults are those of the blocks."""
    answer: Json = {"ok": False, "error": code, **more}
    if faults:
        answer["errors"] = list(faults)
        answer["response_metadata"] = {"messages": [f"[ERROR] {fault}" for fault in faults]}
    return answer


def objection(arguments: Mapping[str, Any]) -> Json | None:
    """What Slack has against a message's content, whatever way it comes."""
    blocks, attachments = arguments.get("blocks"), arguments.get("attachments")
    if blocks and (found := refusals(blocks)):
        return refusal("invalid_blocks_format" if isinstance(blocks, str) else "invalid_blocks", *found)
    if blocks and is_too_long(blocks):
        return refusal("msg_blocks_too_long")
    if not blocks and not attachments and not _said(arguments):
        return refusal("no_text")
    return None


def readable(workspace: Workspace, arguments: Json) -> Channel | Json:
    """The channel, where the bot may read it; else why not."""
    channel = workspace.channel(arguments.get("channel"))
    if channel is None:
        return refusal("channel_not_found")
    return channel if channel.is_member else refusal("not_in_channel")


def writable(workspace: Workspace, arguments: Json) -> Channel | Json:
    """The channel, where the bot may write; else why not."""
    channel = readable(workspace, arguments)
    return refusal("is_archived") if isinstance(channel, Channel) and channel.is_archived else channel


def _said(arguments: Mapping[str, Any]) -> bool:
    return any(str(arguments.get(name) or "").strip() for name in ("text", "markdown_text"))
