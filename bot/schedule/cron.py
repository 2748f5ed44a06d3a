"""Cron lines, read as cron reads them: the one door to cronsim."""

from collections.abc import Iterator
from datetime import datetime

from cronsim import CronSim, CronSimError

_FIELDS = 5
_LONGEST = 200
"""Characters; no line that a person wrote is longer, and cronsim reads numbers of any length."""

_NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
"""crontab(5)'s own; `@reboot` is no time."""

_SOME_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - a wall-clock time has no zone
"""To look for a first match from: cronsim gives up after 50 years, and 28 hold every calendar there is."""


def wall_times(line: str, start: datetime) -> Iterator[datetime]:
    """The wall-clock times after `start` at which the line fires, rising, all without a zone.

    Sunday is 0 and 7; a day matches by day of month *or* weekday where neither field begins with a star; `L`,
    `LW`, `mon#2` and `5L` are understood. Times are walked without a zone, so that no clock change meddles.
    ValueError where the line is none.
    """
    fields = _NICKNAMES.get(line.strip().lower(), line)
    if len(line) > _LONGEST or len(fields.split()) != _FIELDS:  # with six, cronsim reads seconds
        raise ValueError(f"{line[:_LONGEST]!r} is not a cron line")
    try:
        return CronSim(fields, start.replace(tzinfo=None))
    except CronSimError as error:
        raise ValueError(f"{line!r} is not a cron line: {str(error).lower()}") from error


def cron_fault(line: str) -> str | None:
    """What is wrong with a cron line, or None."""
    try:
        first = next(wall_times(line, _SOME_DAY), None)
    except ValueError as error:
        return str(error)
    return f"{line!r} never comes" if first is None else None
