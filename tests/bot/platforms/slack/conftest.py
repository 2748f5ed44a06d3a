"""A Slack bot against the stand-in, over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from bot.command import Command
from bot.delivery.outcome import Sighting
from bot.platforms.slack.platform import Slack
from bot.platforms.slack.timing import TIMING, Timing
from bot.receiving.received import Received
from bot.sandbox.slack.stand_in import SlackStandIn
from tests.clock import SettableClock
from tests.waiting import PATIENCE, until


@dataclass
class Bot:
    """What a bot received and what it reported; `hold` keeps it from being stored, `error` breaks that."""

    stand_in: SlackStandIn
    session: aiohttp.ClientSession
    clock: SettableClock = field(default_factory=SettableClock)
    received: list[Received] = field(default_factory=list)
    events: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    error: Exception | None = None

    def __post_init__(self) -> None:
        self.hold.set()

    def slack(self, **options: Any) -> Slack:
        """The platform under test; options replace its settings."""
        tokens = {"bot_token": "xoxb-test", "app_token": "xapp-test", "signing_secret": "s"}
        where = {"base_url": self.stand_in.url, "session": self.session, "clock": self.clock}
        return Slack(**{**tokens, **where, "receive": self.receive, "observe": self.observe, "port": 0, **options})

    @property
    def commands(self) -> list[Command]:
        return [one.event for one in self.received if isinstance(one.event, Command)]

    async def receive(self, received: Sequence[Received], sightings: Collection[Sighting] = ()) -> None:
        assert not sightings
        self.received += received
        await self.hold.wait()
        if self.error is not None:
            raise self.error

    def observe(self, event: str, facts: Mapping[str, Any]) -> None:
        self.events.append((event, facts))

    def set_clock_to_now(self) -> None:
        """The stand-in signs with the machine's time."""
        self.clock.set(datetime.now(UTC))

    def count(self, event: str) -> int:
        return sum(name == event for name, _ in self.events)

    def last(self, event: str) -> Mapping[str, Any]:
        return [facts for name, facts in self.events if name == event][-1]

    @asynccontextmanager
    async def running(self, **options: Any) -> AsyncIterator[asyncio.Event]:
        """The bot receives within the block; it is told to stop at its end, or earlier by the event."""
        stop = asyncio.Event()
        run = asyncio.create_task(self.slack(**options).run(stop))
        try:
            yield stop
        finally:
            stop.set()
            async with asyncio.timeout(PATIENCE):
                await run

    @asynccontextmanager
    async def connected(self, timing: Timing = TIMING) -> AsyncIterator[asyncio.Event]:
        async with self.running(timing=timing) as stop:
            await until(lambda: self.count("slack_connected"))
            yield stop

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Over HTTP, at the address given; the stand-in delivers there."""
        async with self.running(mode="http"):
            await until(lambda: self.count("slack_listening"))
            facts = self.last("slack_listening")
            self.stand_in.deliver_to = f"http://{facts['host']}:{facts['port']}{facts['path']}"
            yield self.stand_in.deliver_to


async def until_advanced(bot: Bot, condition: Callable[[], object]) -> None:
    """Move the bot's clock past its waits, one after the other, until the condition holds."""

    async def advanced() -> None:
        while not condition():
            await bot.clock.advance(60)
            await asyncio.sleep(0.002)

    await asyncio.wait_for(advanced(), PATIENCE)


@pytest.fixture
async def stand_in() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn() as slack:
        yield slack


@pytest.fixture
async def bot(stand_in: SlackStandIn) -> AsyncIterator[Bot]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2 * PATIENCE)) as session:
        yield Bot(stand_in, session)


@pytest.fixture
async def impatient(stand_in: SlackStandIn) -> AsyncIterator[Bot]:
    """The bot, for tests in which an answer never comes."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=1)) as session:
        yield Bot(stand_in, session)
