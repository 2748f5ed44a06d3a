"""Exactly one slot for each local date and time of day, however the clocks change."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice, pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.plans import Timetable
from bot.schedule.slots import Slot, instant, longest_pause, slots

BERLIN = ZoneInfo("Europe/Berlin")
QUARTER = timedelta(minutes=15)
TIMES = tuple(
    time(hour, minute) for hour, minute in [(0, 0), (0, 30), (1, 15), (2, 0), (2, 30), (3, 0), (9, 0), (23, 45)]
)

ZONES = [
    ("Europe/Berlin", 2025),
    ("America/New_York", 2025),
    ("America/Havana", 2025),  # changes at midnight
    ("America/Santiago", 2025),  # back at midnight, into the day before
    ("America/Nuuk", 2024),  # forward over midnight
    ("Africa/Cairo", 2024),  # forward at midnight
    ("Africa/Casablanca", 2025),  # back for Ramadan
    ("Australia/Lord_Howe", 2025),  # by half an hour
    ("Pacific/Chatham", 2025),  # three quarters past the hour
    ("Pacific/Apia", 2011),  # without a 30 December 2011
    ("Asia/Kolkata", 2025),
    ("UTC", 2025),
]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str) -> Slot:
    return Slot(datetime.fromisoformat(text))


def walked(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[Slot, datetime]]:
    """The slots of TIMES as a clock on the wall meets them, walked by the quarter of an hour."""
    shown = start.astimezone(zone).replace(tzinfo=None)
    days = (shown.date() + timedelta(days=number) for number in count())
    wall = (datetime.combine(day, moment) for day in days for moment in TIMES)
    ahead = next(local for local in wall if local > shown)
    for step in range((end - start) // QUARTER):
        now = start + QUARTER * (step + 1)
        while ahead <= now.astimezone(zone).replace(tzinfo=None):
            yield Slot(ahead), now
            ahead = next(wall)


@pytest.mark.parametrize(("name", "year"), ZONES)
def test_slots_are_those_that_a_clock_on_the_wall_meets_in_two_years(name: str, year: int) -> None:
    zone = ZoneInfo(name)
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 2, 1, 1, tzinfo=UTC)
    timetable = Timetable(zone, at=TIMES)
    found = list(takewhile(lambda pair: pair[1] <= end, slots(timetable, start)))
    assert found == list(walked(zone, start, end))
    by_date = Counter(slot.local.date() for slot, _ in found)
    whole = [date.fromordinal(number) for number in range(min(by_date).toordinal() + 1, max(by_date).toordinal())]
    assert [by_date[day] for day in whole] == [len(TIMES)] * len(whole)


@pytest.mark.parametrize(
    ("slot", "when"),
    [
        ("2026-11-22T09:00", "2026-11-22T08:00"),
        ("2027-03-28T02:30", "2027-03-28T01:00"),  # skipped: the first instant after the gap
        ("2027-03-28T02:00", "2027-03-28T01:00"),
        ("2027-03-28T03:00", "2027-03-28T01:00"),
        ("2026-10-25T02:30", "2026-10-25T00:30"),  # comes twice: the first
        ("2026-10-25T03:00", "2026-10-25T02:00"),
    ],
)
def test_a_slot_means_one_instant(slot: str, when: str) -> None:
    assert instant(local(slot), BERLIN) == utc(when)


def test_a_slot_is_named_by_its_local_date_and_time() -> None:
    assert local("2026-11-22T09:00").key == "2026-11-22T09:00"
    assert Slot.parse("2026-11-22T09:00") == local("2026-11-22T09:00")


def test_a_daily_slot_is_not_left_out_on_the_day_after_a_change() -> None:
    found = islice(slots(Timetable(BERLIN, at=(time(0, 30),)), utc("2025-03-29T12:00")), 3)
    assert [slot.key for slot, _ in found] == ["2025-03-30T00:30", "2025-03-31T00:30", "2025-04-01T00:30"]


def test_a_slot_of_the_hour_that_comes_twice_is_not_met_again_in_its_second_pass() -> None:
    second_pass = utc("2026-10-25T01:10")
    slot, _ = next(slots(Timetable(BERLIN, at=(time(2, 30),)), second_pass))
    assert slot.key == "2026-10-26T02:30"


def test_slots_of_one_gap_share_its_end_and_keep_their_names() -> None:
    found = islice(slots(Timetable(BERLIN, at=(time(2, 15), time(2, 45))), utc("2027-03-28T00:59")), 2)
    assert [(slot.key, when) for slot, when in found] == [
        ("2027-03-28T02:15", utc("2027-03-28T01:00")),
        ("2027-03-28T02:45", utc("2027-03-28T01:00")),
    ]


def test_only_the_days_given_have_slots() -> None:
    found = islice(slots(Timetable(BERLIN, at=(time(9),), days=frozenset({0, 4})), utc("2026-11-22T12:00")), 3)
    assert [f"{slot.local:%a %d}" for slot, _ in found] == ["Mon 23", "Fri 27", "Mon 30"]


def test_times_given_twice_or_out_of_order_are_one_slot_each_and_rise() -> None:
    found = islice(slots(Timetable(BERLIN, at=(time(18), time(9), time(18))), utc("2026-11-22T00:00")), 3)
    assert [slot.key[-5:] for slot, _ in found] == ["09:00", "18:00", "09:00"]


def test_a_cron_line_is_walked_by_the_clock_on_the_wall() -> None:
    found = islice(slots(Timetable(BERLIN, cron="*/30 * * * *"), utc("2026-10-24T23:45")), 6)
    assert [(slot.key[-5:], when) for slot, when in found] == [
        ("02:00", utc("2026-10-25T00:00")),
        ("02:30", utc("2026-10-25T00:30")),
        ("03:00", utc("2026-10-25T02:00")),
        ("03:30", utc("2026-10-25T02:30")),
        ("04:00", utc("2026-10-25T03:00")),
        ("04:30", utc("2026-10-25T03:30")),
    ]


def test_a_timetable_without_days_has_no_slots() -> None:
    assert next(slots(Timetable(BERLIN, at=(time(9),), days=frozenset()), utc("9990-01-01T00:00")), None) is None


DECADE = utc("2020-01-01"), utc("2030-01-01")
instants = st.integers(*(int(edge.timestamp()) for edge in DECADE)).map(lambda at: datetime.fromtimestamp(at, UTC))
zones = st.sampled_from([ZoneInfo(name) for name, _ in ZONES])
timetables = st.one_of(
    st.builds(
        Timetable,
        zones,
        at=st.lists(st.times().map(lambda at: at.replace(second=0, microsecond=0)), min_size=1, max_size=3).map(tuple),
        days=st.frozensets(st.integers(0, 6), min_size=1),
    ),
    st.builds(Timetable, zones, cron=st.sampled_from(["0 * * * *", "*/15 2 * * *", "30 1 1,15 * mon", "0 9 * * 1-5"])),
)


@settings(max_examples=50)
@given(timetables, instants)
def test_slots_rise_strictly_and_their_instants_never_fall(timetable: Timetable, after: datetime) -> None:
    found = list(islice(slots(timetable, after), 20))
    assert all(when > after for _, when in found)
    assert all(one[0] < two[0] and one[1] <= two[1] for one, two in pairwise(found))


@settings(max_examples=50)
@given(timetables, instants, st.integers(0, 19))
def test_starting_anew_at_any_instant_leaves_nothing_out_and_repeats_nothing(
    timetable: Timetable, after: datetime, number: int
) -> None:
    found = list(islice(slots(timetable, after), 20))
    middle = found[number][1]
    later = [pair for pair in found if pair[1] > middle]
    assert list(islice(slots(timetable, middle), len(later))) == later


@pytest.mark.parametrize(
    ("timetable", "pause"),
    [
        (Timetable(BERLIN, at=(time(9),)), timedelta(days=1)),
        (Timetable(BERLIN, at=(time(9), time(18))), timedelta(hours=15)),
        (Timetable(BERLIN, at=(time(9),), days=frozenset(range(5))), timedelta(days=3)),
        (Timetable(BERLIN, at=(time(9),), days=frozenset({6})), timedelta(days=7)),
        (Timetable(BERLIN, cron="0 9 1 * *"), timedelta(days=31)),
        (Timetable(BERLIN, cron="0 * * * 1-5"), timedelta(days=2, hours=1)),
    ],
)
def test_the_longest_pause_is_the_longest_between_two_fire_times(timetable: Timetable, pause: timedelta) -> None:
    assert longest_pause(timetable) == pause


def test_a_timetable_of_one_single_time_has_no_pause() -> None:
    assert longest_pause(Timetable(BERLIN, at=(time(9),), days=frozenset())) == timedelta(0)


def test_slots_end_with_the_calendar() -> None:
    last = list(slots(Timetable(ZoneInfo("UTC"), at=(time(9),)), utc("9999-12-29T12:00")))
    assert [slot.local.date() for slot, _ in last] == [date(9999, 12, 30)]
