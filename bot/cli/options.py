"""The options that several commands share, each said once."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.durations import parse_duration

FIRST_YEAR, LAST_YEAR = 1900, 9000
"""Between them any window and any lateness can be reckoned with."""


class Format(StrEnum):
    """How `heatwire digest` and `heatwire preview` print."""

    CONSOLE = "console"
    TELEGRAM = "telegram"
    SLACK = "slack"
    JSON = "json"


class Theme(StrEnum):
    """How bright a page is; `auto` is as its reader likes it."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


def duration(text: str) -> timedelta:
    """The span that an option gives; wrong usage where it is none."""
    try:
        return parse_duration(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def instant(text: str | None) -> datetime:
    """The instant that an option gives, now where it gives none; wrong usage where it cannot be read."""
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not an ISO date and time such as 2026-11-22T09:00:00+01:00") from error
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise typer.BadParameter(f"{text!r} is not between the years {FIRST_YEAR} and {LAST_YEAR}")
    # A time without a zone is the person's own wall clock.
    return moment.astimezone(UTC)


Config = Annotated[
    Path,
    typer.Option("--config", envvar="HEATWIRE_CONFIG", help="The configuration file.", show_default=True),
]
Archive = Annotated[
    Path | None,
    typer.Option("--archive", metavar="DIR", help="The archive's folder; else the configuration's."),
]
IndexFile = Annotated[
    Path | None,
    typer.Option("--index", metavar="FILE", help="The index to build or reuse; else one in the cache folder."),
]
Topics = Annotated[
    list[str] | None,
    typer.Option("--topic", metavar="NAME", help="A topic by slug, name, short name or hashtag; repeatable."),
]
Types = Annotated[
    list[str] | None,
    typer.Option("--type", metavar="TYPE", help="An article type to let in, such as article or video; repeatable."),
]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="ISO", help="The instant to choose at; else now."),
]
Window = Annotated[
    str,
    typer.Option("--window", metavar="DURATION", help="How far back: 24h, 160h, 7d."),
]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="Articles per topic.")]
Port = Annotated[
    int,
    typer.Option("--port", min=0, max=65533, help="The page's port; the two behind it are Telegram's and Slack's."),
]
DeliveryKey = Annotated[str, typer.Argument(metavar="DELIVERY", help="As `heatwire outbox` names it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
DEFAULT_CONFIG = Path("config/heatwire.yaml")
