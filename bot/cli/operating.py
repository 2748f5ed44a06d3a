"""What an operator asks of a configured bot: preview, send, schedule, outbox, health."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, assert_never

from bot.archives import own_templates, source
from bot.chats import composers
from bot.cli.deliveries import print_rows
from bot.cli.digest_json import digest_json
from bot.cli.news import read
from bot.cli.options import Format, Theme
from bot.cli.printing import print_json, print_table, warn
from bot.clock import SystemClock
from bot.delivery.delivery import Destination
from bot.delivery.ledger import Ledger
from bot.delivery.outbox import Outbox
from bot.delivery.rows import State
from bot.durations import duration_text
from bot.errors import BotError, UsageError
from bot.heartbeat import STALE, last_heartbeat, living, this_host
from bot.plans import DigestPlan
from bot.publishing.composing import Copy
from bot.publishing.publisher import Publisher
from bot.publishing.results import Empty, Published, Result, Taken
from bot.schedule.due import clock_changes, next_times
from bot.settings.loading import load
from bot.settings.settings import Settings
from bot.store.engine import Store
from bot.store.timekeeping import StoreClock
from digests.newsroom import Newsroom
from digests.rendering.renderer import Renderer


def print_preview(config: Path, name: str, *, at: datetime, output: Format, explain: bool) -> None:
    """What publishing the digest would send, to each destination."""
    settings = load(config, os.environ, need_tokens=False)
    plan = planned(settings, name)
    dialect = output.value if output in {Format.TELEGRAM, Format.SLACK} else "console"
    with read(source(settings.archive), settings.index) as news, Store.opened(settings.store) as store:
        copies = publisher(settings, news, store).preview(plan, at, dialect=dialect, explain=explain)
    _show(plan, copies, output)


def draw_preview(config: Path, name: str, picture: Path, *, at: datetime, theme: Theme, explain: bool) -> None:
    """How the digest looks in both chats, as files."""
    from bot.cli.picture import page_of, write_picture

    settings = load(config, os.environ, need_tokens=False)
    plan = planned(settings, name)
    with read(source(settings.archive), settings.index) as news, Store.opened(settings.store) as store:
        html = page_of(plan, at, publisher(settings, news, store), theme=theme, explain=explain)
    print("wrote", " and ".join(map(str, write_picture(picture, html))))


def _show(plan: DigestPlan, copies: Sequence[Copy], output: Format) -> None:
    match output:
        case Format.JSON:
            window = "since-last" if plan.since_last else duration_text(plan.spec.window)
            print_json([{"to": str(copy.destination), **digest_json(copy.digest, window)} for copy in copies])
        case Format.TELEGRAM | Format.SLACK:
            own = (copy for copy in copies if copy.destination.platform == output.value)
            print_json([dict(call.arguments) for copy in own for call in copy.calls])
        case Format.CONSOLE:
            print("\n\n".join(_as_text(copy) for copy in copies))
        case _:
            assert_never(output)


def _as_text(copy: Copy) -> str:
    heading = f"── to {copy.destination}, in {len(copy.calls)} {'message' if len(copy.calls) == 1 else 'messages'}"
    said = [str(message.payload["text"]) for message in copy.messages]
    return "\n\n".join([heading, *(said or ["(nothing to send: no article in the window)"])])


def send_now(config: Path, name: str, to: Sequence[str]) -> None:
    """Publish now and deliver; BotError where something could not be delivered."""
    from bot.cli.sending import deliver

    settings = load(config, os.environ)
    plan = planned(settings, name)
    with read(source(settings.archive), settings.index) as news, Store.opened(settings.store) as store:
        clock = StoreClock.read(store, SystemClock())
        now = clock.now()
        places = [_destination(text) for text in to] or list(plan.to)
        for place in places:
            # Whoever sends there by hand says that the chat is there, whatever happened before.
            Ledger(store).resume(place, now)
        result = publisher(settings, news, store).publish_now(plan, now, places)
        rows = asyncio.run(deliver(settings, store, result))
    _tell_what_was_found(result)
    print_rows(rows, clock.now(), {})
    failed = sum(row.state is not State.SENT for row in rows)
    if failed:
        raise BotError(f"{failed} of {len(rows)} messages not delivered; they stay in the outbox")


def _tell_what_was_found(result: Result) -> None:
    """Why nothing goes out, or not all that was asked for; BotError where the same was sent this very second."""
    if isinstance(result, Taken):
        raise BotError(f"{result.edition} was sent already")
    if isinstance(result, Empty):
        warn(f"nothing to send: {result.detail}")
    for text in result.unknown if isinstance(result, Published | Empty) else ():
        warn(f"no topic {text!r}")


def print_schedule(config: Path, count: int, *, as_json: bool) -> None:
    """Each digest's next fire times, and when its clocks change."""
    settings, now = load(config, os.environ, need_tokens=False), datetime.now(UTC)
    if as_json:
        print_json({plan.name: _times_json(plan, now, count) for plan in settings.digests.values()})
        return
    rows = [
        (
            plan.name if number == 0 else "",
            f"{local:%a %d %b %Y %H:%M}",
            str(plan.timetable.timezone),
            _in_whole_minutes(local - now),
        )
        for plan in settings.digests.values()
        for number, local in enumerate(_local_times(plan, now, count))
    ]
    print_table(("digest", "next", "time zone", "in"), rows, right=frozenset({"in"}))
    for zone in dict.fromkeys(plan.timetable.timezone for plan in settings.digests.values()):
        for change in clock_changes(zone, now)[:1]:
            print(
                f"{zone}: clocks go from {change.before:%H:%M} to {change.after:%H:%M} on {change.before:%a %d %b %Y}"
            )


