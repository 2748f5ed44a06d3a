"""What can go wrong with deliveries, chats and editions, made to happen in a store."""

from datetime import datetime, timedelta

from bot.delivery import destinations
from bot.delivery.delivery import Destination
from bot.delivery.outbox import Outbox
from bot.delivery.settlement import Settlement
from bot.publishing import editions
from bot.publishing.editions import Edition, EditionState
from bot.publishing.results import EditionReason
from bot.store.engine import Store
from tests.bot.delivery.fakes import add, owed
from tests.clock import START as NOW

EDITION = "morning/2026-11-22T09:00"


def end(store: Store, settlement: Settlement, to: Destination, *, edition: str = EDITION, part: int = 1) -> str:
    """Let a message of an edition be claimed and end so; answers its key."""
    key = f"{edition}/{to}/{part}"
    add(store, owed(key, to, edition=edition, part=part))
    (claimed,) = Outbox(store).claim(to.platform, NOW, limit=1, lease=timedelta(seconds=75))
    assert claimed.key == key
    assert Outbox(store).settle(claimed, settlement, NOW)
    return key


def pause(store: Store, chat: Destination, reason: str = "bot was kicked", now: datetime = NOW) -> None:
    """Let the bot be thrown out of a chat."""
    with store.begin() as connection:
        destinations.pause(connection, chat.chat, reason, now)


def resume(store: Store, chat: Destination, now: datetime = NOW) -> None:
    """Let the bot into it again."""
    with store.begin() as connection:
        destinations.resume(connection, [chat.chat], now)


def miss(store: Store, digest: str, slot: str, due_at: datetime = NOW) -> None:
    """Let an edition be missed."""
    edition = Edition(
        digest, slot, due_at, EditionState.MISSED, reason=EditionReason.TOO_LATE, detail="5h late, 3h allowed"
    )
    with store.begin() as connection:
        assert editions.record(connection, edition, NOW)
