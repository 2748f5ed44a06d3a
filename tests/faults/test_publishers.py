"""Four publishers and eight senders on one PostgreSQL, killed at random: nothing twice, and nothing by halves."""

import asyncio
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

from sqlalchemy import func, select

from bot.clock import milliseconds
from bot.delivery.rows import OPEN, State
from bot.sandbox.slack.stand_in import SlackStandIn
from bot.store.engine import Store
from bot.store.tables import delivery, digest_mark, edition, edition_article, inspection
from tests.builders import an_article, write_article
from tests.faults.process import Pace
from tests.faults.publishing import HOUR, arguments, channels, plan
from tests.faults.subject import Subject, subject
from tests.faults.wire import Wire
from tests.postgres import PostgresServer
from tests.stories.process import TOKENS

EDITIONS, KILLS, DIGESTS = 10_000, 50, 10
"""At full size."""
PUBLISHERS, SENDERS = 4, 8
PACE = Pace(answer=1.0, settle=2.0, sweep=4.0, lease=3.0)
TITLE = re.compile(r"Nr(\d{5}) arrives")
PATIENCE = 120.0
"""Seconds that all editions of an hour, or all that is owed in the end, may take on a busy machine."""

CONFIGURATION = """\
archive: {{path: {folder}/nothing}}
timezone: UTC
store: "{store}"
index: {folder}/sender{number}.db
slack: {{base_url: "{slack}"}}
digests:
  never: {{cron: "0 0 29 2 *", to: [{{slack: C0123456789}}]}}
"""


class Press:
    """A publisher's process, begun again whenever it was killed."""

    def __init__(self, command: Sequence[str], now: datetime) -> None:
        self._command = command
        self._now = now
        self.said: list[str] = []

    async def start(self) -> None:
        """Begin a process; it may not be looking yet."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        self._listening = asyncio.create_task(self._listen())
        self.tell(self._now)

    def tell(self, now: datetime) -> None:
        """What time it is, from now on."""
        self._now = now
        assert self._process.stdin is not None
        self._process.stdin.write(f"{now.isoformat()}\n".encode("ascii"))

    async def kill(self) -> None:
        """End the process at once."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        await self._listening

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.said.append(line.decode().strip())


@dataclass(frozen=True)
class Run:
    """All processes, and what they work on."""

    store: Store
    slack: SlackStandIn
    wire: Wire
    presses: Sequence[Press]
    senders: Sequence[Subject]
    random: Random
    start: datetime
    hours: int

    async def pass_hours(self, kills: int) -> None:
        """Let hour after hour come, each once the last one's editions are there; somebody is killed now and then."""
        fatal = Counter(self.random.choices(range(1, self.hours + 1), k=kills))
        for hour in range(1, self.hours + 1):
            for press in self.presses:
                press.tell(self.start + hour * HOUR + timedelta(seconds=5))
            for share in sorted(self.random.choices(range(DIGESTS), k=fatal[hour])):
                # While some of the hour's editions are being sent and others composed.
                await self.until(partial(self.has_published, (hour - 1) * DIGESTS + share))
                await self.kill_somebody()
            await self.until(partial(self.has_published, hour * DIGESTS))

    async def kill_somebody(self) -> None:
        """One of the twelve, and another process in its place."""
        everybody: list[Press | Subject] = [*self.presses, *self.senders]
        one = self.random.choice(everybody)
        await one.kill()
        await one.start()

    def has_published(self, editions: int) -> bool:
        """Whether so many editions are there."""
        return self.count(edition) >= editions

    def count(self, table: Any, *which: Any) -> int:
        """How many rows there are."""
        with self.store.read() as connection:
            return int(connection.scalar(select(func.count()).select_from(table).where(*which)) or 0)

    def is_at_rest(self) -> bool:
        """Whether all that was owed has come to its end."""
        return not self.count(delivery, delivery.c.state.in_(OPEN)) and not self.count(inspection)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until what other processes do has come so far."""
        async with asyncio.timeout(PATIENCE):
            while not await asyncio.to_thread(condition):  # noqa: ASYNC110 - it sets no event in this one
                await asyncio.sleep(0.01)


@asynccontextmanager
async def a_run(folder: Path, url: str, hours: int, seed: int) -> AsyncIterator[Run]:
    """Everything set up, every process at work, and the clock at the beginning."""
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    (folder / "nothing" / "_news").mkdir(parents=True)
    for hour in range(1, hours + 1):
        published = start + (hour - 0.5) * HOUR
        write_article(folder / "archive", an_article(f"{name_of(hour)}.md", title=title_of(hour), published=published))
    async with AsyncExitStack() as parts:
        slack = await parts.enter_async_context(
            SlackStandIn(
                bot_token=TOKENS["HEATWIRE_SLACK_BOT_TOKEN"],
                app_token=TOKENS["HEATWIRE_SLACK_APP_TOKEN"],
                signing_secret=TOKENS["HEATWIRE_SLACK_SIGNING_SECRET"],
            )
        )
        for channel in all_channels():
            slack.add_channel(channel)
        store = parts.enter_context(Store.opened(url))
        wire = await parts.enter_async_context(Wire("slack", slack.url, "chat.postMessage", "channel", seed, unwatched))
        presses = [Press(press_command(folder, url, number), start) for number in range(PUBLISHERS)]
        senders = [
            await parts.enter_async_context(subject(sender_config(folder, url, wire.url, number), PACE))
            for number in range(SENDERS)
        ]
        for press in presses:
            await press.start()
            parts.push_async_callback(press.kill)
        for sender in senders:
            await sender.start()
        random = Random(seed)  # noqa: S311 - to be had again, not to be hard to guess
        run = Run(store, slack, wire, presses, senders, random, start, hours)
        # The senders have a digest, too, which is never due.
        await run.until(lambda: run.count(digest_mark) == DIGESTS + 1 and all(map(serves, senders)))
        yield run


async def unwatched(_platform: str, _arguments: Mapping[str, Any]) -> None:
    """What is sent is judged by what stands in the channels in the end."""


def serves(sender: Subject) -> bool:
    assert not sender.has_ended()
    return any('"service_started"' in line for line in sender.log)


def press_command(folder: Path, url: str, number: int) -> tuple[str, ...]:
    """How a publisher is started; each reads the archive into an index of its own, as on a machine of its own."""
    index = folder / f"publisher{number}.db"
    said = arguments(store=url, archive=folder / "archive", index=index, digests=DIGESTS)
    return (sys.executable, "-m", "tests.faults.publishing", *said)


def sender_config(folder: Path, url: str, slack: str, number: int) -> Path:
    """A service that publishes nothing, but has a platform to send to."""
    path = folder / f"sender{number}.yaml"
    path.write_text(CONFIGURATION.format(folder=folder, store=url, slack=slack, number=number), "utf-8")
    return path


def all_channels() -> list[str]:
    return [place.address for number in range(DIGESTS) for place in channels(number)]


def name_of(hour: int) -> str:
    return f"hour-{hour:05}"


def title_of(hour: int) -> str:
    """A title that is no other story's."""
    return f"Nr{hour:05} arrives"


