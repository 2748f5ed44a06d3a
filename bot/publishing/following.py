"""How far each timetable has been followed: where planning goes on after a restart, an edit or a jump of the clock."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta

from bot.plans import DigestPlan, Timetable
from bot.publishing import editions
from bot.publishing.editions import Mark
from bot.store.engine import Store

CLOCK_WAS_AHEAD = timedelta(days=1)
"""A mark so far in the future was set by a clock that was wrong; a smaller step back is just waited out."""


class Following:
    """Keeps the marks, and knows which timetables this process has followed so far."""

    def __init__(self, store: Store, followed: dict[str, str]) -> None:
        """`followed`: the timetables, in words and by digest, that this process has followed; kept up to date."""
        self._store = store
        self._followed = followed

    def mark(self, plan: DigestPlan, now: datetime) -> Mark:
        """Where the plan stands; a digest or a timetable that is new starts now, and nothing is planned back.

        A timetable that this process has followed for a while is not new, even if the store names another one: then
        a second process runs with an older or a newer configuration.
        """
        timetable = in_words(plan.timetable)
        with self._store.read() as connection:
            mark = editions.mark_of(connection, plan.name)
        if mark is None or timetable not in {mark.timetable, self._followed.get(plan.name)}:
            mark = Mark(now if mark is None else max(now, mark.high_water), timetable)
            with self._store.begin() as connection:
                editions.start_timetable(connection, plan.name, mark)
        self._followed[plan.name] = timetable
        return replace(mark, timetable=timetable)

    def rewind(self, plan: DigestPlan, now: datetime) -> None:
        """Start again at `now` although the mark is ahead of it; no edition is repeated, since each has its key."""
        with self._store.begin() as connection:
            editions.forget_mark(connection, plan.name)
            editions.raise_mark(connection, plan.name, Mark(now, in_words(plan.timetable)))

    def forget_all_but(self, names: AbstractSet[str]) -> None:
        """Let go of digests that were followed and are planned no more: one that comes back starts afresh."""
        gone = self._followed.keys() - names
        if gone:
            with self._store.begin() as connection:
                for digest in gone:
                    editions.forget_mark(connection, digest)
        for digest in gone:
            del self._followed[digest]


def in_words(timetable: Timetable) -> str:
    """A timetable as the ledger remembers it; how late is too late is no part of it."""
    zone = timetable.timezone.key
    if timetable.cron is not None:
        return f"{timetable.cron} in {zone}"
    times = ",".join(f"{moment:%H:%M}" for moment in sorted(timetable.at))
    return f"{times} on {','.join(map(str, sorted(timetable.days)))} in {zone}"
