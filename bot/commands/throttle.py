"""How often a chat may ask: a few at once, then one every few seconds; told once, then not answered."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

BURST = 5
"""Commands that a chat may send at once."""
EACH = timedelta(seconds=3)
"""How long it takes until one more may be sent."""
CHATS = 10_000
"""Chats remembered; whoever has not asked for the longest time is forgotten first."""


class Verdict(Enum):
    """What happens to a command."""

    ANSWER = "answer"
    SLOW_DOWN = "slow down"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Bucket:
    """A chat's allowance at an instant."""

    tokens: float
    at: datetime
    told: bool = False
    """Whether the chat has been told to slow down since it last had its full allowance back."""


def take(bucket: Bucket, now: datetime) -> tuple[Bucket, Verdict]:
    """One command's worth out of the bucket, and what happens to the command; time running backwards gives nothing."""
    passed = max(now - bucket.at, timedelta(0))
    tokens = min(BURST, bucket.tokens + passed / EACH)
    told = bucket.told and tokens < BURST
    if tokens >= 1:
        return Bucket(tokens - 1, now, told), Verdict.ANSWER
    return Bucket(tokens, now, told=True), Verdict.SILENCE if told else Verdict.SLOW_DOWN


class Throttle:
    """The buckets of all chats."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[Hashable, tuple[Bucket, Hashable, Verdict]] = OrderedDict()

    def verdict(self, chat: Hashable, command: Hashable, now: datetime) -> Verdict:
        """What happens to a command that a chat sends now; the same again where its latest is asked about again."""
        bucket, judged, verdict = self._buckets.pop(chat, (Bucket(BURST, now), None, Verdict.ANSWER))
        if judged != command:
            bucket, verdict = take(bucket, now)
        self._buckets[chat] = (bucket, command, verdict)
        if len(self._buckets) > CHATS:
            self._buckets.popitem(last=False)
        return verdict
