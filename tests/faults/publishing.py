"""A publisher as a process that a test kills: it looks as soon as the test writes another time into a file.

python -m tests.faults.publishing --store URL --archive FOLDER --index FILE --clock FILE --digests 10
"""

import argparse
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.chats import composers
from bot.delivery.delivery import Destination
from bot.delivery.outbox import Outbox
from bot.plans import DigestPlan, Timetable
from bot.publishing.publisher import Publisher
from bot.publishing.results import Doubted, Faulted
from bot.store.engine import Store
from digests.digest import DigestSpec
from digests.newsroom import Newsroom
from digests.reading.archive import Folder
from digests.rendering.renderer import Renderer

HOUR = timedelta(hours=1)
BREATH = 0.005
"""Seconds between looks at the file."""


def channels(number: int) -> tuple[Destination, ...]:
    """Where a digest goes: two channels of its own."""
    return tuple(Destination("slack", f"C{number:03}{letter}") for letter in "AB")


def plan(number: int) -> DigestPlan:
    """A digest of every hour's news."""
    return DigestPlan(
        name=f"digest{number}",
        title=f"Digest {number}",
        spec=DigestSpec(window=HOUR),
        timetable=Timetable(ZoneInfo("UTC"), cron="0 * * * *"),
        to=channels(number),
    )


def read_clock(file: Path) -> datetime:
    """The time that the file tells."""
    return datetime.fromisoformat(file.read_text("ascii")).astimezone(UTC)


def set_clock(file: Path, now: datetime) -> None:
    """Have the file tell another time, at once."""
    new = file.with_suffix(".new")
    new.write_text(now.isoformat(), "ascii")
    new.replace(file)


def main(arguments: Sequence[str] | None = None) -> None:
    """Publish until killed; what breaks is printed."""
    said = _parser().parse_args(arguments)
    plans = [plan(number) for number in range(said.digests)]
    newsroom = Newsroom.open(Folder(said.archive), said.index)
    newsroom.refresh()
    store = Store.open(said.store)
    publisher = Publisher(
        newsroom=newsroom, renderer=Renderer(), store=store, outbox=Outbox(store), composers=composers()
    )
    print("ready", flush=True)  # noqa: T201 - for the test to read
    looked_at = None
    while True:
        now = read_clock(said.clock)
        if now == looked_at:
            time.sleep(BREATH)
            continue
        troubles = [result for result in publisher.tick(plans, now) if isinstance(result, Faulted | Doubted)]
        for trouble in troubles:
            print(trouble, flush=True)  # noqa: T201 - likewise
        looked_at = None if troubles else now


def arguments(**said: object) -> tuple[str, ...]:
    """As the command line says it."""
    facts: Mapping[str, object] = said
    return tuple(word for name, value in facts.items() for word in (f"--{name}", str(value)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", required=True)
    for name in ("archive", "index", "clock"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--digests", type=int, required=True)
    return parser


if __name__ == "__main__":
    main()
