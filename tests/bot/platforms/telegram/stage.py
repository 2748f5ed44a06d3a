"""A bot of one platform on stage: the stand-in it talks to, its clock, and what it reports."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession

from bot.delivery.delivery import Call, Delivery, Destination, Priority
from bot.delivery.outcome import Sighting
from bot.errors import StoreError
from bot.platforms.telegram.platform import Telegram
from bot.platforms.telegram.timing import TIMING
from bot.receiving.received import Event, Received
from bot.sandbox.telegram.stand_in import TelegramStandIn
from tests.clock import SettableClock
from tests.waiting import PATIENCE

TOKEN = "123456:CANARY-TOKEN-THAT-NOBODY-MAY-SEE"
NAMES = {"latest": "latest", "topic": "topic", "help": "hilfe"}
DESCRIPTIONS = {"latest": "The hottest stories", "topic": "Stories of a topic"}
PERSON, GROUP, SUPERGROUP, CHANNEL = 7, -55, -1001234567890, -1009876543210


class Diary:
    """What was observed, and a way to wait for it."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, Mapping[str, Any]]] = []
        self._news = asyncio.Event()

    def __call__(self, name: str, fields: Mapping[str, Any]) -> None:
        self.entries.append((name, fields))
        self._news.set()

    def names(self) -> list[str]:
        return [name for name, _ in self.entries]

    async def has(self, name: str, times: int = 1) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.names().count(name) < times:
                self._news.clear()
                await self._news.wait()


class Ear:
    """Receives, and can be made to fail or to take its time."""

    def __init__(self) -> None:
        self.batches: list[Sequence[Received]] = []
        """What was received, answer by answer, whether it could be stored or not."""
        self.taken: list[Event] = []
        """What could be stored."""
        self.sightings: list[Sighting] = []
        self.failures = 0
        self.open = asyncio.Event()
        self.open.set()
        self._news = asyncio.Event()

    async def __call__(self, received: Sequence[Received], sightings: Collection[Sighting] = ()) -> None:
        self.batches.append(received)
        self._news.set()
        if self.failures:
            self.failures -= 1
            raise StoreError("the store is away")
        await self.open.wait()
        self.taken += [one.event for one in received]
        self.sightings += sightings

    @property
    def heard(self) -> list[Received]:
        """All that was received."""
        return [one for batch in self.batches for one in batch]

    async def hears(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while len(self.heard) < count:
                self._news.clear()
                await self._news.wait()


@dataclass
class Stage:
    telegram: TelegramStandIn
    platform: Telegram
    clock: SettableClock
    diary: Diary
    ear: Ear
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The platform's loop; it must end when told to, not when a long poll does."""
        loop = asyncio.ensure_future(self.platform.run(self.stop))
        try:
            yield
        finally:
            self.stop.set()
            await asyncio.wait_for(loop, TIMING.poll / 2)

    async def pass_time_until(self, name: str) -> None:
        """Let half minutes pass until it is observed."""
        async with asyncio.timeout(PATIENCE):
            while name not in self.diary.names():
                await self.clock.advance(30)


def staged(url: str, token: str, session: ClientSession, telegram: TelegramStandIn) -> Stage:
    clock, diary, ear = SettableClock(), Diary(), Ear()
    platform = Telegram(
        token,
        url,
        session=session,
        clock=clock,
        receive=ear,
        names=NAMES,
        descriptions=DESCRIPTIONS,
        observe=diary,
    )
    return Stage(telegram, platform, clock, diary, ear)


def sending(arguments: Mapping[str, Any], method: str = "sendMessage", *, chat: int = PERSON) -> Delivery:
    call = Call(method, {"chat_id": chat, **arguments})
    return Delivery("edition/destination/1", Destination("telegram", str(chat)), call, Priority.BROADCAST, 1)
