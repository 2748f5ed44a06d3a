"""Which deliveries have to be looked for in their chats, and who is looking: the inspections' SQL.

An inspection of an uncertain delivery finds out whether it is there; one of a delivery that was sent after all, and had
been repeated, removes what other copies there are. While one goes on nothing is claimed for its chat, and none begins
while something is in flight there: a new message could be taken for the one that is looked for.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, case, delete, exists, func, or_, select, update

from bot.clock import from_milliseconds, milliseconds
from bot.delivery import sightings
from bot.delivery.doubt import Doubt, Swept
from bot.delivery.rows import State, delivery
from bot.delivery.settlement import Reason
from bot.store.engine import Store
from bot.store.statements import inserting, take_turns
from bot.store.tables import delivery as deliveries
from bot.store.tables import inspection as table

_flying = deliveries.alias("flying")
_other = table.alias("other")
_chat_is_busy = or_(
    exists().where(
        _flying.c.platform == table.c.platform,
        _flying.c.address == table.c.address,
        _flying.c.state == State.SENDING,
    ),
    exists().where(
        _other.c.platform == table.c.platform,
        _other.c.address == table.c.address,
        _other.c.delivery != table.c.delivery,
        _other.c.lease_until.is_not(None),
    ),
)
_doubted = deliveries.alias("doubted")
_sweep_is_early = and_(
    exists().where(deliveries.c.key == table.c.delivery, deliveries.c.state == State.SENT),
    exists().where(
        _doubted.c.platform == table.c.platform,
        _doubted.c.address == table.c.address,
        _doubted.c.state == State.UNCERTAIN,
    ),
)
"""What was not found yet would be a stray to a sweep that cannot read it, and may be the only copy."""
_is_wanted = exists().where(
    deliveries.c.key == table.c.delivery,
    or_(
        and_(deliveries.c.state == State.SENT, deliveries.c.receipt.is_not(None)),
        and_(deliveries.c.state == State.UNCERTAIN, deliveries.c.reason.is_(None)),
    ),
)
"""Uncertain deliveries that have a reason are held for an operator; others that ended otherwise concern nobody.

