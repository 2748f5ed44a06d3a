"""How much has left lately, under one limit; in seconds of a clock that is never set back."""

from bisect import bisect_left, bisect_right, insort
from datetime import datetime

from bot.delivery.limits import Limit

STRETCH = 1.02
"""How much longer a stretch of time is for us than for the platform. It counts when messages arrive and we when they
leave, so that one which was longer on its way than a later one would make that one too many."""

DISORDER = 1.0
"""Seconds by which instants may come out of order without the clock having been set back."""


class Steady:
    """Seconds that run on as a clock does, and do so too where the clock is set back."""

    __slots__ = ("_added", "_latest")

    def __init__(self) -> None:
        self._latest = 0.0
        self._added = 0.0

    def __call__(self, now: datetime) -> float:
        """The second that it is."""
        second = now.timestamp() + self._added
        # Not for every little disorder: whoever asks may have looked at the clock some time ago.
        if second < self._latest - DISORDER:
            self._added += self._latest - second
        self._latest = max(self._latest, second)
        return self._latest


class Window:
    """When the last messages left under one limit."""

    __slots__ = ("_left", "_limit")

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        # No deque: there is a window for every chat, and an empty deque takes half a kilobyte.
        self._left: list[float] = []

    @property
    def seconds(self) -> float:
        """How long a message counts."""
        return self._limit.seconds * STRETCH

    def room(self, second: float, share: float = 1.0) -> int:
        """How many messages may leave then, given a share of the limit."""
        allowed, seconds = self._part(share)
        # By the very sum that `wait` goes by: where that says that there is none to wait for, there is room.
        gone = bisect_right(self._left, second, key=lambda left: left + seconds)
        return max(allowed - len(self._left) + gone, 0)

    def wait(self, second: float, share: float = 1.0) -> float:
        """Seconds until there is room for one."""
        return max(self.free_since(share) - second, 0.0)

    def free_since(self, share: float = 1.0) -> float:
        """The second from which on there is room for one."""
        allowed, seconds = self._part(share)
        return self._left[-allowed] + seconds if len(self._left) >= allowed else 0.0

    def record(self, second: float) -> None:
        """A message left."""
        insort(self._left, second)
        del self._left[: -self._limit.messages]

    def move(self, second: float, late: float) -> None:
        """The message that left then counts as one that left later."""
        at = bisect_left(self._left, second)
        if at < len(self._left) and self._left[at] == second:
            del self._left[at]
            insort(self._left, second + late)

    def _part(self, share: float) -> tuple[int, float]:
        """How many messages in how many seconds a share of the limit is: rather too few than too many."""
        messages = self._limit.messages * share
        return max(int(messages + 1e-9), 1), self.seconds / min(messages, 1.0)