def _local_times(plan: DigestPlan, now: datetime, count: int) -> list[datetime]:
    return [when.astimezone(plan.timetable.timezone) for _, when in next_times(plan.timetable, now, count)]


def _in_whole_minutes(span: timedelta) -> str:
    return duration_text(span - span % timedelta(minutes=1))


def _times_json(plan: DigestPlan, now: datetime, count: int) -> Mapping[str, Any]:
    changes = clock_changes(plan.timetable.timezone, now)
    return {
        "timezone": str(plan.timetable.timezone),
        "next": [local.isoformat() for local in _local_times(plan, now, count)],
        "clock_changes": [change.instant.isoformat() for change in changes],
    }


def print_health(config: Path) -> int:
    """0 and the age of this machine's or container's last heartbeat, or 1 and what is wrong."""
    settings = load(config, os.environ, need_tokens=False)
    with Store.opened(settings.store) as store:
        now = StoreClock.read(store, SystemClock()).now()
        last, others = last_heartbeat(store, this_host()), living(store, now)
    if last is None:
        elsewhere = f", but {others} elsewhere" if others else ""
        warn(f"no service ran lately on {this_host()!r} with this store{elsewhere}")
        return 1
    age = now - last
    print(f"last heartbeat {duration_text(age)} ago")
    return int(age > STALE)


def planned(settings: Settings, name: str) -> DigestPlan:
    """The digest of this name; UsageError with the names there are."""
    try:
        return settings.digests[name]
    except KeyError:
        raise UsageError(f"no digest {name!r} in the configuration, but {', '.join(settings.digests)}") from None


def publisher(settings: Settings, news: Newsroom, store: Store) -> Publisher:
    """The one road into the outbox, and its preview."""
    renderer = Renderer(own_templates(settings))
    return Publisher(newsroom=news, renderer=renderer, store=store, outbox=Outbox(store), composers=composers())


def _destination(text: str) -> Destination:
    try:
        return Destination.parse(text)
    except ValueError as error:
        raise UsageError(str(error)) from error
