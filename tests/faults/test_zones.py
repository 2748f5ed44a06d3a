"""Every time zone there is: one slot for each local date and time of day, as a clock on the wall meets them."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, takewhile
from multiprocessing import get_context
from random import Random
from zoneinfo import ZoneInfo, available_timezones

from apscheduler.triggers.cron import CronTrigger

from bot.plans import Timetable
from bot.schedule.slots import Slot, slots

START, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
"""No clock of these years is set at any other time, or by anything else: the walk would say so."""
TIMES = tuple(time(hour, minute) for hour in range(24) for minute in (0, 30))
AT_LEAST = 500


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in one zone."""

    zone: str
    slots: int
    moved: int
    """Slots that no clock ever showed, so that their instant is the first one after the gap."""
    wrong: int


def walked(zone: ZoneInfo) -> Iterator[tuple[Slot, datetime]]:
    """Each slot at the first quarter of an hour at which the clock on the wall shows its time or a later one."""
    shown = START.astimezone(zone).replace(tzinfo=None)
    ahead = _wall(shown)
    due = next(ahead)
    now = START
    while now < END:
        now += QUARTER
        shown = now.astimezone(zone).replace(tzinfo=None)
        while due <= shown:
            yield Slot(due), now
            due = next(ahead)


def _wall(after: datetime) -> Iterator[datetime]:
    day = after.date()
    while True:
        yield from (local for moment in TIMES if (local := datetime.combine(day, moment)) > after)
        day += timedelta(days=1)


def check(name: str) -> Checked:
    """Compare the slots that the timetable has with those that the wall has, one by one."""
    zone = ZoneInfo(name)
    changes = {moment.astimezone(zone).utcoffset() for moment in (START, END)}
    assert all(offset is not None and offset % QUARTER == timedelta(0) for offset in changes)
    found = list(takewhile(lambda pair: pair[1] <= END, slots(Timetable(zone, at=TIMES), START)))
    expected = list(walked(zone))
    wrong = sum(one != other for one, other in zip(found, expected, strict=False)) + abs(len(found) - len(expected))
    by_date = Counter(slot.local.date() for slot, _ in found)
    first, last = min(by_date).toordinal(), max(by_date).toordinal()
    wrong += sum(by_date[date.fromordinal(day)] != len(TIMES) for day in range(first + 1, last))
    wrong += sum(not one[0] < two[0] for one, two in pairwise(found))
    moved = sum(when.astimezone(zone).replace(tzinfo=None) != slot.local for slot, when in found)
    return Checked(name, len(found), moved, wrong)


def test_every_zone_has_one_slot_for_each_local_date_and_time_of_day(size: float, seed: int) -> None:
    names = sorted(available_timezones())
    assert len(names) >= AT_LEAST
    share = max(1, round(len(names) * min(size, 1.0)))
    chosen = Random(seed).sample(names, share)  # noqa: S311 - to be had again, not to be hard to guess
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        checked = list(pool.map(check, chosen, chunksize=4))

    total, moved = sum(one.slots for one in checked), sum(one.moved for one in checked)
    print(  # noqa: T201 - the figures are what a run is for
        f"{len(checked)} zones, {len(TIMES)} times, 3 years: {total:,} slots, {moved} of them after a gap"
    )
    assert [one for one in checked if one.wrong] == []


def test_apscheduler_s_own_triggers_would_not_do() -> None:
    """Why it is the alarm clock and no more: for the record, how many days of a year it gets wrong."""
    zone, wrong, days = ZoneInfo("Europe/Berlin"), 0, 0
    for moment in TIMES:
        fired = Counter(_fired(CronTrigger(hour=moment.hour, minute=moment.minute, timezone=zone), zone))
        year = [date(2025, 1, 2) + timedelta(days=number) for number in range(363)]
        wrong += sum(fired[day] != 1 for day in year)
        days += len(year)
    print(f"APScheduler alone in Berlin in 2025: wrong on {wrong} of {days:,} days")  # noqa: T201 - likewise
    assert wrong > 0


def _fired(trigger: CronTrigger, zone: ZoneInfo) -> Iterator[date]:
    """The local dates on which it fires."""
    previous, now = None, START
    while now.year == START.year:
        previous = trigger.get_next_fire_time(previous, now)
        now = previous.astimezone(UTC)
        yield now.astimezone(zone).date()
        now += timedelta(microseconds=1)
