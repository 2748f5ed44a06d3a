"""The Web API's methods by their name: what each does, the scope it needs, and how often it may be called."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.sandbox.slack import chat, conversations, views
from bot.sandbox.slack.workspace import BOT, Workspace

Json = dict[str, Any]

PER_MINUTE: Final = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute by tier (docs.slack.dev/apis/web-api/rate-limits)."""


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the Web API."""

    call: Callable[[Workspace, Json], Json]
    scopes: frozenset[str] = frozenset()
    """One of them is enough; none: every token may."""
    tier: int = 3


def _auth_test(_workspace: Workspace, _arguments: Json) -> Json:
    return {"ok": True, "url": "https://acme.slack.com/", "is_enterprise_install": False, **BOT}


def _of(kind: str) -> frozenset[str]:
    """A right on every kind of conversation."""
    return frozenset(f"{place}:{kind}" for place in ("channels", "groups", "im", "mpim"))


WRITE: Final = frozenset({"chat:write"})
METHODS: Final[Mapping[str, Method]] = {
    "auth.test": Method(_auth_test, tier=4),
    "blocks.validate": Method(views.validate),
    "chat.delete": Method(chat.delete, WRITE),
    "chat.getPermalink": Method(chat.get_permalink, tier=4),
    "chat.postEphemeral": Method(chat.post_ephemeral, WRITE, tier=4),
    "chat.postMessage": Method(chat.post_message, WRITE, tier=4),
    "chat.update": Method(chat.update, WRITE),
    "conversations.history": Method(conversations.history, _of("history")),
    "conversations.info": Method(conversations.info, _of("read")),
    "conversations.join": Method(conversations.join, frozenset({"channels:join"})),
    "conversations.list": Method(conversations.channels, _of("read"), tier=2),
    "conversations.members": Method(conversations.members, _of("read"), tier=4),
    "conversations.replies": Method(conversations.replies, _of("history")),
    "reactions.add": Method(chat.add_reaction, frozenset({"reactions:write"})),
    "users.info": Method(conversations.user_info, frozenset({"users:read"}), tier=4),
    "views.open": Method(views.open_modal, tier=4),
    "views.publish": Method(views.publish, tier=4),
}
