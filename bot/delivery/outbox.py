"""What is owed, to whom and since when, and who is sending it: all the relay's and the publisher's SQL.

A delivery's way through its states:

    add → pending → claim → sending → settle → sent | failed
             ↑                 │
             ├── postponed ────┤
             └── repeat ── uncertain ← a lease that ran out is this, never pending

Within a chat there is one message in flight. Replies form one line and digests another: each is kept in the order it
was added, replies go first, and what is uncertain holds up its own line alone.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.clock import from_milliseconds, milliseconds
from bot.delivery import destinations, line
from bot.delivery.delivery import Delivery, Destination, Priority
from bot.delivery.destinations import Chat
from bot.delivery.rows import Owed, State, delivery, inserted, readdressed, settled, storable
from bot.delivery.settlement import Delivered, Readdressed, Settlement, Unreachable
from bot.store.engine import Store
from bot.store.statements import inserting, take_turns
from bot.store.tables import delivery as table

__all__ = ["Outbox", "Owed"]

WAITING = (State.PENDING, State.UNCERTAIN)
"""States of what is owed and not in flight."""


class Outbox:
    """Deliveries in a store; synchronous, so the loops call it in a thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, connection: Connection, owed: Sequence[Owed], now: datetime) -> int:
        """Owe these messages, in the caller's transaction; answers how many were not owed (or sent) before.

        What goes to a chat that moved goes to its new address. What goes to one that was paused lately is written
        down as dropped, except for replies: whoever asks in a chat is there, so it is resumed.
        """
        places = destinations.current(connection, {one.destination for one in owed})
        asked_from = {places[one.destination].chat for one in owed if one.priority is Priority.REPLY}
        destinations.resume(connection, asked_from, now)
        chats = {place.chat for place in places.values()}
        reasons = destinations.left_alone(connection, chats, now)
        last = line.last_queued(connection, chats)
        rows = []
        for one in owed:
            place = places[one.destination]
            # Later than all before it in its chat, so that the clock may be set back and the order still holds.
            last[place.chat] = max(last.get(place.chat, 0) + 1, milliseconds(now))
            rows.append(inserted(one, place, last[place.chat], reasons.get(place.chat)))
        if not rows:
            return 0
        insert = inserting(connection, table).on_conflict_do_nothing().returning(table.c.key)
        return len(connection.execute(insert, rows).all())

    def claim(
        self, platform: str, now: datetime, *, limit: int, lease: timedelta, busy: Collection[str] = ()
    ) -> tuple[Delivery, ...]:
        """Take what is next in line in up to `limit` chats, for as long as the lease; it is on disk when this returns.

        At most one message a chat, none of the `busy` addresses, and none where another process has one in flight.
        """
        with self._store.begin() as connection:
            # Else two processes could each see a chat at rest and each take one of its two lines.
            take_turns(connection, f"claim {platform}")
            found = connection.execute(
                line.NEXT,
                # Twice as many, since a chat's reply and its digest may both be next.
                {"platform": platform, "now": milliseconds(now), "busy": list(busy), "limit": 2 * limit},
            )
            claimed = line.one_a_chat(found, limit)
            if claimed:
                keys = table.c.key.in_([row.key for row in claimed])
                changes = {"state": State.SENDING, "lease_until": milliseconds(now + lease)}
                connection.execute(update(table).where(keys).values(attempt=table.c.attempt + 1, **changes))
        return tuple(delivery(row, row.attempt + 1) for row in claimed)

    def settle(self, attempted: Delivery, settlement: Settlement, now: datetime) -> bool:
        """Record what became of a claimed delivery, and what follows for its chat.

        False, and nothing recorded, where the lease ran out and the delivery has gone on without us since.
        """
        with self._store.begin() as connection:
            mine = (
                table.c.key == attempted.key,
                table.c.attempt == attempted.attempt,
                table.c.state.in_((State.SENDING, State.UNCERTAIN)),
            )
            changes = {"lease_until": None, **settled(attempted, settlement, now)}
            if not connection.execute(update(table).where(*mine).values(changes)).rowcount:
                return False
            if isinstance(settlement, Delivered):
                destinations.resume(connection, [attempted.destination.chat], now)
            elif isinstance(settlement, Unreachable):
                _drop_all(connection, attempted.destination.chat, settlement.error, now)
            elif isinstance(settlement, Readdressed):
                _readdress_all(connection, attempted.destination.chat, settlement.address, now)
        return True

    def overdue(self, now: datetime) -> tuple[Delivery, ...]:
        """Deliveries still in flight though their lease has run out: whoever claimed them is gone."""
        lapsed = (table.c.state == State.SENDING, table.c.lease_until <= milliseconds(now))
        with self._store.read() as connection:
            found = connection.execute(select(table).where(*lapsed).order_by(table.c.queued_at, table.c.key))
            return tuple(delivery(row, row.attempt) for row in found)

    def repeat(self, now: datetime) -> tuple[str, ...]:
        """Owe again what stayed uncertain until its time had passed; answers their keys. Each may be there twice."""
        unclear = (table.c.state == State.UNCERTAIN, table.c.not_before <= milliseconds(now))
        changes = {"state": State.PENDING, "repeats": table.c.repeats + 1}
        return self._change(unclear, changes)

    def expire(self, now: datetime) -> tuple[str, ...]:
        """Give up what is too old to be worth sending; answers their keys."""
        too_old = (table.c.state.in_(WAITING), table.c.expires_at <= milliseconds(now))
        return self._change(too_old, {"state": State.EXPIRED, "settled_at": milliseconds(now)})

    def next_due(self, platform: str, now: datetime) -> datetime | None:
        """The next instant after `now` at which something that waits for its time may be sent."""
        query = select(func.min(table.c.not_before)).where(
            table.c.state == State.PENDING, table.c.platform == platform, table.c.not_before > milliseconds(now)
        )
        with self._store.read() as connection:
            found = connection.scalar(query)
        return None if found is None else from_milliseconds(found)

    def moved(self, destination: Destination) -> Destination:
        """Where messages for this destination go now: to itself, unless its chat moved."""
        with self._store.read() as connection:
            return destinations.current(connection, [destination])[destination]

    def _change(self, which: Sequence[Any], changes: Mapping[str, Any]) -> tuple[str, ...]:
        with self._store.begin() as connection:
            statement = update(table).where(*which).values(changes).returning(table.c.key)
            return tuple(sorted(connection.execute(statement).scalars()))


def _drop_all(connection: Connection, chat: Chat, reason: str, now: datetime) -> None:
    """Pause a chat, and drop whatever else is owed to it."""
    reason = storable(reason)
    destinations.pause(connection, chat, reason, now)
    changes = {"state": State.DROPPED, "error": f"the chat is paused: {reason}", "settled_at": milliseconds(now)}
    connection.execute(update(table).where(*_waiting_in(chat)).values(changes))


def _readdress_all(connection: Connection, chat: Chat, address: str, now: datetime) -> None:
    """Send whatever is owed to a chat to its new address."""
    destinations.move(connection, chat, address, now)
    query = select(table.c.key, table.c.arguments).where(*_waiting_in(chat))
    for row in connection.execute(query).all():
        arguments = json.dumps(readdressed(json.loads(row.arguments), chat[1], address))
        change = update(table).where(table.c.key == row.key)
        connection.execute(change.values(address=address, arguments=arguments))


def _waiting_in(chat: Chat) -> tuple[Any, ...]:
    return (table.c.platform == chat[0], table.c.address == chat[1], table.c.state.in_(WAITING))
