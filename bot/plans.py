"""What an admin planned: a digest's content, its timetable and where it goes."""

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.delivery.delivery import Destination
from digests.digest import DigestSpec

EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a digest is due, in the wall-clock time of its zone: times of day on days, or a cron line."""

    timezone: ZoneInfo
    at: tuple[time, ...] = ()
    """Times of day, to the minute; empty where `cron` is given."""
    days: frozenset[int] = EVERY_DAY
    """Days for `at`: Monday is 0, Sunday 6."""
    cron: str | None = None
    """Five fields, read as cron reads them."""
    lateness: timedelta = timedelta(hours=3)
    """How long after its time an edition is still sent; later, it is recorded as missed."""


class OnEmpty(StrEnum):
    """What happens on a day without a single article."""

    SKIP = "skip"
    SAY = "say"


@dataclass(frozen=True, slots=True)
class DigestPlan:
    """One entry of `digests:` in the configuration."""

    name: str
    title: str
    """For people; the name, unless the admin gave another."""
    spec: DigestSpec
    timetable: Timetable
    to: tuple[Destination, ...]
    since_last: bool = False
    """`window: since-last`: reach back to the last published edition; `spec.window` counts for the first one."""
    on_empty: OnEmpty = OnEmpty.SKIP
    link_previews: bool = False
