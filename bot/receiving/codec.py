"""Writes what was understood as JSON, and reads it again: never what the platform sent, which tells of people."""

import json
from collections.abc import Mapping
from typing import Any, assert_never

from bot.chat_events import ChatGone, ChatJoined, ChatMoved
from bot.command import Command
from bot.delivery.delivery import Destination
from bot.receiving.received import Event, Received


def encode(event: Event) -> str:
    """An event as ASCII text, all of it but its key."""
    return json.dumps(_fields(event), separators=(",", ":"))


def decode(key: str, text: str) -> Received:
    """What `encode` wrote, under its key; ValueError where the text is nothing of the kind."""
    try:
        return Received(key, _event(key, json.loads(text)))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def _fields(event: Event) -> dict[str, Any]:
    match event:
        case Command(name, argument, origin, _, edit, reply):
            place = [origin.platform, origin.address, origin.thread]
            more = {"edit": None if edit is None else dict(edit), "reply": dict(reply)}
            return {"kind": "command", "name": name, "argument": argument, "origin": place, **more}
        case ChatGone(platform, address):
            return {"kind": "gone", "platform": platform, "address": address}
        case ChatJoined(platform, address):
            return {"kind": "joined", "platform": platform, "address": address}
        case ChatMoved(platform, old, new):
            return {"kind": "moved", "platform": platform, "old": old, "new": new}
        case _:
            assert_never(event)


def _event(key: str, said: Mapping[str, Any]) -> Event:
    facts = dict(said)
    kind = facts.pop("kind")
    match kind:
        case "command":
            origin = Destination(*facts.pop("origin"))
            return Command(key=key, origin=origin, **facts)
        case "gone":
            return ChatGone(**facts)
        case "joined":
            return ChatJoined(**facts)
        case "moved":
            return ChatMoved(**facts)
        case _:
            raise ValueError(f"{kind!r} is no kind of event")
