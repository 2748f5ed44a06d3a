"""Cron lines are read as cron reads them."""

from datetime import datetime
from itertools import islice

import pytest

from bot.schedule.cron import cron_fault, wall_times

SUNDAY = datetime.fromisoformat("2026-11-22")


def first(line: str, count: int = 3, start: datetime = SUNDAY) -> list[str]:
    return [f"{time:%a %d %b %H:%M}" for time in islice(wall_times(line, start), count)]


@pytest.mark.parametrize("day", ["0", "7", "sun", "SUN"])
def test_sunday_is_both_zero_and_seven(day: str) -> None:
    assert first(f"0 9 * * {day}", 2) == ["Sun 22 Nov 09:00", "Sun 29 Nov 09:00"]


def test_one_to_five_is_monday_to_friday() -> None:
    week = first("0 9 * * 1-5", 6)
    assert [day[:3] for day in week] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Mon"]


def test_a_day_of_month_or_a_weekday_is_enough_where_both_are_given() -> None:
    assert first("0 9 24 * mon") == ["Mon 23 Nov 09:00", "Tue 24 Nov 09:00", "Mon 30 Nov 09:00"]


def test_a_star_in_either_day_field_leaves_the_choice_to_the_other() -> None:
    assert first("0 9 */2 * mon", 2) == ["Mon 23 Nov 09:00", "Mon 07 Dec 09:00"]


def test_steps_ranges_and_lists_are_understood() -> None:
    assert first("*/20 8-9,17 * * *", 7) == [
        *(f"Sun 22 Nov 08:{minute}" for minute in ("00", "20", "40")),
        *(f"Sun 22 Nov 09:{minute}" for minute in ("00", "20", "40")),
        "Sun 22 Nov 17:00",
    ]


def test_the_start_itself_is_not_among_the_times() -> None:
    assert first("0 9 * * *", 1, datetime.fromisoformat("2026-11-22T09:00")) == ["Mon 23 Nov 09:00"]


@pytest.mark.parametrize(
    ("line", "time"),
    [
        ("@hourly", "Sun 22 Nov 01:00"),
        ("@daily", "Mon 23 Nov 00:00"),
        ("@midnight", "Mon 23 Nov 00:00"),
        ("@Weekly", "Sun 29 Nov 00:00"),
        ("@monthly", "Tue 01 Dec 00:00"),
        ("@yearly", "Fri 01 Jan 00:00"),
        ("@annually", "Fri 01 Jan 00:00"),
    ],
)
def test_nicknames_mean_what_crontab_says(line: str, time: str) -> None:
    assert first(line, 1) == [time]


@pytest.mark.parametrize("line", ["0 9 * * *", "@daily", "0 0 29 2 *", "0 9 L * *", "0 9 * * fri#2", "59 23 31 12 7"])
def test_a_good_line_has_no_fault(line: str) -> None:
    assert cron_fault(line) is None


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("every day", "'every day' is not a cron line"),
        ("", "'' is not a cron line"),
        ("@reboot", "'@reboot' is not a cron line"),
        ("0 9 * *", "'0 9 * *' is not a cron line"),
        ("0 0 9 * * *", "'0 0 9 * * *' is not a cron line"),
        ("60 9 * * *", "'60 9 * * *' is not a cron line: bad minute"),
        ("0 24 * * *", "'0 24 * * *' is not a cron line: bad hour"),
        ("0 9 0 * *", "'0 9 0 * *' is not a cron line: bad day-of-month"),
        ("0 9 * 13 *", "'0 9 * 13 *' is not a cron line: bad month"),
        ("0 9 * * 8", "'0 9 * * 8' is not a cron line: bad day-of-week"),
        ("0 9 * * fri-mon", "'0 9 * * fri-mon' is not a cron line: bad day-of-week"),
        ("0/0 9 * * *", "'0/0 9 * * *' is not a cron line: bad minute"),
        ("0 9 31 2 *", "'0 9 31 2 *' is not a cron line: bad day-of-month"),
        ("0 9 */30 2 mon#2", "'0 9 */30 2 mon#2' never comes"),
    ],
)
def test_a_bad_line_is_told_with_its_fault(line: str, fault: str) -> None:
    assert cron_fault(line) == fault


def test_a_line_of_endless_digits_is_no_cron_line() -> None:
    assert "is not a cron line" in str(cron_fault("9" * 5000 + " 9 * * *"))
