"""Instants as people read them: how long ago, and date and time in the reader's zone."""

from datetime import datetime, tzinfo


def age(published: datetime, now: datetime, zone: tzinfo) -> str:
    """How long ago, for a week; then the date."""
    seconds = int((now - published).total_seconds())
    for unit, length, end in (("min", 60, 3600), ("h", 3600, 86_400), ("d", 86_400, 7 * 86_400)):
        if seconds < end:
            return f"{seconds // length} {unit} ago" if seconds >= length else "just now"
    return date(published, zone)


def date(instant: datetime, zone: tzinfo) -> str:
    """`22 Nov 2026`."""
    local = _local(instant, zone)
    return f"{local.day} {local:%b} {local.year}"


def long_date(instant: datetime, zone: tzinfo) -> str:
    """`Sun 22 Nov 2026`."""
    return f"{_local(instant, zone):%a} {date(instant, zone)}"


def clock_time(instant: datetime, zone: tzinfo) -> str:
    """`09:00`."""
    return f"{_local(instant, zone):%H:%M}"


def _local(instant: datetime, zone: tzinfo) -> datetime:
    try:
        return instant.astimezone(zone)
    except OverflowError:  # the first and the last day that dates can say
        return instant
