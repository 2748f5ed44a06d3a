"""One run: two platforms with many chats, what is owed to each, and the bot between, in a process of its own."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from math import sqrt
from pathlib import Path
from random import Random

from bot.store.engine import Store
from tests.faults.claims import Claims
from tests.faults.owing import Figures, Owing
from tests.faults.process import Pace
from tests.faults.side import Side
from tests.faults.slack import slack_side
from tests.faults.subject import Subject, subject
from tests.faults.telegram import telegram_side
from tests.faults.weather import BLOCKED, Weather
from tests.stories.process import eventually

PACE = Pace(answer=0.5, settle=2.0, sweep=6.0, lease=3.0)
LATENESS = 2 * PACE.settle
"""Seconds that a platform carries a call out late, at most."""
TO_THE_END = 600.0
"""Seconds that the last process may take for what is left."""
REMOVABLE = 0.01
"""Copies that may have been there for a while, for each delivery, where platforms act late."""
SETTLED = ('"delivery_found"', '"delivery_absent"', '"delivery_unknowable"')
"""Events: what looking for an unclear message can come to."""

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
    """What a test of the outbox and all below it goes about with."""

    store: Store
    config: Path
    bot: Subject
    sides: Sequence[Side]
    owing: Sequence[Owing]
    claims: Claims
    random: Random
    others: list[Subject] = field(default_factory=list)
    """More processes on the same store."""

    async def greet(self) -> None:
        """Have something said in every chat, and heard: as when a bot is let in."""
        for side in self.sides:
            await side.greet()
        await self.bot.serve()
        await eventually(lambda: all(side.is_heard() for side in self.sides))
        assert await self.bot.stop() == 0

    def disturb(self, rates: Mapping[str, float], seed: int) -> None:
        """Let calls on both platforms meet faults."""
        for at, side in enumerate(self.sides):
            side.disturb(Weather(seed + at, rates, LATENESS, side.unit))

    async def owe(self, count: int) -> None:
        """Owe so many more on each platform, and have people write meanwhile."""
        for owing, side in zip(self.owing, self.sides, strict=True):
            await asyncio.to_thread(owing.owe, count)
            await side.chatter(self.random)

    async def shut(self, share: float = BLOCKED / 2) -> None:
        """Have so many chats of each platform shut the bot out."""
        for owing, side in zip(self.owing, self.sides, strict=True):
            for chat in self.random.sample(list(side.chats[1:]), max(1, round(len(side.chats) * share))):
                await owing.shut(chat)

    def posted(self) -> int:
        """How many messages were ever posted."""
        return sum(side.posted.total() for side in self.sides)

    async def settled(self) -> None:
        """Until nothing is left to be done."""
        async with asyncio.timeout(TO_THE_END):
            # What another process does sets no event in this one.
            while any([await asyncio.to_thread(owing.rest) for owing in self.owing]):  # noqa: ASYNC110 - see above
                await asyncio.sleep(0.2)

    async def judge(self, late: float = 0.0) -> None:
        """Nothing lost, left double, out of order or unclaimed; `late`: the share of calls carried out late."""
        figures = [await asyncio.to_thread(owing.figures) for owing in self.owing]
        self._report(figures)
        for came_out in figures:
            assert (came_out.lost, came_out.double, came_out.disordered, came_out.crossings) == (0, 0, 0, 0)
            assert came_out.removed <= most_copies(came_out.deliveries, late)
        assert self.claims.missing == []

    @property
    def log(self) -> Sequence[str]:
        """What all processes said."""
        return [line for bot in (self.bot, *self.others) for line in bot.log]

    def _report(self, figures: Sequence[Figures]) -> None:
        """Say how it came out."""
        said = []
        for side, came_out in zip(self.sides, figures, strict=True):
            looked = sum(f'"{side.name}:' in line and any(event in line for event in SETTLED) for line in self.log)
            asked = {name: times for name, times in side.wire.requests.items() if name != side.sending}
            said.append(f"{side.name}: {asdict(came_out)}\n    {looked} looked for: {asked}\n")
            said += [f"    {crossing}\n" for crossing in side.wire.crossings[:3]]
        keys = [key for owing in self.owing for key in owing.suspects()[:5]]
        said += [line for key in keys for line in self.log if key in line]
        print(*said, sep="")  # noqa: T201 - the figures are what a run is for


def most_copies(deliveries: int, late: float) -> float:
    """How many may have stood there for a while: none, unless calls are carried out late.

    Then it is one for each hundred deliveries; in a run of a few thousand or less, where chance may bring more, five
    standard deviations above the number of late calls that is to be expected.
    """
    expected = deliveries * late
    return max(deliveries * REMOVABLE, expected + 5 * sqrt(expected)) if late else 0.0


@asynccontextmanager
async def a_run(
    folder: Path, store_url: str, chats: int, seed: int, *, pace: Pace = PACE, reached_by: str | None = None
) -> AsyncIterator[Run]:
    """All parts of a run, the bot not started; it reaches the store by another URL where one is given."""
    random = Random(seed)  # noqa: S311 - to be had again, not to be hard to guess
    (folder / "archive" / "_news").mkdir(parents=True)
    with Store.opened(store_url) as store:
        claims = Claims(store)
        async with telegram_side(chats, seed, claims.see) as telegram, slack_side(chats, seed, claims.see) as slack:
            config = folder / "heatwire.yaml"
            urls = {"telegram": telegram.wire.url, "slack": slack.wire.url, "store": reached_by or store_url}
            config.write_text(CONFIGURATION.format(folder=folder, **urls), "utf-8")
            sides: tuple[Side, ...] = (telegram, slack)
            owing = tuple(Owing(store, side, random) for side in sides)
            async with subject(config, pace) as bot:
                yield Run(store, config, bot, sides, owing, claims, random)
