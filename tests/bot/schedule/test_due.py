"""The latest slot in time is published, older ones are missed, and nothing is ever due twice."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.plans import Timetable
from bot.schedule.due import MISSED_AT_MOST, ClockChange, Due, Missed, clock_changes, due, next_times
from bot.schedule.slots import Slot

BERLIN = ZoneInfo("Europe/Berlin")
DAILY = Timetable(BERLIN, at=(time(9),))
HOURLY = Timetable(BERLIN, cron="0 * * * *")
NOTHING = Due(None, timedelta(0), ())


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


NINE = (Slot(local("2026-11-22T09:00")), utc("2026-11-22T08:00"))


def test_a_slot_is_due_from_its_instant_on() -> None:
    before = due(DAILY, now=utc("2026-11-22T07:59:59"), high_water=utc("2026-11-21T12:00"))
    at = due(DAILY, now=utc("2026-11-22T08:00"), high_water=utc("2026-11-21T12:00"))
    assert (before, at) == (NOTHING, Due(NINE, timedelta(0), ()))


def test_what_the_mark_has_passed_is_not_due_again() -> None:
    assert due(DAILY, now=utc("2026-11-22T08:05"), high_water=utc("2026-11-22T08:00")) == NOTHING


def test_a_clock_set_back_behind_the_mark_makes_nothing_due() -> None:
    assert due(DAILY, now=utc("2026-11-20T08:05"), high_water=utc("2026-11-22T08:00")) == NOTHING


def test_a_slot_met_late_is_published_and_says_how_late() -> None:
    answer = due(DAILY, now=utc("2026-11-22T10:59"), high_water=utc("2026-11-21T12:00"))
    assert answer == Due(NINE, timedelta(hours=2, minutes=59), ())


def test_a_slot_at_the_edge_of_lateness_is_published() -> None:
    assert due(DAILY, now=utc("2026-11-22T11:00"), high_water=utc("2026-11-21T12:00")).publish == NINE


def test_a_slot_that_is_too_late_is_missed_with_its_reason() -> None:
    answer = due(DAILY, now=utc("2026-11-22T12:10"), high_water=utc("2026-11-21T12:00"))
    assert answer.publish is None
    assert answer.missed == (Missed(*NINE),)


def test_of_several_slots_only_the_latest_is_published() -> None:
    answer = due(HOURLY, now=utc("2026-11-22T08:10"), high_water=utc("2026-11-22T05:30"))
    assert answer.publish == NINE
    assert answer.late == timedelta(minutes=10)
    assert answer.missed == (
        Missed(Slot(local("2026-11-22T07:00")), utc("2026-11-22T06:00"), NINE[0]),
        Missed(Slot(local("2026-11-22T08:00")), utc("2026-11-22T07:00"), NINE[0]),
    )
    assert answer.unnamed_from is None


def test_an_hour_that_comes_twice_publishes_once() -> None:
    timetable = Timetable(BERLIN, at=(time(2, 30),))
    first = due(timetable, now=utc("2026-10-25T00:30"), high_water=utc("2026-10-24T12:00"))
    again = due(timetable, now=utc("2026-10-25T01:30"), high_water=utc("2026-10-25T00:30"))
    assert first.publish is not None
    assert (first.publish[0].key, again) == ("2026-10-25T02:30", NOTHING)


def test_an_hour_that_is_skipped_publishes_at_its_end() -> None:
    answer = due(Timetable(BERLIN, at=(time(2, 30),)), now=utc("2027-03-28T01:00"), high_water=utc("2027-03-27T12:00"))
    assert answer.publish == (Slot(local("2027-03-28T02:30")), utc("2027-03-28T01:00"))


@pytest.mark.parametrize("timetable", [Timetable(BERLIN, cron="* * * * *"), HOURLY, DAILY])
def test_after_years_asleep_only_the_latest_missed_slots_are_named(timetable: Timetable) -> None:
    answer = due(timetable, now=utc("2026-11-22T08:00:30"), high_water=utc("1990-01-01T00:00"))
    assert answer.publish == NINE
    assert len(answer.missed) == MISSED_AT_MOST
    assert answer.unnamed_from == utc("1990-01-01T00:00")


@pytest.mark.parametrize(("hours", "named", "all_named"), [(100, 100, True), (101, 100, False)])
def test_a_hundred_missed_slots_are_named_before_one_that_is_published(hours: int, named: int, all_named: bool) -> None:
    now = utc("2026-11-22T08:00:30")
    answer = due(HOURLY, now=now, high_water=now - timedelta(hours=hours + 1))
    assert answer.publish == NINE
    assert len(answer.missed) == named
    assert (answer.unnamed_from is None) is all_named


@pytest.mark.parametrize(("hours", "named", "all_named"), [(100, 100, True), (101, 100, False)])
def test_a_hundred_slots_that_are_too_late_are_named(hours: int, named: int, all_named: bool) -> None:
    now = utc("2026-11-22T08:59:30")
    strict = Timetable(BERLIN, cron="0 * * * *", lateness=timedelta(minutes=30))
    answer = due(strict, now=now, high_water=now - timedelta(hours=hours))
    assert answer.publish is None
    assert len(answer.missed) == named
    assert (answer.unnamed_from is None) is all_named


def test_a_rare_slot_of_long_ago_is_named_all_the_same() -> None:
    yearly = Timetable(BERLIN, cron="@yearly")
    answer = due(yearly, now=utc("2026-11-22T08:00"), high_water=utc("2023-06-01T00:00"))
    assert [missed.slot.key[:4] for missed in answer.missed] == ["2024", "2025", "2026"]


@settings(max_examples=60)
@given(st.lists(st.integers(0, 6 * 3600), max_size=30), st.sampled_from([HOURLY, DAILY]))
def test_looking_at_any_moments_every_slot_is_met_exactly_once(pauses: list[int], timetable: Timetable) -> None:
    start = now = mark = utc("2026-10-24T12:00")
    met: list[Slot] = []
    for pause in pauses:
        now += timedelta(seconds=pause)
        answer = due(timetable, now=now, high_water=mark)
        met += [missed.slot for missed in answer.missed]
        met += [answer.publish[0]] if answer.publish else []
        mark = now
    expected = [slot for slot, instant in next_times(timetable, start, 200) if instant <= now]
    assert met == expected


def test_the_next_times_are_those_after_now() -> None:
    assert [slot.key for slot, _ in next_times(DAILY, utc("2026-11-22T08:00"), 2)] == [
        "2026-11-23T09:00",
        "2026-11-24T09:00",
    ]


def test_the_clocks_of_berlin_change_twice_a_year() -> None:
    assert clock_changes(BERLIN, utc("2026-11-22T08:00:00.5"), days=365) == (
        ClockChange(utc("2027-03-28T01:00"), local("2027-03-28T02:00"), local("2027-03-28T03:00")),
        ClockChange(utc("2027-10-31T01:00"), local("2027-10-31T03:00"), local("2027-10-31T02:00")),
    )


def test_a_clock_change_says_how_far() -> None:
    forward, back = clock_changes(ZoneInfo("Australia/Lord_Howe"), utc("2026-01-01T00:00"), days=365)
    assert (forward.after - forward.before, back.after - back.before) == (timedelta(minutes=-30), timedelta(minutes=30))


def test_a_zone_without_changes_has_none() -> None:
    assert clock_changes(ZoneInfo("Asia/Kolkata"), utc("2026-11-22T08:00")) == ()


@pytest.mark.parametrize("start", ["2027-03-28T00:59:59.9", "2027-03-27T01:00:00", "2027-03-27T01:00:00.7"])
def test_a_change_is_found_wherever_the_search_begins(start: str) -> None:
    assert [change.instant for change in clock_changes(BERLIN, utc(start), days=2)] == [utc("2027-03-28T01:00")]


def test_a_change_that_has_just_been_is_not_to_come() -> None:
    assert clock_changes(BERLIN, utc("2027-03-28T01:00"), days=2) == ()
