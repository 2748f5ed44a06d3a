"""Spans of time are read and written as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.durations import duration_text, parse_duration


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30s", timedelta(seconds=30)),
        ("5m", timedelta(minutes=5)),
        ("90m", timedelta(minutes=90)),
        ("24h", timedelta(hours=24)),
        ("160h", timedelta(hours=160)),
        ("7d", timedelta(days=7)),
        ("1w", timedelta(weeks=1)),
        ("1h30m", timedelta(minutes=90)),
        ("0m", timedelta(0)),
    ],
)
def test_a_duration_is_a_number_and_its_unit(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize("text", ["", "24", "h", "24 h", "-1h", "1.5h", "1m1h", "1h1h", "24H", "٢h", "999999d", "1h\n"])
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration such as 90m, 24h or 7d"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["36501d", "99999w99999d", "5215w"])
def test_no_duration_leads_out_of_the_calendar(text: str) -> None:
    with pytest.raises(ValueError, match=f"'{text}' is longer than 36500d"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(0), "0s"),
        (timedelta(seconds=59.9), "59s"),
        (timedelta(minutes=5), "5m"),
        (timedelta(minutes=90), "1h30m"),
        (timedelta(days=1), "24h"),
        (timedelta(hours=47), "47h"),
        (timedelta(days=2), "2d"),
        (timedelta(days=7), "7d"),
        (timedelta(hours=160), "6d16h"),
    ],
)
def test_a_duration_is_told_in_hours_up_to_two_days_and_in_days_from_then_on(span: timedelta, text: str) -> None:
    assert duration_text(span) == text


@given(st.integers(0, 3_000_000_000))
def test_what_is_written_is_read_back(seconds: int) -> None:
    span = timedelta(seconds=seconds)
    assert parse_duration(duration_text(span)) == span
