"""What a channel's history says of a delivery: the mark its message carries, and how far the pages were read; pure.

docs.slack.dev/messaging/message-metadata, docs.slack.dev/reference/methods/conversations.history and its neighbour
conversations.replies, which tells a thread.

The mark alone is matched: texts repeat, and Slack rewrites blocks. Every app in a channel can read it, and so could
copy it; whoever did has seen the message, so that even a copy proves that it was there.
"""

import re
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

EVENT = "heatwire_delivery"
FIELD = "delivery"
SKEW = timedelta(minutes=10)
"""How far Slack's clock, which names messages, may be behind ours."""
TS = re.compile(r"[0-9]{10}\.[0-9]{6}")
"""Ten digits until the year 2286: so long they sort as text."""


def marked(arguments: Mapping[str, Any], nonce: str) -> dict[str, Any]:
    """The arguments of a chat.postMessage, with the mark by which its message is known again."""
    return {**arguments, "metadata": {"event_type": EVENT, "event_payload": {FIELD: nonce}}}


def stamp(instant: datetime) -> str:
    """The `ts` of a message that was posted at the instant."""
    return f"{instant.timestamp():017.6f}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where messages are read: a channel, or a thread in it."""

    channel: str
    thread: str | None = None

    @property
    def method(self) -> str:
        """What reads it."""
        return "conversations.history" if self.thread is None else "conversations.replies"

    def arguments(self, limit: int, reading: "Reading | None" = None) -> dict[str, str]:
        """What is asked for, as a form's fields: the next page of a reading, or anything at all."""
        fields = {"channel": self.channel, "limit": str(limit), "include_all_metadata": "true"}
        if self.thread is not None:
            fields["ts"] = self.thread
        if reading is not None:
            fields |= {"oldest": reading.after, "cursor": reading.cursor}
        return {name: value for name, value in fields.items() if value}


@dataclass(frozen=True, slots=True)
class Page:
    """Some messages of a history."""

    copies: frozenset[str]
    """The `ts` of those that carry the mark."""
    newest: str
    """The `ts` of the last message on it; empty where there is none."""
    following: str
    """What the next page is asked for with; empty at the end."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How far a history was read: turned page by page, in whatever order Slack gives them.

    Where waits came between the pages, what was posted since the first one is read at the end: a message that Slack
    took later than it promised to would else be overlooked. Once, for that reading had to begin when all was settled.
    """

    after: str
    """Everything later than this `ts` is read."""
    cursor: str = ""
    newest: str = ""
    copies: frozenset[str] = frozenset()
    """The `ts` of the messages with the mark that have been found, and not been removed."""
    removed: int = 0
    """Copies that have been deleted."""
    was_interrupted: bool = False
    is_catching_up: bool = False
    is_complete: bool = False

    def turned(self, page: Page) -> "Reading":
        """With one more page read."""
        newest, copies = max(self.newest, page.newest), self.copies | page.copies
        read = replace(self, cursor=page.following, newest=newest, copies=copies)
        if page.following:
            return read
        if self.was_interrupted and not self.is_catching_up:
            return replace(read, after=max(self.after, newest), is_catching_up=True)
        return replace(read, is_complete=True)

    def without(self, ts: str, *, removed: bool) -> "Reading":
        """With one copy less, whoever removed it."""
        return replace(self, copies=self.copies - {ts}, removed=self.removed + removed)


class Readings:
    """How far each look-up has come that had to wait: the latest ones, each a few hundred bytes."""

    def __init__(self, most: int = 500) -> None:
        """`most` are remembered; who is forgotten begins anew."""
        self._most = most
        self._known: OrderedDict[Hashable, Reading] = OrderedDict()

    def get(self, name: Hashable) -> Reading | None:
        """How far it has come; None where nothing is known of it."""
        return self._known.get(name)

    def keep(self, name: Hashable, reading: Reading) -> None:
        """Remember it as interrupted, which it is for whoever needs to remember it."""
        self._known[name] = replace(reading, was_interrupted=True)
        self._known.move_to_end(name)
        if len(self._known) > self._most:
            self._known.popitem(last=False)

    def drop(self, name: Hashable) -> None:
        """It has come to its end, or begins anew."""
        self._known.pop(name, None)


def page(said: Mapping[str, Any], nonce: str) -> Page | None:
    """The page that an answer is; None where it is none, or one that has no end."""
    messages, metadata = said.get("messages"), said.get("response_metadata")
    following = metadata.get("next_cursor") if isinstance(metadata, Mapping) else None
    cursor = following if isinstance(following, str) else ""
    if not isinstance(messages, list) or (said.get("has_more") is True and not cursor):
        return None
    named = {ts: message for message in messages if (ts := _ts(message))}
    copies = frozenset(ts for ts, message in named.items() if _nonce(message) == nonce)
    return Page(copies, max(named, default=""), cursor)


def _ts(message: object) -> str:
    ts = message.get("ts") if isinstance(message, Mapping) else None
    return ts if isinstance(ts, str) and TS.fullmatch(ts) else ""


def _nonce(message: Mapping[str, Any]) -> object:
    """What another app wrote in its metadata can be anything."""
    metadata = message.get("metadata")
    payload = metadata.get("event_payload") if isinstance(metadata, Mapping) else None
    return payload.get(FIELD) if isinstance(payload, Mapping) else None
