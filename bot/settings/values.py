"""Single values of the configuration, each from what YAML gives; ValueError says what is wrong with it."""

import re
from datetime import datetime, time, timedelta
from difflib import get_close_matches
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from bot.durations import duration_text, parse_duration
from bot.schedule.cron import cron_fault
from bot.settings.secrets import redact

SINCE_LAST = "since-last"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

TIME_PATTERN = r"^([01]?\d|2[0-3]):[0-5]\d$"
DIGEST_PATTERN = r"^[a-z0-9][a-z0-9-]{0,63}$"
COMMAND_PATTERN = r"^[a-z][a-z0-9_]{0,31}$"
"""What both platforms take: https://core.telegram.org/bots/api#botcommand, and Slack takes more."""
CHAT_PATTERN = r"^(-?[1-9][0-9]{0,14}|@[A-Za-z][A-Za-z0-9_]{3,31})$"
CHANNEL_PATTERN = r"^[CDGUW][A-Z0-9]{7,}$"
SLACK_THREAD_PATTERN = r"^\d{10,}\.\d{6}$"

_DAY_NUMBERS = {name: number for number, day in enumerate(DAYS) for name in (day, day[:3])}
_NO_ZONES = {"localtime", "Factory", "posixrules", "leapseconds"}
"""Files beside the zones, which `available_timezones` names as well."""
_CHAT_BITS = 52
"""Telegram's ids are whole numbers of at most so many bits: https://core.telegram.org/bots/api#chat"""


def shown(value: Any, longest: int = 60) -> str:
    """A value as a message shows it: in quotes, no longer than a line, without a token in it."""
    text = redact(repr(value))
    return text if len(text) <= longest else f"{text[:longest]}…"


def _matched(value: Any, pattern: str, noun: str) -> str:
    if isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII):
        return value
    raise ValueError(f"{shown(value)} is not {noun}")


@cache
def zone_names() -> frozenset[str]:
    """Every time zone of this machine and of the tzdata package."""
    return frozenset(available_timezones() - _NO_ZONES)


def zone(value: Any) -> ZoneInfo:
    """A time zone by its name; never tried out, for `ZoneInfo` opens whatever file a name leads to."""
    if isinstance(value, str) and value in zone_names():
        return ZoneInfo(value)
    names = {name.lower(): name for name in zone_names()}
    near = get_close_matches(str(value)[:100].lower(), names, 1)
    raise ValueError(f"{shown(value)} is not a time zone" + (f", the nearest is {names[near[0]]!r}" if near else ""))


def time_of_day(value: Any) -> time:
    """`09:00`, to the minute."""
    return datetime.strptime(_matched(value, TIME_PATTERN, "a time of day such as 09:00"), "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone


def weekdays(value: Any) -> frozenset[int]:
    """One day, `mon` or `Monday`, or a range of them, `mon-fri` or `sat-mon`; Monday is 0."""
    ends = [_DAY_NUMBERS.get(part.strip().lower()) for part in value.split("-")] if isinstance(value, str) else []
    match ends:
        case [int(day)]:
            return frozenset({day})
        case [int(first), int(last)]:
            return frozenset((first + number) % 7 for number in range((last - first) % 7 + 1))
        case _:
            raise ValueError(f"{shown(value)} is not a day (mon … sun) or a range of days (mon-fri)")


def cron_line(value: Any) -> str:
    """Five fields, read as cron reads them."""
    if not isinstance(value, str):
        raise ValueError(f"{shown(value)} is not a cron line")  # noqa: TRY004 - what all values raise
    if fault := cron_fault(value):
        raise ValueError(fault)
    return " ".join(value.split())


def duration(value: Any, *, least: timedelta) -> timedelta:
    """A span of time no shorter than `least`."""
    if not isinstance(value, str):
        raise ValueError(f"{shown(value)} is not a duration such as 90m, 24h or 7d")  # noqa: TRY004 - likewise
    span = parse_duration(value)
    if span < least:
        raise ValueError(f"{value!r} is shorter than {duration_text(least)}")
    return span


def window(value: Any) -> timedelta | None:
    """How far back a digest reaches; None for `since-last`."""
    return None if value == SINCE_LAST else duration(value, least=timedelta(minutes=1))


def store_url(value: Any) -> str:
    """`sqlite:///FILE` or `postgresql://USER@HOST/NAME`."""
    text = value if isinstance(value, str) else ""
    try:
        parts = urlsplit(text)
        known = (parts.scheme == "sqlite" and text.startswith("sqlite:///") and len(parts.path) > 1) or (
            parts.scheme == "postgresql" and len(parts.path) > 1 and parts.port != 0
        )
    except ValueError:  # a port that is none, or half a bracket
        known = False
    if not known:
        raise ValueError(f"{shown(value)} is not sqlite:///FILE or postgresql://USER@HOST/NAME")
    return text


def web_url(value: Any) -> str:
    """An http(s) address with a host, without a slash at its end."""
    text = value if isinstance(value, str) else ""
    try:
        parts = urlsplit(text)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known or not text.isprintable() or " " in text:
        raise ValueError(f"{shown(value)} is not an http(s) address")
    return text.rstrip("/")


def git_url(value: Any) -> str:
    """Whatever git takes as a repository, but for what it would take as an option or a command."""
    if not isinstance(value, str) or not value or value.startswith(("-", "ext::")):
        raise ValueError(f"{shown(value)} is not a git repository")
    return value


def branch(value: Any) -> str:
    """A branch's name."""
    return _matched(value, r"[^\s~^:?*\[\\-][^\s~^:?*\[\\]*", "a branch")


def digest_name(value: Any) -> str:
    """A digest's name: part of an edition's identity, and typed on command lines."""
    return _matched(value, DIGEST_PATTERN, "a digest's name (a to z, 0 to 9 and -)")


def command_name(value: Any) -> str:
    """What a command is called in the chats, without its slash."""
    return _matched(value, COMMAND_PATTERN, "a command's name (a to z, 0 to 9 and _)")


def telegram_address(value: Any) -> str:
    """A chat's id, or a channel's or group's `@name`; Telegram takes no other."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < abs(value) < 2**_CHAT_BITS:
        return str(value)
    return _matched(value, CHAT_PATTERN, "a chat id or @name")


def slack_address(value: Any) -> str:
    """A channel's id; names can change hands."""
    return _matched(value, CHANNEL_PATTERN, "a channel id such as C0123456789")


def slack_thread(value: Any) -> str:
    """The `ts` of a thread's first message; without quotes YAML makes a number of it."""
    text = f"{value:.6f}" if isinstance(value, float) else value
    return _matched(text, SLACK_THREAD_PATTERN, "a message's ts such as 1712345678.123456")


def http_path(value: Any) -> str:
    """The path of a web address."""
    return _matched(value, r"/[\w./~-]*", "a path such as /slack/events")


def text(value: Any) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("is empty" if value is None or value == "" else f"{shown(value)} is not a text")
    return value
