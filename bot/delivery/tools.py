"""What every part of the relay works with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom

from bot.clock import Clock
from bot.delivery.outbox import Outbox
from bot.delivery.retry import RetryPolicy
from bot.observing import Observe


@dataclass(frozen=True, slots=True)
class Options:
    """How the relay goes about its work; all times in seconds."""

    workers: int = 60
    """Requests in flight at once, for each platform: at Telegram's thirty a second, an answer may take two seconds."""
    patience: float = 45.0
    """How long a request may take before it counts as unanswered; longer than the platforms' own time-outs."""
    lease: float = 75.0
    """How long a claim is good for: a request's patience, and half a minute for replicas' clocks to differ by."""
    grace: float = 8.0
    """How long requests in flight may take to end when the process stops; else they have their patience."""
    poll: float = 1.0
    """How often to look for what other processes queued."""
    longest_trouble: float = 30.0
    """The longest pause after the store failed; pauses double up to this."""
    inspectors: int = 4
    """How many unclear messages are looked for at once, for each platform."""
    inspection: float = 240.0
    """How long looking for one may take."""
    inspection_lease: float = 300.0
    """How long its chat waits for somebody who looks for a message there and is heard of no more."""
    keep_replies: timedelta = timedelta(days=7)
    """How long a reply's row is kept after its end."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What every part of the relay works with."""

    outbox: Outbox
    clock: Clock
    policy: RetryPolicy
    options: Options
    observe: Observe
    jitter: Callable[[], float] = SystemRandom().random

    def pause_after(self, troubles: int) -> float:
        """Seconds to wait after the store has failed so many times in a row."""
        return min(0.5 * (1 << min(troubles, 10)), self.options.longest_trouble)
