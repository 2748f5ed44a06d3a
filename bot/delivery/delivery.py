"""One message owed to one destination, and the seam to the platform that carries it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any, Protocol

from bot.delivery.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Destination:
    """Where messages go: a chat or channel of a platform, and a thread in it."""

    platform: str
    """`telegram`, `slack` or `console`."""
    address: str
    """Telegram: chat id in decimal or `@channel`; Slack: channel id; console: `console`."""
    thread: str | None = None
    """Telegram: `message_thread_id` of a forum topic; Slack: `ts` of the thread's first message."""

    @property
    def chat(self) -> tuple[str, str]:
        """What order and pacing go by: threads of one chat share it."""
        return (self.platform, self.address)

    def __str__(self) -> str:
        """`telegram:-100123/7`, as commands and tables show it and as `parse` reads it."""
        place = f"{self.platform}:{self.address}"
        return place if self.thread is None else f"{place}/{self.thread}"

    @classmethod
    def parse(cls, text: str) -> "Destination":
        """The destination that `str()` wrote; ValueError where the text is none."""
        platform, colon, rest = text.partition(":")
        address, _, thread = rest.partition("/")
        if not (platform and colon and address):
            raise ValueError(f"{text!r} is not PLATFORM:ADDRESS or PLATFORM:ADDRESS/THREAD")
        return cls(platform, address, thread or None)


@dataclass(frozen=True, slots=True)
class Call:
    """One platform call, complete: what is posted is exactly this."""

    method: str
    """Telegram: `sendMessage`, `editMessageText` …; Slack: `chat.postMessage`, `chat.update`, `respond` …"""
    arguments: Mapping[str, Any]
    """JSON-ready, with the address in it."""


class Priority(IntEnum):
    """Who goes first in a chat's and a bot's queue: the smaller number."""

    REPLY = 0
    BROADCAST = 1


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message owed to one destination; `key` is its identity (`edition/destination/part`)."""

    key: str
    destination: Destination
    call: Call
    priority: Priority
    attempt: int
    """Which attempt this is, from 1; being told to wait is not one."""
    edition: str | None = None
    """Of which edition it is a part; None for replies, and for what the admins are told."""
    repeats: int = 0
    """How many attempts before this one ended without a clear answer and were repeated all the same."""
    nonce: str = ""
    """What tells this delivery from every other, wherever a platform lets a message carry such a mark: random, and
    the same for each attempt; empty for what was owed before there were any."""
    blind_repeats: int = 0
    """How many of the repeats were made without knowing that the message was not there."""
    claim: int = 0
    """Which claim this is, from 1: unlike an attempt's, its number is never given again."""
    claimed_at: datetime | None = None
    """When this attempt was claimed: whatever the platform calls the message, it did so later."""


class Platform(Protocol):
    """What the relay sends through: makes exactly one request, never raises for what the platform did."""

    async def send(self, delivery: Delivery) -> Outcome:
        """Send, and say what became of it."""
