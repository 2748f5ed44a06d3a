"""What an edit of the configuration changed, in plain words and without a secret."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.durations import duration_text
from bot.plans import EVERY_DAY, DigestPlan, Timetable
from bot.schedule.due import next_times
from bot.settings.secrets import redact
from bot.settings.settings import Settings
from bot.settings.values import DAYS, SINCE_LAST
from digests.digest import DigestSpec

NONE = "none"

Words = Mapping[str, str]
"""Settings in plain words, by key."""


def differences(old: Settings, new: Settings, now: datetime) -> tuple[str, ...]:
    """`digests.ai-morning: at 09:00 → 08:30 (next: Mon 23 Nov 08:30 Europe/Berlin)` and its like, in the file's order.

    Empty where nothing changed that the settings tell.
    """
    lines = [f"{key}: {change}" for key, change in _changes(_general(old), _general(new))]
    if old.secrets != new.secrets:
        lines.append("secrets: changed")
    return (*lines, *_digests(old.digests, new.digests, now))


def next_text(timetable: Timetable, now: datetime) -> str:
    """When the timetable comes next, as the clocks of its zone will say: `Mon 23 Nov 08:30 Europe/Berlin`."""
    return ", ".join(local_text(instant, timetable.timezone) for _, instant in next_times(timetable, now, 1)) or "never"


def local_text(instant: datetime, zone: ZoneInfo) -> str:
    """An instant as the clocks of a zone say it: `Mon 23 Nov 08:30 Europe/Berlin`."""
    return f"{instant.astimezone(zone):%a %d %b %H:%M} {zone.key}"


def _changes(old: Words, new: Words) -> Iterator[tuple[str, str]]:
    for key in dict.fromkeys((*old, *new)):
        before, after = old.get(key, NONE), new.get(key, NONE)
        if before != after:
            yield key, f"{before} → {after}"


def _digests(old: Mapping[str, DigestPlan], new: Mapping[str, DigestPlan], now: datetime) -> Iterator[str]:
    for name in dict.fromkeys((*old, *new)):
        if name not in new:
            yield f"digests.{name}: removed"
        elif name not in old:
            yield f"digests.{name}: added (next: {next_text(new[name].timetable, now)})"
        elif old[name] != new[name]:
            yield f"digests.{name}: {_changed(old[name], new[name], now)}"


def _changed(old: DigestPlan, new: DigestPlan, now: datetime) -> str:
    changes = ", ".join(f"{key} {change}" for key, change in _changes(_plan(old), _plan(new)))
    moved = old.timetable != new.timetable
    return f"{changes} (next: {next_text(new.timetable, now)})" if moved else changes


def _general(settings: Settings) -> Words:
    """All but the digests and the secrets."""
    archive, telegram, slack = settings.archive, settings.telegram, settings.slack
    words = {
        "archive.path": _text(archive.path),
        "archive.git": redact(_text(archive.git)),
        "archive.branch": _text(archive.branch),
        "archive.refresh": duration_text(archive.refresh),
        "timezone": settings.timezone.key,
        "store": redact(settings.store),
        "telegram": "not used" if telegram is None else "used",
        "slack": "not used" if slack is None else "used",
    }
    if telegram is not None:
        words["telegram.base_url"] = redact(telegram.base_url)
        words["telegram.messages_per_second"] = str(telegram.messages_per_second)
        words["telegram.log_chat"] = _text(telegram.log_chat)
    if slack is not None:
        words |= {f"slack.{key}": str(getattr(slack, key)) for key in ("base_url", "mode", "host", "port", "path")}
    words |= {"on_unclear": str(settings.on_unclear), "admins": _list(map(str, settings.admins))}
    words |= {f"latest.{key}": text for key, text in _spec(settings.latest).items()}
    words |= {f"commands.{key}": name for key, name in settings.commands.items()}
    return words | {"templates": str(settings.templates), "index": _text(settings.index)}


def _plan(plan: DigestPlan) -> Words:
    timetable, spec = plan.timetable, _spec(plan.spec)
    return {
        "title": plan.title,
        "at": _list(f"{moment:%H:%M}" for moment in timetable.at),
        "days": "every day" if timetable.days == EVERY_DAY else _list(DAYS[day][:3] for day in sorted(timetable.days)),
        "cron": _text(timetable.cron),
        "timezone": timetable.timezone.key,
        "lateness": duration_text(timetable.lateness),
        **spec,
        "window": SINCE_LAST if plan.since_last else spec["window"],
        "on_empty": str(plan.on_empty),
        "link_previews": "on" if plan.link_previews else "off",
        "to": _list(map(str, plan.to)),
    }


def _spec(spec: DigestSpec) -> Words:
    half_life = spec.weights.half_life
    return {
        "topics": _list(spec.topics),
        "window": duration_text(spec.window),
        "limit": str(spec.limit),
        "types": _list(spec.types),
        "min_heat": _text(spec.min_heat),
        "min_quality": _text(spec.min_quality),
        "per_provider": _text(spec.per_provider),
        "weights.heat": f"{spec.weights.heat:g}",
        "weights.quality": f"{spec.weights.quality:g}",
        "weights.half_life": NONE if half_life is None else duration_text(half_life),
    }


def _text(value: object) -> str:
    return NONE if value is None else str(value)


def _list(texts: Iterable[str]) -> str:
    return ", ".join(texts) or NONE