async def test_nothing_is_published_or_sent_twice_or_by_halves_however_often_anybody_is_killed(
    postgres: PostgresServer, tmp_path: Path, size: float, seed: int
) -> None:
    hours, kills, begun = max(round(EDITIONS * size / DIGESTS), 5), max(round(KILLS * size), 2), monotonic()
    async with a_run(tmp_path, postgres.database(), hours, seed) as run:
        await run.pass_hours(kills)
        await run.until(run.is_at_rest)
        assert not any(sender.has_ended() for sender in run.senders)
        faults = [line for press in run.presses for line in press.said if line != "ready"]
        figures = judged(run)
        log = "".join(line for sender in run.senders for line in sender.log)
        looked_up = log.count('"delivery_found"') + log.count('"delivery_absent"')
        print(f"{figures}, {kills} kills, {looked_up} looked up, {monotonic() - begun:.0f} s")  # noqa: T201 - the figures are what a run is for
    assert faults == []
    assert run.wire.crossings == []
    assert figures == {"editions": hours * DIGESTS, "by halves": 0, "unsent": 0, "not there once": 0}


def judged(run: Run) -> dict[str, int]:
    """What became of it all, by the store and by what stands in the channels."""
    with run.store.read() as connection:
        editions = connection.execute(select(edition)).all()
        articles = Counter((row.edition, row.file) for row in connection.execute(select(edition_article)))
        owed = Counter(row.edition for row in connection.execute(select(delivery.c.edition)))
        marks = {row.digest: row.high_water for row in connection.execute(select(digest_mark))}
    halves = 0
    for number in range(DIGESTS):
        digest = plan(number)
        of_digest = {row.due_at: row for row in editions if row.digest == digest.name}
        for hour in range(1, run.hours + 1):
            row = of_digest.get(milliseconds(run.start + hour * HOUR))
            key = "" if row is None else row.key
            whole = owed[key] == articles[key, f"{name_of(hour)}.md"] == len(digest.to)
            halves += not (whole and row is not None and row.state == "published" and row.due_at <= marks[digest.name])
    copies = {channel: Counter(hours_in(run.slack.messages(channel))) for channel in all_channels()}
    wrong = sum(copies[channel][hour] != 1 for channel in copies for hour in range(1, run.hours + 1))
    unsent = run.count(delivery, delivery.c.state != State.SENT)
    return {"editions": len(editions), "by halves": halves, "unsent": unsent, "not there once": wrong}


def hours_in(messages: Iterable[Mapping[str, Any]]) -> Iterator[int]:
    """The hours whose article each message tells."""
    for message in messages:
        yield from {int(found) for found in TITLE.findall(str(message))}
