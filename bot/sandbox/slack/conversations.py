"""The Web API's `conversations.*` and `users.*`: what can be read of channels, messages and people.

docs.slack.dev/reference/methods/conversations.history and its neighbours.
"""

import operator
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable, Sequence
from itertools import dropwhile, takewhile
from typing import Any

from bot.sandbox.slack.answers import readable, refusal
from bot.sandbox.slack.workspace import BOT, Channel, Workspace

Json = dict[str, Any]

MOST = 1000
"""The largest `limit`: docs.slack.dev/apis/web-api/pagination."""


def history(workspace: Workspace, arguments: Json) -> Json:
    """A channel's messages, newest first, without the replies in their threads."""
    channel = readable(workspace, arguments)
    if not isinstance(channel, Channel):
        return channel
    told = (message for message in channel.newest_first() if message.get("thread_ts") in {None, message["ts"]})
    return _messages(told, arguments)


def replies(workspace: Workspace, arguments: Json) -> Json:
    """A thread's messages, its parent first."""
    channel = readable(workspace, arguments)
    if not isinstance(channel, Channel):
        return channel
    thread = str(arguments.get("ts"))
    if thread not in channel.named:
        return refusal("thread_not_found")
    told = [message for message in channel.newest_first() if thread in {message["ts"], message.get("thread_ts")}]
    return _messages(told, arguments, oldest_first=True)


def info(workspace: Workspace, arguments: Json) -> Json:
    """One channel."""
    channel = workspace.channel(arguments.get("channel"))
    return {"ok": True, "channel": _described(channel)} if channel else refusal("channel_not_found")


def channels(workspace: Workspace, arguments: Json) -> Json:
    """All channels of the `types` asked for."""
    types = {kind.strip() for kind in str(arguments.get("types") or "public_channel").split(",")}
    archived = not _is_true(arguments.get("exclude_archived"))
    found = [
        _described(channel)
        for channel in workspace.channels.values()
        if ("im" if channel.is_direct else "public_channel") in types and (archived or not channel.is_archived)
    ]
    return _paged("channels", found, arguments, lambda one: one["id"])


def members(workspace: Workspace, arguments: Json) -> Json:
    """Who is in a channel."""
    channel = workspace.channel(arguments.get("channel"))
    if channel is None:
        return refusal("channel_not_found")
    people = [name for name in workspace.users if channel.is_member or name != BOT["user_id"]]
    return _paged("members", people, arguments, str)


def join(workspace: Workspace, arguments: Json) -> Json:
    """The bot enters a public channel."""
    channel = workspace.channel(arguments.get("channel"))
    if channel is None:
        return refusal("channel_not_found")
    if channel.is_direct:
        return refusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        return refusal("is_archived")
    already = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    warned = already if channel.is_member else {}
    channel.is_member = True
    return {"ok": True, "channel": _described(channel), **warned}


def user_info(workspace: Workspace, arguments: Json) -> Json:
    """One person."""
    known = workspace.users.get(str(arguments.get("user")))
    return {"ok": True, "user": known} if known else refusal("user_not_found")


def _messages(newest_first: Iterable[Json], arguments: Json, *, oldest_first: bool = False) -> Json:
    """A page of messages between `oldest` and `latest`; both stay out of it unless `inclusive`."""
    try:
        oldest, latest = float(arguments.get("oldest") or 0), float(arguments.get("latest") or "inf")
    except (TypeError, ValueError):
        return refusal("invalid_ts_oldest")
    included = _is_true(arguments.get("inclusive"))
    recent = takewhile(lambda one: float(one["ts"]) > oldest or (included and float(one["ts"]) == oldest), newest_first)
    between = [one for one in recent if float(one["ts"]) < latest or (included and float(one["ts"]) == latest)]
    shown = between[::-1] if oldest_first else between
    # A message that went away meanwhile takes none of the following along.
    begins = operator.ge if oldest_first else operator.le
    page = _paged("messages", shown, arguments, lambda one: one["ts"].rjust(17, "0"), begins)
    if not page["ok"]:
        return page
    hidden = set() if _is_true(arguments.get("include_all_metadata")) else {"metadata"}
    told = [{name: value for name, value in one.items() if name not in hidden} for one in page["messages"]]
    return {**page, "messages": told, "has_more": bool(page["response_metadata"]["next_cursor"])}


def _paged(
    name: str,
    found: Sequence[Any],
    arguments: Json,
    key: Callable[[Any], str],
    begins: Callable[[str, str], bool] = operator.eq,
) -> Json:
    """A page of a list, and the cursor to the next one, which names by its key what that begins with.

    `begins` tells by two keys whether a page can begin with the one where it was to begin with the other.
    """
    try:
        limit, first = int(arguments.get("limit") or 100), _first(str(arguments.get("cursor") or ""))
    except ValueError:
        return refusal("invalid_cursor" if arguments.get("cursor") else "invalid_limit")
    if not 0 < limit <= MOST:
        return refusal("invalid_limit")
    rest = list(dropwhile(lambda one: bool(first) and not begins(key(one), first), found))
    following = b64encode(f"next:{key(rest[limit])}".encode()).decode() if limit < len(rest) else ""
    return {"ok": True, name: rest[:limit], "response_metadata": {"next_cursor": following}}


def _first(cursor: str) -> str:
    """What the page begins with; empty: with the first there is."""
    try:
        told = b64decode(cursor, validate=True).decode()
    except NotBase64 as error:
        raise ValueError(f"{cursor}: no cursor") from error
    if told and not told.startswith("next:"):
        raise ValueError(f"{cursor}: no cursor")
    return told.removeprefix("next:")


def _described(channel: Channel) -> Json:
    kind = {"is_im": True} if channel.is_direct else {"is_channel": True, "name": channel.name}
    state = {"is_archived": channel.is_archived, "is_member": channel.is_member}
    return {"id": channel.id, "is_private": False, **kind, **state}


def _is_true(said: object) -> bool:
    return str(said or "").lower() in {"1", "true"}
