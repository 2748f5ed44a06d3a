"""What is owed, to whom and since when, and who is sending it: all the relay's and the publisher's SQL.

A delivery's way through its states:

    add → pending → claim → sending → settle → sent | failed
             ↑                 │
             ├── postponed ────┤
             └── absent ── uncertain → found: sent
                               ↑
                               a lease that ran out is this, never pending

Within a chat there is one message in flight. Replies form one line and digests another: each is kept in the order it
was added, replies go first, and a digest that is uncertain holds up its own line alone.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Update, bindparam, func, select, update

from bot.clock import from_milliseconds, milliseconds
from bot.delivery import destinations, inspections, line, sightings
from bot.delivery.delivery import Delivery, Priority
from bot.delivery.destinations import Chat
from bot.delivery.inspections import Inspection
from bot.delivery.rows import Owed, State, delivery, inserted, readdressed, settled, storable
from bot.delivery.settlement import Delivered, Readdressed, Reason, Settlement, Unreachable, Unresolved
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
        self,
        platform: str,
        now: datetime,
        *,
        limit: int,
        lease: timedelta,
        busy: Collection[str] = (),
        replies_only: bool = False,
    ) -> tuple[Delivery, ...]:
        """Take what is next in line in up to `limit` chats, for as long as the lease; it is on disk when this returns.

        At most one message a chat, none of the `busy` addresses, and none where another process has one in flight.
        """
        least = Priority.REPLY if replies_only else Priority.BROADCAST
        with self._store.begin() as connection:
            # Else two processes could each see a chat at rest and each take one of its two lines.
            take_turns(connection, f"claim {platform}")
            claimed = line.next_in_line(connection, platform, now, limit=limit, least=least, busy=busy)
            marked = _mark_claimed(connection, [row.key for row in claimed], now, lease) if claimed else {}
        return tuple(delivery(marked[row.key], now) for row in claimed if row.key in marked)

    def settle(self, attempted: Delivery, settlement: Settlement, now: datetime) -> bool:
        """Record what became of a claimed delivery, and what follows for its chat.

        False, and nothing recorded, where the lease ran out and the delivery has gone on without us since.
        """
        return self.settle_all([(attempted, settlement)], now)[0]

    def settle_all(self, attempts: Sequence[tuple[Delivery, Settlement]], now: datetime) -> tuple[bool, ...]:
        """As `settle` for each, in one transaction."""
        with self._store.begin() as connection:
            recorded = tuple(_record(connection, attempted, became, now) for attempted, became in attempts)
            pairs = [pair for pair, done in zip(attempts, recorded, strict=True) if done]
            _follow_up(connection, pairs, now)
        return recorded

    def conclude(self, inspection: Inspection, settlement: Settlement, now: datetime) -> bool:
        """Record what an inspection of an uncertain delivery found; False where that has gone on without us."""
        inspected = inspection.doubt.delivery
        with self._store.begin() as connection:
            if not inspections.end(connection, inspection, now):
                return False
            unclear = (table.c.key == inspected.key, table.c.state == State.UNCERTAIN, table.c.reason.is_(None))
            changes = settled(inspected, settlement, now)
            if not connection.execute(update(table).where(*unclear).values(changes)).rowcount:
                return False
            _follow_up(connection, [(replace(inspected, claimed_at=inspection.doubt.since), settlement)], now)
        return True

    def overdue(self, now: datetime) -> tuple[Delivery, ...]:
        """Deliveries still in flight though their lease has run out: whoever claimed them is gone."""
        lapsed = (table.c.state == State.SENDING, table.c.lease_until <= milliseconds(now))
        with self._store.read() as connection:
            found = connection.execute(select(table).where(*lapsed).order_by(table.c.queued_at, table.c.key))
            return tuple(delivery(row) for row in found)

    def expire(self, now: datetime) -> tuple[str, ...]:
        """Give up what is too old to be worth sending; answers their keys. What is unclear is looked for first."""
        too_old = (table.c.state == State.PENDING, table.c.expires_at <= milliseconds(now))
        changes = {"state": State.EXPIRED, "reason": Reason.TOO_OLD, "settled_at": milliseconds(now)}
        with self._store.begin() as connection:
            statement = update(table).where(*too_old).values(changes).returning(table.c.key)
            return tuple(sorted(connection.execute(statement).scalars()))

    def next_due(self, platform: str, now: datetime) -> datetime | None:
        """The next instant after `now` at which something that waits for its time may be sent."""
        query = select(func.min(table.c.not_before)).where(
            table.c.state == State.PENDING, table.c.platform == platform, table.c.not_before > milliseconds(now)
        )
        with self._store.read() as connection:
            found = connection.scalar(query)
        return None if found is None else from_milliseconds(found)


def _mark_claimed(
    connection: Connection, keys: Sequence[str], now: datetime, lease: timedelta
) -> Mapping[str, Row[Any]]:
    """The rows as they are then, by key; those are missing that an operator or a late answer has ended meanwhile."""
    changes: dict[str, Any] = {
        "state": State.SENDING,
        "attempt": table.c.attempt + 1,
        "claims": table.c.claims + 1,
        "lease_until": milliseconds(now + lease),
        # Kept from the first request that may have been taken: no copy is older than that.
        "claimed_at": func.coalesce(table.c.claimed_at, milliseconds(now)),
        "seen_before": func.coalesce(table.c.seen_before, sightings.last_serial(connection)),
    }
    still_owed = (table.c.key.in_(keys), table.c.state == State.PENDING)
    marked = connection.execute(update(table).where(*still_owed).values(changes).returning(table))
    return {row.key: row for row in marked}


def _record(connection: Connection, attempted: Delivery, settlement: Settlement, now: datetime) -> bool:
    changes = {"lease_until": None, **settled(attempted, settlement, now)}
    statement = _recording(tuple(changes), isinstance(settlement, Delivered))
    values = {f"new_{name}": value for name, value in changes.items()}
    return (
        connection.execute(statement, {"its_key": attempted.key, "its_claim": attempted.claim, **values}).rowcount > 0
    )


@cache
def _recording(columns: tuple[str, ...], arrived: bool) -> Update:
    """Sets columns of a delivery; kept, since building it costs several times what running it does."""
    # What surely arrived is recorded whatever was believed meanwhile, unless it has been claimed again since.
    state = table.c.state != State.SENT if arrived else table.c.state.in_((State.SENDING, State.UNCERTAIN))
    mine = (table.c.key == bindparam("its_key"), table.c.claims == bindparam("its_claim"), state)
    return update(table).where(*mine).values({name: bindparam(f"new_{name}") for name in columns})


def _follow_up(connection: Connection, recorded: Sequence[tuple[Delivery, Settlement]], now: datetime) -> None:
    """Write down what follows from settlements for the chats, and for what is known of the messages in them."""
    arrived = [(one, became) for one, became in recorded if isinstance(became, Delivered)]
    given = ((became.sighting, one.claimed_at) for one, became in arrived if became.sighting is not None)
    sightings.note_each(connection, given, now)
    inspections.cancel(connection, [one.key for one, _ in recorded])
    if arrived:
        destinations.resume(connection, {one.destination.chat for one, _ in arrived}, now)
    for one, became in recorded:
        chat = one.destination.chat
        match became:
            case Delivered(sweep_at=datetime() as due) | Unresolved(due):
                inspections.schedule(connection, one.key, chat, due)
            case Unreachable(error):
                _drop_all(connection, chat, error, now)
            case Readdressed(address):
                _readdress_all(connection, chat, address, now)
            case _:
                pass


def _drop_all(connection: Connection, chat: Chat, reason: str, now: datetime) -> None:
    """Pause a chat, and drop whatever else is owed to it."""
    reason = storable(reason)
    destinations.pause(connection, chat, reason, now)
    why = {"reason": Reason.PAUSED, "error": f"the chat is paused: {reason}"}
    changes = {"state": State.DROPPED, **why, "settled_at": milliseconds(now)}
    connection.execute(update(table).where(*_waiting_in(chat)).values(changes))


def _readdress_all(connection: Connection, chat: Chat, address: str, now: datetime) -> None:
    """Send whatever is owed to a chat to its new address."""
    destinations.move(connection, chat, address, now)
    query = select(table.c.key, table.c.arguments).where(*_waiting_in(chat))
    for row in connection.execute(query).all():
        arguments = json.dumps(readdressed(json.loads(row.arguments), chat[1], address))
        change = update(table).where(table.c.key == row.key)
        connection.execute(change.values(address=address, arguments=arguments))
    inspections.move(connection, chat, address)


def _waiting_in(chat: Chat) -> tuple[Any, ...]:
    return (table.c.platform == chat[0], table.c.address == chat[1], table.c.state.in_(WAITING))
