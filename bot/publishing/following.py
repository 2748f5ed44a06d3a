"""How far each timetable has been followed: where planning goes on after a restart, an edit or a jump of the clock."""

from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from bot.plans import DigestPlan, Timetable
from bot.publishing import editions
from bot.publishing.editions import Mark
from bot.store.engine import Store

CLOCK_WAS_AHEAD = timedelta(days=1)
"""A mark so far in the future was set by a clock that was wrong; a smaller step back is just waited out."""


class Following:
    """Keeps the marks, and knows which timetables this process has followed so far."""

    def __init__(self, store: Store, followed: dict[str, Mark]) -> None:
        """`followed`: where this process stands with each digest that it has followed; kept up to date."""
        self._store = store
        self._followed = followed

    def mark(self, plan: DigestPlan, now: datetime) -> Mark:
        """Where the plan stands; a digest or a timetable that is new starts now, and nothing is planned back.

        A timetable that this process has followed for a while is not new, even if the store knows another one: then
        some process has a newer or an older configuration. Each goes on where it was itself, so that neither passes
        over fire times of the other; what both have is one edition.
        """
        timetable = in_words(plan.timetable)
        own = self._followed.get(plan.name)
        with self._store.read() as connection:
            mark = editions.mark_of(connection, plan.name)
        if mark is None or mark.timetable != timetable:
            if own is not None and own.timetable == timetable:
                return own
            mark = self._started(plan, now if mark is None else max(now, mark.high_water))
        self._followed[plan.name] = mark
        return mark

    def reached(self, digest: str, mark: Mark) -> None:
        """The plan was carried out up to the mark; the store has that already."""
        self._followed[digest] = mark

    def rewind(self, plan: DigestPlan, now: datetime) -> None:
        """Start again at `now` although the mark is ahead of it; no edition is repeated, since each has its key."""
        with self._store.begin() as connection:
            editions.forget_mark(connection, plan.name)
        self._followed[plan.name] = self._started(plan, now)

    def _started(self, plan: DigestPlan, at: datetime) -> Mark:
        """The timetable's first mark, which takes the place of whatever other timetable the digest had."""
        mark = Mark(at, in_words(plan.timetable))
        with self._store.begin() as connection:
            editions.start_timetable(connection, plan.name, mark)
            return editions.mark_of(connection, plan.name) or mark

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
