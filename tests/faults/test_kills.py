"""Thousands of deliveries under every fault, while the process is killed again and again: none lost, none double."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from time import monotonic

import pytest

from bot.store.engine import Store
from tests.faults.owing import Figures, Owing
from tests.faults.process import Pace
from tests.faults.side import Side
from tests.faults.slack import slack_side
from tests.faults.subject import Subject, subject
from tests.faults.telegram import telegram_side
from tests.faults.weather import BLOCKED, LATE, RATES, Weather
from tests.stories.process import eventually

DELIVERIES, KILLS, CHATS = 10_000, 200, 500
"""Of each platform, at full size."""

PACE = Pace(answer=0.5, settle=2.0, sweep=6.0, lease=3.0)
LATENESS = 2 * PACE.settle
"""Seconds that a platform carries a call out late, at most."""

WHILE_STARTING = 0.15
"""Share of the kills that do not wait until the process serves."""
LONGEST_LIFE = 1.5
"""Seconds that a process lives at most, once it serves."""
SETTLED = ('"delivery_found"', '"delivery_absent"', '"delivery_unknowable"')
"""Events: what looking for an unclear message can come to."""
TO_THE_END = 180.0
"""Seconds that the last process may take for what is left."""

CONFIGURATION = """\
archive: {{path: {folder}/archive}}
timezone: UTC
store: "{store}"
index: {folder}/index.db
telegram: {{base_url: "{telegram}"}}
slack: {{base_url: "{slack}"}}
digests:
  never: {{cron: "0 0 29 2 *", to: [{{telegram: -1}}]}}
"""
"""The deliveries are not the service's own: what matters here begins with the outbox."""


@dataclass(frozen=True)
class Run:
    """Two platforms, what is owed to each, and the bot between."""

    bot: Subject
    sides: tuple[Side, ...]
    owing: tuple[Owing, ...]
    random: Random

    async def greet(self) -> None:
        """Have something said in every chat, and heard: as when a bot is let in."""
        for side in self.sides:
            await side.greet()
        await self.bot.serve()
        await eventually(lambda: all(side.is_heard() for side in self.sides))
        assert await self.bot.stop() == 0

    async def owe(self, count: int) -> None:
        """Owe so many more on each platform, and have people write meanwhile."""
        for owing, side in zip(self.owing, self.sides, strict=True):
            await asyncio.to_thread(owing.owe, count)
            await side.chatter(self.random)

    async def live_and_die(self) -> None:
        """One process, from its start to a kill at a random instant."""
        if self.random.random() < WHILE_STARTING:
            await self.bot.start()
            await asyncio.sleep(self.random.random())
        else:
            await self.bot.serve()
            await asyncio.sleep(LONGEST_LIFE * self.random.random())
        await self.bot.kill()

    async def shut(self, share: float) -> None:
        """Have so many chats of each platform shut the bot out."""
        for owing, side in zip(self.owing, self.sides, strict=True):
            for chat in self.random.sample(list(side.chats[1:]), max(1, round(len(side.chats) * share))):
                await owing.shut(chat)

    async def to_the_end(self) -> None:
        """One more process, until everything is settled."""
        await self.bot.serve()
        async with asyncio.timeout(TO_THE_END):
            # What another process does sets no event in this one.
            while any([await asyncio.to_thread(owing.rest) for owing in self.owing]):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        assert await self.bot.stop() == 0


@asynccontextmanager
async def a_run(folder: Path, store_url: str, size: float, seed: int) -> AsyncIterator[Run]:
    """All parts of a run, the bot not started."""
    random = Random(seed)  # noqa: S311 - to be had again, not to be hard to guess
    chats = max(round(CHATS * size), 200)
    (folder / "archive").mkdir()
    async with telegram_side(chats, seed) as telegram, slack_side(chats, seed) as slack:
        config = folder / "heatwire.yaml"
        urls = {"telegram": telegram.wire.url, "slack": slack.wire.url}
        config.write_text(CONFIGURATION.format(folder=folder, store=store_url, **urls), "utf-8")
        with Store.opened(store_url) as store:
            sides: tuple[Side, ...] = (telegram, slack)
            owing = tuple(Owing(store, side, random) for side in sides)
            async with subject(config, PACE) as bot:
                yield Run(bot, sides, owing, random)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store that outlives processes."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/heatwire.db"
    return str(request.getfixturevalue("postgres").database())


@pytest.mark.parametrize("late", [False, True], ids=["never late", "late too"])
async def test_nothing_is_lost_or_double_however_often_the_process_is_killed(
    late: bool, place: str, tmp_path: Path, size: float, seed: int
) -> None:
    kills, begun = round(KILLS * size), monotonic()
    async with a_run(tmp_path, place, size, seed) as run:
        await run.greet()
        for at, side in enumerate(run.sides):
            rates = {**RATES, **(LATE if late else {})}
            side.disturb(Weather(seed + at, rates, LATENESS, side.unit))
        await run.shut(BLOCKED / 2)
        for kill in range(kills):
            await run.owe(round(DELIVERIES * size / kills))
            if kill == kills // 2:
                await run.shut(BLOCKED / 2)
            await run.live_and_die()
        await run.to_the_end()
        figures = {
            side.name: await asyncio.to_thread(owing.figures) for side, owing in zip(run.sides, run.owing, strict=True)
        }
        report(run, figures, kills, monotonic() - begun)
    for came_out in figures.values():
        assert (came_out.lost, came_out.double, came_out.disordered, came_out.crossings) == (0, 0, 0, 0)
        assert came_out.removed <= (came_out.deliveries / 100 if late else 0)


def report(run: Run, figures: dict[str, Figures], kills: int, seconds: float) -> None:
    """Say how a run came out."""
    for side in run.sides:
        settled = sum(f'"{side.name}:' in line and any(event in line for event in SETTLED) for line in run.bot.log)
        asked = {name: times for name, times in side.wire.requests.items() if name != side.sending}
        print(f"{side.name}: {asdict(figures[side.name])}")  # noqa: T201 - the figures are what a run is for
        print(f"    {kills} kills, {settled} looked for, {asked}, {seconds:.0f} s")  # noqa: T201 - likewise
        print(*side.wire.crossings[:3], sep="\n")  # noqa: T201 - likewise
    keys = [key for owing in run.owing for key in owing.suspects()[:5]]
    print(*(line for key in keys for line in run.bot.log if key in line), sep="")  # noqa: T201 - likewise
