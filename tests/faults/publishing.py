"""A publisher as a process that a test kills: it looks as soon as the test tells it another time, a line each.

python -m tests.faults.publishing --store URL --archive FOLDER --index FILE --digests 10
"""

import argparse
import sys
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
    for line in sys.stdin:
        look(publisher, plans, datetime.fromisoformat(line.strip()).astimezone(UTC))


def look(publisher: Publisher, plans: Sequence[DigestPlan], now: datetime) -> None:
    """Publish what is due, again and again where something breaks."""
    while troubles := [result for result in publisher.tick(plans, now) if isinstance(result, Faulted | Doubted)]:
        for trouble in troubles:
            print(trouble, flush=True)  # noqa: T201 - for the test to read


def arguments(**said: object) -> tuple[str, ...]:
    """As the command line says it."""
    facts: Mapping[str, object] = said
    return tuple(word for name, value in facts.items() for word in (f"--{name}", str(value)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", required=True)
    for name in ("archive", "index"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--digests", type=int, required=True)
    return parser


if __name__ == "__main__":
    main()
