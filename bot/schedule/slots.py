"""A timetable's slots, one for each local date and time of day, and the instant that each one means.

A slot is wall-clock time, so it is its own identity however the clocks change: a day on which 02:30 comes twice
has one slot 02:30 (its instant is the first), and so has a day on which 02:30 is skipped (its instant is the first
one after the gap, which slots of the same gap share).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.plans import Timetable
from bot.schedule.cron import wall_times

_SECOND = timedelta(seconds=1)
_WEEK_AND_A_DAY = timedelta(days=8)


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A local date and time of day, to the minute; `local` is naive."""

    local: datetime

    @property
    def key(self) -> str:
        """`2026-11-22T09:00`: with the digest's name, an edition's identity."""
        return self.local.isoformat(timespec="minutes")

    @classmethod
    def parse(cls, key: str) -> "Slot":
        """The slot that `key` wrote; ValueError where the text is none."""
        return cls(datetime.strptime(key, "%Y-%m-%dT%H:%M"))  # noqa: DTZ007 - a slot has no zone


def instant(slot: Slot, zone: ZoneInfo) -> datetime:
    """When a slot is, in UTC: in a gap the first instant after it, of two the first."""
    first = slot.local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == slot.local:
        return first
    # No such time: read with the offset of before the gap it lies after the change, with that of after it, before.
    return offset_change(zone, slot.local.replace(tzinfo=zone, fold=1).astimezone(UTC), first)


def offset_change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second, in UTC, at which the zone's offset is no longer what it was `before`.

    Both are whole seconds in UTC, and the offset changes once between them.
    """
    offset = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def slots(timetable: Timetable, after: datetime) -> Iterator[tuple[Slot, datetime]]:
    """Every slot whose instant is later than `after`, with its instant in UTC.

    Slots rise strictly and none is left out; instants rise too, and are equal only for slots of one gap. The
    iterator has no end that matters: stop it by its instants.
    """
    # No slot up to the local time of `after` can lie later than `after`: instants rise as slots do.
    start = after.astimezone(timetable.timezone).replace(tzinfo=None)
    for local in local_times(timetable, start):
        slot = Slot(local)
        when = instant(slot, timetable.timezone)
        # In the second pass of an hour that comes twice, the first pass lies behind.
        if when > after:
            yield slot, when


def local_times(timetable: Timetable, start: datetime) -> Iterator[datetime]:
    """The timetable's wall-clock times after `start`, rising, all without a zone."""
    if timetable.cron is not None:
        return wall_times(timetable.cron, start)
    return _times_of_day(timetable.at, timetable.days, start)


def _times_of_day(at: tuple[time, ...], days: frozenset[int], start: datetime) -> Iterator[datetime]:
    times = sorted(set(at)) if days else []
    if not times:
        return  # and do not look for one up to the year 9999
    for ordinal in range(start.toordinal(), date.max.toordinal()):
        day = date.fromordinal(ordinal)
        if day.weekday() in days:
            yield from (local for moment in times if (local := datetime.combine(day, moment)) > start)


def longest_pause(timetable: Timetable) -> timedelta:
    """The longest span between two neighbouring fire times: three days for Monday to Friday at 09:00.

    Looked for in a week and a day, or up to the second time where they are rarer.
    """
    start = datetime(2001, 1, 1)  # noqa: DTZ001 - a wall-clock time; a Monday far from any leap day
    longest, last = timedelta(0), None
    for local in local_times(timetable, start):
        if last is not None:
            longest = max(longest, local - last)
            if local > start + _WEEK_AND_A_DAY:
                break
        last = local
    return longest
