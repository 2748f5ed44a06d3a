"""Whether the clock can be believed after a start: not at once where it lies behind a time at which a process lived."""

from datetime import datetime, timedelta

from bot.heartbeat import forget_future, last_heartbeat
from bot.store.engine import Store

STEP = timedelta(minutes=5)
"""So far behind the last sign of life a clock may be: a step back of that size happens without anything being wrong."""
PATIENCE = timedelta(minutes=10)
"""How long the clock is given to be set right; a machine without a battery for it asks the network first."""


class ClockCheck:
    """Doubts a clock that is behind, until it is set right or stays as it is.

    A clock that is far ahead of the last sign of life is that of a machine which was switched off, as far as anybody
    can tell; should it have been wrong, what was planned meanwhile is not planned again.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._believed = False
        self._since: datetime | None = None

    def doubt(self, now: datetime) -> datetime | None:
        """The sign of life that is later than `now`, as long as that is a reason to wait; else None."""
        last = None if self._believed else last_heartbeat(self._store)
        if last is None or last - now <= STEP:
            self._believed = True
            return None
        self._since = self._since or now
        if now - self._since < PATIENCE:
            return last
        # It has not moved but by itself: so it was wrong then.
        forget_future(self._store, now)
        self._believed = True
        return None
