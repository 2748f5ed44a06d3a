"""Slack's rate limits: one message a second and channel with short bursts, and each method so often a minute.

docs.slack.dev/apis/web-api/rate-limits.
"""

import math
from collections import deque
from collections.abc import Callable
from typing import Any

from bot.sandbox.slack.methods import METHODS, PER_MINUTE

MINUTE = 60.0
BURST = 5
"""Messages that a quiet channel takes at once: Slack says that bursts are allowed, and names no figure."""

FEW = 15
"""Messages on a page of a history, for an app that may read one page a minute."""


class Limits:
    """Counts calls, and says how long to wait; seconds of any clock that runs on."""

    def __init__(self, clock: Callable[[], float], history_per_minute: int = PER_MINUTE[3]) -> None:
        """`history_per_minute` is 1 for what is sold outside Slack's marketplace."""
        self._clock = clock
        self._history = history_per_minute
        self._posts: dict[str, tuple[float, float]] = {}
        self._calls: dict[str, deque[float]] = {}

    def wait(self, method: str, arguments: dict[str, Any]) -> int:
        """Whole seconds until this call may be made; 0: now, and it is counted."""
        if method not in METHODS:
            return 0
        if method == "chat.postMessage":
            return self._post(str(arguments.get("channel")))
        return self._call(method, self._history if _is_history(method) else None)

    def fitted(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The call as it is carried out: shorter pages for whoever may read few."""
        if self._history > 1 or not _is_history(method):
            return arguments
        asked = str(arguments.get("limit") or FEW)
        return {**arguments, "limit": min(int(asked), FEW) if asked.isdigit() else asked}

    def _post(self, channel: str) -> int:
        """A bucket of BURST messages that one a second is put back into."""
        now = self._clock()
        level, since = self._posts.get(channel, (float(BURST), now))
        level = min(float(BURST), level + now - since)
        if level < 1:
            self._posts[channel] = level, now
            return math.ceil(1 - level)
        self._posts[channel] = level - 1, now
        return 0

    def _call(self, method: str, most: int | None) -> int:
        """So many calls within any minute."""
        now, calls = self._clock(), self._calls.setdefault(method, deque())
        while calls and calls[0] <= now - MINUTE:
            calls.popleft()
        if len(calls) >= (most or PER_MINUTE[METHODS[method].tier]):
            return math.ceil(calls[0] + MINUTE - now)
        calls.append(now)
        return 0


def _is_history(method: str) -> bool:
    return method in {"conversations.history", "conversations.replies"}
