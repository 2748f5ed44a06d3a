"""Telegram's flood limits, as its FAQ tells them: 1 message a second in a chat, 20 a minute in a group, 30 a second.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from collections import deque
from dataclasses import dataclass, field
from math import ceil


@dataclass(frozen=True, slots=True)
class Limit:
    """So many within so long, whenever one begins to count."""

    most: int
    seconds: float


OVERALL = Limit(30, 1.0)
GROUP = Limit(20, 60.0)
CHAT = Limit(3, 3.0)
"""One a second; the FAQ lets "short bursts" go over that, and does not say how short."""

NOTHING = 1e-6
"""Seconds that are none: what adding up fractions leaves."""


@dataclass(slots=True)
class Window:
    """When what counts against a limit went through; in seconds of one clock."""

    limit: Limit
    through: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Seconds until one more may go through; 0 for at once."""
        while self.through and self.through[0] <= now - self.limit.seconds + NOTHING:
            self.through.popleft()
        return self.through[0] + self.limit.seconds - now if len(self.through) >= self.limit.most else 0.0


@dataclass(slots=True)
class Flood:
    """One bot's messages, against all limits."""

    overall: Window = field(default_factory=lambda: Window(OVERALL))
    chats: dict[int, tuple[Window, ...]] = field(default_factory=dict)

    def take(self, chat: int, now: float, *, group: bool) -> int:
        """Let a message through, and answer 0; or do not, and answer `retry_after`: whole seconds, at least one."""
        own = self.chats.get(chat)
        if own is None:
            own = self.chats[chat] = tuple(Window(limit) for limit in ((CHAT, GROUP) if group else (CHAT,)))
        windows = (self.overall, *own)
        wait = max(window.wait(now) for window in windows)
        if wait > 0:
            return ceil(wait)
        for window in windows:
            window.through.append(now)
        return 0
