"""Instants as people read them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from digests.rendering.dates import age, clock_time, date, long_date
from tests.builders import BERLIN, NOW


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(hours=-1), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=1), "1 h ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(days=1), "1 d ago"),
        (timedelta(days=6, hours=23), "6 d ago"),
        (timedelta(days=7), "15 Nov 2026"),
    ],
)
def test_an_age_is_told_in_its_largest_unit_and_then_as_a_date(before: timedelta, said: str) -> None:
    assert age(NOW - before, NOW, UTC) == said


def test_dates_and_times_are_those_of_the_readers_zone() -> None:
    instant = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert date(instant, BERLIN) == "23 Nov 2026"
    assert long_date(instant, BERLIN) == "Mon 23 Nov 2026"
    assert clock_time(instant, BERLIN) == "00:30"


def test_the_first_day_of_all_has_a_date_in_every_zone() -> None:
    assert date(datetime(1, 1, 1, tzinfo=UTC), timezone(timedelta(hours=-12))) == "1 Jan 1"
