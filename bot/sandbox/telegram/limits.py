"""Telegram's flood limits, as its FAQ tells them: 1 message a second in a chat, 20 a minute in a group, 30 a second.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from dataclasses import dataclass, field
from math import ceil


@dataclass(frozen=True, slots=True)
class Limit:
    """So many at once, and then one every so many seconds."""

    burst: int
    spacing: float
    """Seconds."""


OVERALL = Limit(30, 1 / 30)
CHAT = Limit(3, 1.0)
"""FAQ: more than one a second goes over "short bursts", of a size that it does not say."""

GROUP = Limit(20, 3.0)


@dataclass(slots=True)
class Bucket:
    """How full a limit is."""

    limit: Limit
    empty_at: float = 0.0
    """Seconds of the same clock as `now`: when all that went through will have been paid for."""

    def wait(self, now: float) -> float:
        """Seconds until one more may go through; 0 for at once."""
        return max(0.0, max(self.empty_at, now) - now - (self.limit.burst - 1) * self.limit.spacing)

    def take(self, now: float) -> None:
        """Let one through."""
        self.empty_at = max(self.empty_at, now) + self.limit.spacing


@dataclass(slots=True)
class Flood:
    """One bot's messages, against all limits."""

    overall: Bucket = field(default_factory=lambda: Bucket(OVERALL))
    chats: dict[int, tuple[Bucket, ...]] = field(default_factory=dict)

    def take(self, chat: int, now: float, *, group: bool) -> int:
        """Let a message through, and answer 0; or do not, and answer `retry_after`: whole seconds, at least one."""
        own = self.chats.get(chat)
        if own is None:
            own = self.chats[chat] = (Bucket(CHAT), Bucket(GROUP)) if group else (Bucket(CHAT),)
        buckets = (self.overall, *own)
        wait = max(bucket.wait(now) for bucket in buckets)
        if wait > NOTHING:
            return ceil(wait - NOTHING)
        for bucket in buckets:
            bucket.take(now)
        return 0


NOTHING = 1e-6
"""Seconds that are none: what adding up fractions leaves."""
