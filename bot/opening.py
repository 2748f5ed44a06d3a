"""What is opened before anything runs, and closed after all of it: the store, the HTTP session, the archive."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp

from bot.archives import Source, source
from bot.clock import Clock
from bot.observing import Observe
from bot.settings.settings import Settings
from bot.store.engine import Store
from bot.store.timekeeping import StoreClock
from digests.newsroom import Newsroom


@dataclass(frozen=True, slots=True)
class Opened:
    """All that a service has open; whoever opened it closes it."""

    store: Store
    clock: StoreClock
    """Synchronised with the store."""
    session: aiohttp.ClientSession
    archive: Source
    newsroom: Newsroom


@asynccontextmanager
async def opened(settings: Settings, machine: Clock, observe: Observe) -> AsyncIterator[Opened]:
    """What the settings name, open; `machine` is this machine's clock. BotError or NewsError where something is not."""
    async with AsyncExitStack() as parts:
        store = await parts.enter_async_context(_opened_store(settings.store))
        clock = StoreClock(store, machine, observe)
        await asyncio.to_thread(clock.synchronise)
        session = await parts.enter_async_context(opened_session())
        archive = source(settings.archive)
        newsroom = archive.newsroom(settings.index, patient=True)
        parts.callback(newsroom.close)
        yield Opened(store, clock, session, archive, newsroom)


@asynccontextmanager
async def _opened_store(url: str) -> AsyncIterator[Store]:
    """The store, its tables up to date."""
    store = Store.open(url)
    try:
        await asyncio.to_thread(store.migrate)
        yield store
    finally:
        store.close()


@asynccontextmanager
async def opened_session() -> AsyncIterator[aiohttp.ClientSession]:
    """The one HTTP session, for both platforms; a proxy in the environment is not for chats."""
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=10)
    # The relay's workers are what bounds requests: one that waited here for a connection would count as sent.
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False) as session:
        yield session
