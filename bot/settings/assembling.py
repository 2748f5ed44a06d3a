"""From the shape of the file, and the secrets, to the settings that the rooms of the bot are given."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import assert_never
from zoneinfo import ZoneInfo

from bot.delivery.delivery import Destination
from bot.delivery.retry import OnUnclear
from bot.plans import EVERY_DAY, DigestPlan, OnEmpty, Timetable
from bot.schedule.slots import longest_pause
from bot.settings.secrets import SLACK_APP_TOKEN, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, STORE, TELEGRAM_TOKEN, Secret
from bot.settings.settings import ArchiveSettings, Settings, SlackMode, SlackSettings, TelegramSettings
from bot.settings.shape import (
    ArchiveShape,
    ConsoleDestination,
    DigestShape,
    LatestShape,
    Shape,
    SlackDestination,
    SlackShape,
    TelegramDestination,
    TelegramShape,
)
from digests.digest import DigestSpec, Weights

NO_SECRET = Secret("")


def settings(shape: Shape, secrets: Mapping[str, Secret], beside: Path) -> Settings:
    """The settings; `beside` is the folder that the file is in."""
    return Settings(
        archive=_archive(shape.archive),
        timezone=shape.timezone,
        store=secrets[STORE].reveal() if STORE in secrets else shape.store,
        telegram=None if shape.telegram is None else _telegram(shape.telegram, secrets),
        slack=None if shape.slack is None else _slack(shape.slack, secrets),
        digests={name: _plan(name, digest, shape.timezone) for name, digest in shape.digests.items()},
        on_unclear=OnUnclear(shape.on_unclear),
        admins=tuple(map(_destination, shape.admins)),
        commands=shape.commands.model_dump(),
        latest=_spec(shape.latest, shape.latest.window),
        templates=Path(shape.templates) if shape.templates else beside / "templates",
        index=Path(shape.index) if shape.index else None,
    )


def _archive(shape: ArchiveShape) -> ArchiveSettings:
    return ArchiveSettings(Path(shape.path) if shape.path else None, shape.git, shape.branch, shape.refresh)


def _telegram(shape: TelegramShape, secrets: Mapping[str, Secret]) -> TelegramSettings:
    return TelegramSettings(
        token=secrets.get(TELEGRAM_TOKEN, NO_SECRET),
        base_url=shape.base_url,
        messages_per_second=shape.messages_per_second,
        log_chat=shape.log_chat,
    )


def _slack(shape: SlackShape, secrets: Mapping[str, Secret]) -> SlackSettings:
    return SlackSettings(
        bot_token=secrets.get(SLACK_BOT_TOKEN, NO_SECRET),
        app_token=secrets.get(SLACK_APP_TOKEN),
        signing_secret=secrets.get(SLACK_SIGNING_SECRET),
        base_url=f"{shape.base_url.rstrip('/')}/",
        mode=SlackMode(shape.mode),
        host=shape.host,
        port=shape.port,
        path=shape.path,
    )


def _plan(name: str, shape: DigestShape, zone: ZoneInfo) -> DigestPlan:
    timetable = Timetable(
        timezone=shape.timezone or zone,
        at=tuple(sorted(set(shape.at or ()))),
        days=frozenset(chain.from_iterable(shape.days)) if shape.days else EVERY_DAY,
        cron=shape.cron,
        lateness=shape.lateness,
    )
    return DigestPlan(
        name=name,
        title=shape.title or name,
        # The first edition of `since-last` has no last one to reach back to: the longest pause is what it may cover.
        spec=replace(_spec(shape, shape.window or longest_pause(timetable)), topics=tuple(shape.topics)),
        timetable=timetable,
        to=tuple(map(_destination, shape.to)),
        since_last=shape.window is None,
        on_empty=OnEmpty(shape.on_empty),
        link_previews=shape.link_previews,
    )


def _spec(shape: DigestShape | LatestShape, window: timedelta) -> DigestSpec:
    return DigestSpec(
        window=window,
        limit=shape.limit,
        types=tuple(shape.types),
        min_heat=shape.min_heat,
        min_quality=shape.min_quality,
        per_provider=shape.per_provider,
        weights=Weights(shape.weights.heat, shape.weights.quality, shape.weights.half_life),
    )


def _destination(shape: TelegramDestination | SlackDestination | ConsoleDestination) -> Destination:
    match shape:
        case TelegramDestination(telegram=address, thread=thread):
            return Destination("telegram", address, None if thread is None else str(thread))
        case SlackDestination(slack=address, thread=ts):
            return Destination("slack", address, ts)
        case ConsoleDestination():
            return Destination("console", "console")
        case _:
            assert_never(shape)
