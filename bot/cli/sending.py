"""Carries one edition out, beside whatever service runs on the same store: the claim decides who sends what."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.chats import chats, deaf
from bot.clock import SystemClock
from bot.delivery.ledger import Ledger
from bot.delivery.relay import Relay
from bot.delivery.retry import RetryPolicy
from bot.delivery.rows import OPEN, Row
from bot.delivery.sightings import StoredSightings
from bot.logs import configure, observe
from bot.opening import opened_session
from bot.publishing.results import Empty, Published, Result
from bot.settings.settings import Settings
from bot.store.engine import Store
from bot.store.timekeeping import StoreClock

PATIENCE = timedelta(minutes=2)
"""How long `heatwire send` waits for the platforms; what is owed then stays in the outbox, for the service."""


async def deliver(settings: Settings, store: Store, result: Result) -> tuple[Row, ...]:
    """Send what the edition owes and answer what became of each message."""
    if not isinstance(result, Published | Empty) or not result.deliveries:
        return ()
    configure(secrets=settings.secrets)
    clock, stop = await asyncio.to_thread(StoreClock.read, store, SystemClock(), observe), asyncio.Event()
    async with opened_session() as session:
        plugged = chats(settings, replace(deaf(session, clock, observe), sightings=StoredSightings(store)))
        platforms = {name: chat.platform for name, chat in plugged.items()}
        witnesses = {name: chat.witness for name, chat in plugged.items() if chat.witness is not None}
        policy = RetryPolicy(on_unclear=settings.on_unclear)
        relay = Relay(store, platforms, clock, witnesses=witnesses, policy=policy, observe=observe)
        carrying = asyncio.create_task(relay.run(stop))
        deadline = clock.now() + PATIENCE
        while any(row.state in OPEN for row in _rows(store, result)) and clock.now() < deadline:
            await clock.wait(stop, 0.2)
        stop.set()
        await carrying
    return _rows(store, result)


def _rows(store: Store, result: Published | Empty) -> tuple[Row, ...]:
    return Ledger(store).rows(edition=result.edition, limit=10_000)
