"""What is due now, what was missed and why, and what comes next: decided from a timetable and two instants."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

from bot.plans import Timetable
from bot.schedule.slots import Slot, offset_change, slots

MISSED_AT_MOST = 100
"""So many missed slots are named, the latest ones: a process that slept for years ends no worse than one that slept a
week."""

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Missed:
    """A slot that is not published any more: a later one is in its stead, or it is too late for it."""

    slot: Slot
    instant: datetime
    overtaken_by: Slot | None = None
    """None: it was too late."""


@dataclass(frozen=True, slots=True)
class Due:
    """What became due between a digest's high-water mark and now."""

    publish: tuple[Slot, datetime] | None
    """The one slot to publish, with its instant; None where there is none."""
    late: timedelta
    """How long ago the instant of `publish` was; zero where nothing is published."""
    missed: tuple[Missed, ...]
    """Older slots and those that are too late, rising; the latest `MISSED_AT_MOST` of them."""
    unnamed_from: datetime | None = None
    """Where that were not all: the mark after which the others lie, up to the first of `missed`."""


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A zone's clocks going forward or back at an instant (UTC)."""

    instant: datetime
    before: datetime
    """The local time (naive) at which it happens, as the clocks say until then."""
    after: datetime
    """The local time (naive) that they are set to."""


def due(timetable: Timetable, *, now: datetime, high_water: datetime) -> Due:
    """Of the slots with high_water < instant ≤ now, the latest if it is no later than the timetable allows.

    All others are missed. The mark only rises, so a clock that steps back has nothing planned again; whoever
    records the answer moves the mark to `now` or the last instant in it, in the same transaction.
    """
    passed = _passed(timetable, high_water, now)
    if not passed:
        return Due(None, timedelta(0), ())
    slot, instant = passed[-1]
    late = now - instant
    if late > timetable.lateness:
        return Due(None, timedelta(0), *_missed(passed, None, high_water))
    return Due((slot, instant), late, *_missed(passed[:-1], slot, high_water))


def _passed(timetable: Timetable, high_water: datetime, now: datetime) -> list[tuple[Slot, datetime]]:
    """The latest slots with high_water < instant ≤ now, looked for ever further back until there are enough.

    Enough is one to publish, all those to be named, and one more to know that there are others.
    """
    back = _DAY
    while True:
        since = max(high_water, now - back)
        found = deque(_until(now, slots(timetable, since)), maxlen=MISSED_AT_MOST + 2)
        if since == high_water or len(found) == found.maxlen:
            return list(found)
        back *= 8


def _missed(
    slots: list[tuple[Slot, datetime]], instead: Slot | None, high_water: datetime
) -> tuple[tuple[Missed, ...], datetime | None]:
    named = tuple(Missed(slot, instant, instead) for slot, instant in slots[-MISSED_AT_MOST:])
    return named, high_water if len(slots) > MISSED_AT_MOST else None


def _until(end: datetime, rising: Iterable[tuple[Slot, datetime]]) -> Iterator[tuple[Slot, datetime]]:
    return takewhile(lambda pair: pair[1] <= end, rising)


def next_times(timetable: Timetable, now: datetime, count: int) -> tuple[tuple[Slot, datetime], ...]:
    """The next slots after `now` with their instants; fewer than `count` only for a timetable that ends."""
    return tuple(islice(slots(timetable, now), count))


def clock_changes(zone: ZoneInfo, now: datetime, days: int = 200) -> tuple[ClockChange, ...]:
    """When the zone's clocks change in the so many days after `now`; a UTC-like zone has none."""
    start = now.replace(microsecond=0)
    edges = [start + _DAY * number for number in range(days + 1)]
    return tuple(
        _clock_change(zone, offset_change(zone, before, after))
        for before, after in pairwise(edges)
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset()
    )


def _clock_change(zone: ZoneInfo, instant: datetime) -> ClockChange:
    just_before = (instant - _SECOND).astimezone(zone).replace(tzinfo=None)
    return ClockChange(instant, just_before + _SECOND, instant.astimezone(zone).replace(tzinfo=None))
