"""Why an edition is empty or was missed, in words for people."""

from datetime import datetime

from bot.durations import duration_text
from bot.plans import DigestPlan, OnEmpty
from bot.publishing.results import EditionReason
from bot.schedule.due import Missed


def empty(plan: DigestPlan, reason: EditionReason, since: datetime) -> str:
    """`no new article since 2026-11-21 09:00`, as the clocks of the plan's zone say."""
    said = ", and said so" if plan.on_empty is OnEmpty.SAY else ""
    if reason is EditionReason.UNKNOWN_TOPICS:
        return f"nobody knows {' or '.join(f'“{topic}”' for topic in plan.spec.topics)}{said}"
    if reason is EditionReason.ALL_SENT_BEFORE:
        return f"all that is new since {_local(plan, since)} was sent before{said}"
    return f"no new article since {_local(plan, since)}{said}"


def missed(plan: DigestPlan, late: Missed, now: datetime, unnamed_from: datetime | None) -> str:
    """`4h late, 3h allowed`, or by which slot it was overtaken; and from when on there are others like it."""
    if late.overtaken_by is None:
        detail = f"{duration_text(now - late.instant)} late, {duration_text(plan.timetable.lateness)} allowed"
    else:
        detail = f"overtaken by {late.overtaken_by.key}"
    return detail if unnamed_from is None else f"{detail}; so were all before it since {_local(plan, unnamed_from)}"


def _local(plan: DigestPlan, instant: datetime) -> str:
    return f"{instant.astimezone(plan.timetable.timezone):%Y-%m-%d %H:%M}"
