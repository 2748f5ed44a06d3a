"""Which message a recorded call or event is about."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.sandbox.hub.rooms import TELEGRAM, key
from bot.sandbox.recording import Direction, Entry

Json = Mapping[str, Any]


def form(entry: Entry) -> dict[str, Any]:
    """The entry as the page gets it: with the room and the message that it is about."""
    room, message = about(entry) or (None, None)
    return {**asdict(entry), "room": room, "message": message}


def about(entry: Entry) -> tuple[str, str] | None:
    """Room and message that the entry wrote or changed; None where it did neither."""
    if entry.direction is Direction.EVENT:
        return None
    if entry.platform == TELEGRAM:
        return _in_telegram((entry.answer or {}).get("result"))
    return _in_slack(entry.arguments, entry.answer or {})


def _in_telegram(result: object) -> tuple[str, str] | None:
    if not isinstance(result, Mapping) or "message_id" not in result or "chat" not in result:
        return None
    return key(TELEGRAM, result["chat"]["id"]), str(result["message_id"])


def _in_slack(arguments: Json, answer: Json) -> tuple[str, str] | None:
    channel = answer.get("channel", arguments.get("channel"))
    written = answer.get("ts", answer.get("message_ts"))
    return (key("slack", channel), str(written)) if isinstance(channel, str) and written else None
