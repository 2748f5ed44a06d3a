"""Single values are what an admin would expect them to be, or say what they are not."""

from collections.abc import Callable
from contextlib import suppress
from datetime import time, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import values

A_MINUTE_AT_LEAST = partial(values.duration, least=timedelta(minutes=1))


@pytest.mark.parametrize(
    ("read", "written", "meant"),
    [
        (values.time_of_day, "09:00", time(9)),
        (values.time_of_day, "9:05", time(9, 5)),
        (values.time_of_day, "23:59", time(23, 59)),
        (values.weekdays, "mon", frozenset({0})),
        (values.weekdays, "Sunday", frozenset({6})),
        (values.weekdays, "mon-fri", frozenset(range(5))),
        (values.weekdays, "SAT - Mon", frozenset({5, 6, 0})),
        (values.weekdays, "mon-mon", frozenset({0})),
        (values.cron_line, " 0  9 * * 1-5 ", "0 9 * * 1-5"),
        (A_MINUTE_AT_LEAST, "1m", timedelta(minutes=1)),
        (values.window, "24h", timedelta(hours=24)),
        (values.window, "since-last", None),
        (values.store_url, "sqlite:///heatwire.db", "sqlite:///heatwire.db"),
        (values.store_url, "sqlite:////var/lib/heatwire.db", "sqlite:////var/lib/heatwire.db"),
        (values.store_url, "postgresql://u:p@h:5432/heatwire", "postgresql://u:p@h:5432/heatwire"),
        (values.web_url, "https://api.telegram.org", "https://api.telegram.org"),
        (values.web_url, "http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        (values.git_url, "https://example.org/archive.git", "https://example.org/archive.git"),
        (values.git_url, "git@example.org:archive.git", "git@example.org:archive.git"),
        (values.branch, "feature/heat", "feature/heat"),
        (values.digest_name, "ai-morning", "ai-morning"),
        (values.command_name, "nachrichten", "nachrichten"),
        (values.telegram_address, -1001234567890, "-1001234567890"),
        (values.telegram_address, "-1001234567890", "-1001234567890"),
        (values.telegram_address, "@heatwire_news", "@heatwire_news"),
        (values.slack_address, "C0123456789", "C0123456789"),
        (values.slack_thread, "1712345678.123456", "1712345678.123456"),
        (values.slack_thread, 1712345678.12345, "1712345678.123450"),  # as YAML reads it without quotes
        (values.http_path, "/slack/events", "/slack/events"),
        (values.text, "a", "a"),
    ],
)
def test_a_value_is_read(read: Callable[[Any], Any], written: Any, meant: Any) -> None:
    assert read(written) == meant


@pytest.mark.parametrize(
    ("read", "written", "fault"),
    [
        (values.time_of_day, "24:00", "'24:00' is not a time of day such as 09:00"),
        (values.time_of_day, 540, "540 is not a time of day such as 09:00"),
        (values.time_of_day, "09:00:30", "'09:00:30' is not a time of day such as 09:00"),
        (values.weekdays, "mo", "'mo' is not a day (mon … sun) or a range of days (mon-fri)"),
        (values.weekdays, "mon-tue-wed", "'mon-tue-wed' is not a day (mon … sun) or a range of days (mon-fri)"),
        (values.weekdays, "mon-xyz", "'mon-xyz' is not a day (mon … sun) or a range of days (mon-fri)"),
        (values.weekdays, 1, "1 is not a day (mon … sun) or a range of days (mon-fri)"),
        (values.cron_line, "every day", "'every day' is not a cron line"),
        (values.cron_line, 9, "9 is not a cron line"),
        (A_MINUTE_AT_LEAST, "59s", "'59s' is shorter than 1m"),
        (A_MINUTE_AT_LEAST, "tomorrow", "'tomorrow' is not a duration such as 90m, 24h or 7d"),
        (A_MINUTE_AT_LEAST, 24, "24 is not a duration such as 90m, 24h or 7d"),
        (values.zone, "Europe/Berln", "'Europe/Berln' is not a time zone, the nearest is 'Europe/Berlin'"),
        (values.zone, "europe/berlin", "'europe/berlin' is not a time zone, the nearest is 'Europe/Berlin'"),
        (values.zone, "localtime", "'localtime' is not a time zone"),
        (values.zone, "../../etc/passwd", "'../../etc/passwd' is not a time zone"),
        (values.zone, 1, "1 is not a time zone"),
        (values.store_url, "mysql://x/y", "'mysql://x/y' is not sqlite:///FILE or postgresql://USER@HOST/NAME"),
        (values.store_url, "sqlite://", "'sqlite://' is not sqlite:///FILE or postgresql://USER@HOST/NAME"),
        (values.store_url, "sqlite://a/b", "'sqlite://a/b' is not sqlite:///FILE or postgresql://USER@HOST/NAME"),
        (values.store_url, "postgresql://h", "'postgresql://h' is not sqlite:///FILE or postgresql://USER@HOST/NAME"),
        (
            values.store_url,
            "postgresql://h:x/d",
            "'postgresql://h:x/d' is not sqlite:///FILE or postgresql://USER@HOST/NAME",
        ),
        (values.store_url, 5, "5 is not sqlite:///FILE or postgresql://USER@HOST/NAME"),
        (values.web_url, "ftp://h", "'ftp://h' is not an http(s) address"),
        (values.web_url, "https://", "'https://' is not an http(s) address"),
        (values.web_url, "https://h:99999", "'https://h:99999' is not an http(s) address"),
        (values.web_url, "https://h/a b", "'https://h/a b' is not an http(s) address"),
        (values.web_url, "https://h/\x00", "'https://h/\\x00' is not an http(s) address"),
        (values.web_url, None, "None is not an http(s) address"),
        (values.git_url, "--upload-pack=touch x", "'--upload-pack=touch x' is not a git repository"),
        (values.git_url, "ext::sh -c x", "'ext::sh -c x' is not a git repository"),
        (values.git_url, "", "'' is not a git repository"),
        (values.branch, "-x", "'-x' is not a branch"),
        (values.branch, "a b", "'a b' is not a branch"),
        (values.digest_name, "AI", "'AI' is not a digest's name (a to z, 0 to 9 and -)"),
        (values.command_name, "/latest", "'/latest' is not a command's name (a to z, 0 to 9 and _)"),
        (values.telegram_address, 0, "0 is not a chat id or @name"),
        (values.telegram_address, True, "True is not a chat id or @name"),
        (values.telegram_address, 2**52, "4503599627370496 is not a chat id or @name"),
        (values.telegram_address, "heatwire", "'heatwire' is not a chat id or @name"),
        (values.slack_address, "#general", "'#general' is not a channel id such as C0123456789"),
        (values.slack_thread, 7, "7 is not a message's ts such as 1712345678.123456"),
        (values.http_path, "slack", "'slack' is not a path such as /slack/events"),
        (values.text, "", "is empty"),
        (values.text, None, "is empty"),
        (values.text, " ", "' ' is not a text"),
        (values.text, 5, "5 is not a text"),
    ],
)
def test_a_value_that_cannot_be_is_told(read: Callable[[Any], Any], written: Any, fault: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text is compared
        read(written)
    assert str(caught.value) == fault


def test_every_zone_is_taken_by_its_name() -> None:
    assert all(values.zone(name).key == name for name in values.zone_names())


def test_a_long_value_is_shown_in_short() -> None:
    assert values.shown("a" * 100) == f"'{'a' * 59}…"


def test_a_token_is_never_shown() -> None:
    assert values.shown("123456789:AAEabcdefghijklmnopqrstuvwxyz0123456") == "'***'"


READERS = [
    values.zone,
    values.time_of_day,
    values.weekdays,
    values.cron_line,
    values.window,
    values.store_url,
    values.web_url,
    values.git_url,
    values.branch,
    values.telegram_address,
    values.slack_thread,
    values.text,
]
plain = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.lists(st.integers(), max_size=2)
)


@given(st.sampled_from(READERS), plain)
def test_whatever_is_written_is_read_or_refused(read: Callable[[Any], Any], written: Any) -> None:
    with suppress(ValueError):
        read(written)
