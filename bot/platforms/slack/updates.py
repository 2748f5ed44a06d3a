"""What Slack reports, as the command that a person meant by it: slash commands, mentions, direct messages, presses."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.chat_events import ChatJoined
from bot.command import Command
from bot.delivery.delivery import Destination
from bot.receiving.received import Received

COMMANDS = ("latest", "topic", "topics", "help", "start")
"""Canonical names of what can be asked."""
UMBRELLA = "digest"
"""Canonical name of the slash command whose first word is a subcommand: `/digest latest azure`."""

RESERVED = frozenset({
    "archive", "away", "call", "collapse", "dm", "dnd", "expand", "feed", "help", "invite", "join", "kick", "leave",
    "me", "msg", "mute", "open", "prefs", "remind", "remove", "rename", "search", "shortcuts", "shrug", "star",
    "status", "topic", "unarchive", "who",
})  # fmt: skip
"""Names of Slack's own commands, which no app gets: it refuses a whole manifest with one of them."""

Json = Mapping[str, Any]

_ANGLED = re.compile(r"<([^<>]*)>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def received(body: Json, names: Mapping[str, str]) -> Received | None:
    """What a payload of Slack means to us, under the name by which it is told again; None where that is nothing."""
    asked = command(body, names)
    if asked is not None:
        return Received(asked.key, asked)
    let_in = joined(body)
    return None if let_in is None else Received(f"slack/{_text(body, 'event_id') or _digest(body)}", let_in)


def command(body: Json, names: Mapping[str, str]) -> Command | None:
    """The command in a payload of Slack, or None where nothing was asked of the bot.

    `names` says what a canonical name is called in this workspace (`{"latest": "news-latest"}`); canonical names are
    understood as well.
    """
    if _text(body, "command"):
        return _slash(body, names)
    match body.get("type"):
        case "event_callback":
            return _said(body, names)
        case "block_actions":
            return _pressed(body)
        case _:
            return None


def joined(body: Json) -> ChatJoined | None:
    """The channel that somebody let the bot into, or None where the payload tells of nothing like it.

    docs.slack.dev/reference/events/member_joined_channel. It tells of everybody; `authorizations` says who the bot is.
    """
    event = _part(body, "event")
    channel, user = _text(event, "channel"), _text(event, "user")
    if event.get("type") != "member_joined_channel" or not channel or user not in _own_users(body):
        return None
    return ChatJoined("slack", channel)


def typed_names(names: Mapping[str, str]) -> Mapping[str, str]:
    """What people type for each command, without the slash: through the umbrella where Slack keeps the name to itself.

    `names` as for `command`; `{"topic": "digest topic", "latest": "latest"}`.
    """
    called = {name: names.get(name, name).lstrip("/") for name in (*COMMANDS, UMBRELLA)}
    umbrella = called[UMBRELLA]
    return {name: f"{umbrella} {name}" if word in RESERVED else word for name, word in called.items()}


def plain(text: str) -> str:
    """What the person typed: Slack's markup for mentions, channels and links undone, entities decoded.

    docs.slack.dev/messaging/formatting-message-text. `asp.net` arrives as `<http://asp.net|asp.net>`, `#azure` as
    `<#C1|azure>` where there is such a channel; mentions of people are dropped.
    """
    bare = _ANGLED.sub(_label, text)
    for entity, character in _ENTITIES:
        bare = bare.replace(entity, character)
    return " ".join(bare.split())


def _label(angled: re.Match[str]) -> str:
    target, _, label = angled[1].partition("|")
    match target[:1]:
        case "@" | "!":
            return " "
        case "#":
            return f"#{label}"
        case _:
            return label or target


def _slash(body: Json, names: Mapping[str, str]) -> Command | None:
    called, asked = _canonical(_text(body, "command"), names), plain(_text(body, "text"))
    channel = _text(body, "channel_id")
    if called is None or not channel:
        return None
    name, argument = _subcommand(asked, names) if called == UMBRELLA else (called, asked)
    url = _text(body, "response_url")
    reply = {"response_url": url} if url else {}
    return Command(name, argument, Destination("slack", channel), _key(body), reply=reply)


def _said(body: Json, names: Mapping[str, str]) -> Command | None:
    event = _part(body, "event")
    channel, ts = _text(event, "channel"), _text(event, "ts")
    if not (_is_addressed(event) and channel and ts):
        return None
    name, argument = _subcommand(plain(_text(event, "text")), names)
    mentioned = event.get("type") == "app_mention"
    thread = _text(event, "thread_ts") or (ts if mentioned else None)
    # A channel and a time are a message's identity. An event's own id is not enough: a channel that two workspaces
    # share reports one message under two of them.
    return Command(name, argument, Destination("slack", channel, thread), f"slack/{channel}/{ts}")


def _is_addressed(event: Json) -> bool:
    direct = event.get("type") == "message" and event.get("channel_type") == "im"
    by_a_person = bool(_text(event, "user")) and not event.get("bot_id") and not event.get("subtype")
    return by_a_person and (direct or event.get("type") == "app_mention")


def _pressed(body: Json) -> Command | None:
    container, message = _part(body, "container"), _part(body, "message")
    channel = _text(_part(body, "channel"), "id") or _text(container, "channel_id")
    name, _, argument = _value(body).partition(" ")
    edit = _edited(body, container)
    if name not in COMMANDS or not channel or not edit:
        return None
    thread = _text(container, "thread_ts") or _text(message, "thread_ts")
    if thread == _text(container, "message_ts"):
        thread = ""  # the message that a thread hangs on is itself in the channel
    return Command(name, argument.strip(), Destination("slack", channel, thread or None), _key(body), edit=edit)


def _edited(body: Json, container: Json) -> dict[str, str] | None:
    ts, url = _text(container, "message_ts"), _text(body, "response_url")
    if ts and not container.get("is_ephemeral"):
        return {"ts": ts}
    return {"response_url": url} if url else None


def _value(body: Json) -> str:
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], Mapping) else {}
    return _text(action, "value") or _text(_part(action, "selected_option"), "value")


def _subcommand(asked: str, names: Mapping[str, str]) -> tuple[str, str]:
    """The canonical name in the first word, and the rest; help for whoever asks for what there is not."""
    word, _, argument = asked.partition(" ")
    name = _canonical(word, names)
    return (name, argument) if name is not None and name != UMBRELLA else ("help", "")


def _canonical(word: str, names: Mapping[str, str]) -> str | None:
    wanted = word.strip().lstrip("/").lower()
    configured = {called.lstrip("/").lower(): name for name, called in _known(names.items())}
    return configured.get(wanted) or (wanted if wanted in {*COMMANDS, UMBRELLA} else None)


def _known(names: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    return ((name, called) for name, called in names if name in {*COMMANDS, UMBRELLA})


def _key(body: Json) -> str:
    """What tells this press or slash command from every other: Slack gives each a trigger of its own."""
    trigger = _text(body, "trigger_id")
    return f"slack/{trigger or _digest(body)}"


def _digest(body: Json) -> str:
    """A name for a payload that has none."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32]


def _own_users(body: Json) -> set[str]:
    told = body.get("authorizations")
    entries = [entry for entry in told if isinstance(entry, Mapping)] if isinstance(told, list) else []
    return {user for entry in entries if entry.get("is_bot") is True and (user := _text(entry, "user_id"))}


def _part(body: Json, name: str) -> Json:
    part = body.get(name)
    return part if isinstance(part, Mapping) else {}


def _text(body: Json, name: str) -> str:
    text = body.get(name)
    return text if isinstance(text, str) else ""
