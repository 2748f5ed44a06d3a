"""Examples of what is received, and what the store holds of it."""

from typing import Any

from sqlalchemy import select

from bot.command import Command
from bot.delivery.delivery import Destination
from bot.receiving.received import Received
from bot.store.engine import Store
from bot.store.tables import delivery
from bot.store.tables import inbox as table


def asked(number: int, line: str = "help", *, chat: int | None = None) -> Received:
    """A command, from a chat of its own unless told otherwise."""
    name, _, argument = line.partition(" ")
    origin = Destination("telegram", str(number if chat is None else chat))
    key = f"telegram/{number}"
    return Received(key, Command(name, argument, origin, key))


def rows(store: Store) -> list[dict[str, Any]]:
    """What the inbox holds, in order."""
    with store.read() as connection:
        found = connection.execute(select(table).order_by(table.c.received_at, table.c.key))
        return [dict(row._mapping) for row in found]


def states(store: Store) -> dict[str, str]:
    return {row["key"]: row["state"] for row in rows(store)}


def owed(store: Store) -> list[str]:
    """Keys of what is in the outbox, in order."""
    with store.read() as connection:
        return list(connection.execute(select(delivery.c.key).order_by(delivery.c.queued_at, delivery.c.key)).scalars())