Of what an operator saw in the chat there is no receipt: to a sweep the only copy would be a stray.
"""
_UNATTENDED = (
    deliveries.c.state == State.UNCERTAIN,
    deliveries.c.reason.is_(None),
    ~exists().where(table.c.delivery == deliveries.c.key),
)
_seen = deliveries.alias("seen")
_LAST_SEEN = (
    select(func.max(_seen.c.settled_at))
    .where(
        _seen.c.platform == deliveries.c.platform,
        _seen.c.address == deliveries.c.address,
        _seen.c.state == State.SENT,
        _seen.c.reason == Reason.SEEN,
    )
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class Inspection:
    """A claimed inspection."""

    doubt: Doubt
    is_sweep: bool
    """Whether strays are looked for; else the message itself."""
    lease_until: int
    """Milliseconds since 1970; whoever concludes must still hold this very lease."""


def schedule(connection: Connection, key: str, chat: tuple[str, str], due: datetime) -> None:
    """Have a delivery looked for from an instant on, by which the platform surely has made up its mind.

    Whoever is looking for it already is not disturbed; it is looked for again after that.
    """
    when = {"due_at": milliseconds(due), "settled_at": milliseconds(due)}
    row = {"delivery": key, "platform": chat[0], "address": chat[1], **when}
    insert = inserting(connection, table).values(row)
    connection.execute(insert.on_conflict_do_update(index_elements=("delivery",), set_=row))


def cancel(connection: Connection, keys: Iterable[str]) -> None:
    """Have deliveries looked for no more.

    Whoever is looking for one just now is not disturbed, and keeps its chat at rest until the end.
    """
    unheld = table.c.lease_until.is_(None)
    connection.execute(delete(table).where(table.c.delivery.in_(list(keys)), unheld))


def end(connection: Connection, inspection: "Inspection", now: datetime) -> bool:
    """Whoever looked has seen enough; what was scheduled meanwhile is left. False where the lease was lost."""
    if not connection.execute(update(table).where(*_held(inspection)).values(lease_until=None)).rowcount:
        return False
    done = (table.c.delivery == inspection.doubt.delivery.key, table.c.due_at <= milliseconds(now))
    connection.execute(delete(table).where(*done))
    return True


def move(connection: Connection, chat: tuple[str, str], address: str) -> None:
    """The chat has another address from now on."""
    there = (table.c.platform == chat[0], table.c.address == chat[1])
    connection.execute(update(table).where(*there).values(address=address))


class Inspections:
    """Inspections in a store; synchronous, so the loops call it in a thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def claim(self, platform: str, now: datetime, *, limit: int, lease: timedelta) -> tuple[Inspection, ...]:
        """Take up to so many that are due, one a chat, for as long as the lease; nothing is sent there meanwhile."""
        instant = milliseconds(now)
        due = (table.c.platform == platform, table.c.due_at <= instant)
        with self._store.read() as connection:
            if connection.scalar(select(table.c.delivery).where(*due).limit(1)) is None:
                return ()
        with self._store.begin() as connection:
            # The same turns as for claims of deliveries: else each could see the chat at rest.
            take_turns(connection, f"claim {platform}")
            free = or_(table.c.lease_until.is_(None), table.c.lease_until <= instant)
            connection.execute(delete(table).where(*due, free, ~_is_wanted))
            ready = (*due, free, ~_chat_is_busy, ~_sweep_is_early)
            query = select(table.c.address, table.c.delivery).where(*ready).order_by(table.c.due_at)
            # Backwards, so that the first of each chat is the one that stays.
            first = {row.address: row.delivery for row in reversed(connection.execute(query).all())}
            keys = list(reversed(first.values()))[:limit]
            until = milliseconds(now + lease)
            connection.execute(update(table).where(table.c.delivery.in_(keys)).values(lease_until=until))
            found = select(deliveries, table.c.settled_at.label("decided_at"), _LAST_SEEN.label("last_seen_at")).join(
                table, table.c.delivery == deliveries.c.key
            )
            rows = connection.execute(found.where(table.c.delivery.in_(keys)).order_by(table.c.due_at)).all()
            return tuple(_inspection(row, until) for row in rows)

    def schedule_missing(self) -> tuple[str, ...]:
        """Have those unclear deliveries looked for that nobody would ever look for; answers their keys.

        Whatever makes one unclear schedules that with it, so there should be none. But each would hold up its chat for
        good, and nothing would tell of it.
        """
        query = select(deliveries).where(*_UNATTENDED).order_by(deliveries.c.queued_at, deliveries.c.key)
        with self._store.read() as connection:
            if connection.execute(query.limit(1)).first() is None:
                return ()
        with self._store.begin() as connection:
            # Locked, so that an answer which comes just now finds the inspection, and cancels it.
            rows = connection.execute(query.with_for_update(of=deliveries)).all()
            for row in rows:
                schedule(connection, row.key, (row.platform, row.address), from_milliseconds(row.not_before))
        return tuple(row.key for row in rows)

    def put_off(self, inspection: Inspection, until: datetime) -> bool:
        """Look again at an instant, and let the chat go on meanwhile; False where the lease was lost."""
        with self._store.begin() as connection:
            instant = milliseconds(until)
            due = case((table.c.due_at > instant, table.c.due_at), else_=instant)
            later = update(table).where(*_held(inspection)).values(due_at=due, lease_until=None)
            return connection.execute(later).rowcount > 0

    def finish_sweep(self, inspection: Inspection, swept: Swept | None, now: datetime) -> bool:
        """No stray is left, or none can be found; False where the lease was lost."""
        with self._store.begin() as connection:
            if not end(connection, inspection, now):
                return False
            if swept is not None:
                sightings.note(connection, swept.sightings, now, inspection.doubt.since)
            return True


def _held(inspection: Inspection) -> tuple[Any, ...]:
    return (table.c.delivery == inspection.doubt.delivery.key, table.c.lease_until == inspection.lease_until)


def _inspection(row: Row[Any], until: int) -> Inspection:
    doubt = Doubt(
        delivery=delivery(row),
        since=from_milliseconds(row.queued_at if row.claimed_at is None else row.claimed_at),
        before=row.seen_before or 0,
        settled=from_milliseconds(row.decided_at),
        receipt=None if row.receipt is None else json.loads(row.receipt),
        unnumbered=None if row.last_seen_at is None else from_milliseconds(row.last_seen_at),
    )
    return Inspection(doubt, row.state == State.SENT, until)
