"""What became of every delivery, for operators and metrics, and what operators may do about it."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, delete, func, literal, or_, select, update

from bot.clock import from_milliseconds, milliseconds
from bot.delivery import destinations, inspections, sightings
from bot.delivery.delivery import Destination, Priority
from bot.delivery.destinations import Paused
from bot.delivery.rows import OPEN, Row, State, row
from bot.delivery.settlement import Reason
from bot.store.engine import Store
from bot.store.tables import delivery as table
from bot.store.tables import inspection

POSSIBLY_DOUBLE = "possibly_double"
"""Counted beside the states: deliveries that were sent again though nobody could find out whether they were there."""

REPEATS = (table.c.repeats, table.c.blind_repeats)
# Literally, for else the planners could not know that the index `delivery_past_replies` is about these.
_IS_REPLY = table.c.priority == literal(int(Priority.REPLY), literal_execute=True)
NOT_IN_FLIGHT = frozenset(State) - {State.SENDING, State.SENT}


Result = tuple[State, Reason | None]
"""Where a delivery stands, and why."""


class Ledger:
    """The outbox, looked at from outside; synchronous."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def rows(
        self, *, states: Collection[State] | None = None, edition: str | None = None, limit: int = 100
    ) -> tuple[Row, ...]:
        """Deliveries, the latest first; of all states and editions unless told."""
        query = select(table).order_by(table.c.queued_at.desc(), table.c.key.desc()).limit(limit)
        if states is not None:
            query = query.where(table.c.state.in_(sorted(states)))
        if edition is not None:
            query = query.where(table.c.edition == edition)
        with self._store.read() as connection:
            return tuple(row(found) for found in connection.execute(query))

    def row(self, key: str) -> Row | None:
        """One delivery; None where there is none of this key."""
        with self._store.read() as connection:
            found = connection.execute(select(table).where(table.c.key == key)).first()
        return None if found is None else row(found)

    def results(self, edition: str) -> Mapping[str, Mapping[Result, int]]:
        """How many of an edition's messages came to which end, or stand where, by destination."""
        place = (table.c.platform, table.c.address, table.c.thread)
        columns = (*place, table.c.state, table.c.reason)
        query = select(*columns, func.count().label("number")).where(table.c.edition == edition)
        found: defaultdict[str, dict[Result, int]] = defaultdict(dict)
        with self._store.read() as connection:
            for each in connection.execute(query.group_by(*columns).order_by(*columns)):
                result = (State(each.state), None if each.reason is None else Reason(each.reason))
                found[str(Destination(each.platform, each.address, each.thread))][result] = each.number
        return found

    def searches(self) -> Mapping[str, datetime]:
        """When messages are looked for in their chats, by key: unclear ones, and other copies of repeated ones.

        What has an instant in the past is being looked for, or next in line.
        """
        with self._store.read() as connection:
            found = connection.execute(select(inspection.c.delivery, inspection.c.due_at))
            return {each.delivery: from_milliseconds(each.due_at) for each in found}

    def counts(self) -> Mapping[str, int]:
        """How many deliveries are in each state, and how many may have been delivered twice."""
        by_state = select(table.c.state, func.count().label("number")).group_by(table.c.state)
        doubled = select(func.count()).where(table.c.blind_repeats > 0)
        with self._store.read() as connection:
            found = {each.state: each.number for each in connection.execute(by_state)}
            twice = connection.scalar(doubled) or 0
        return {**{state.value: found.get(state.value, 0) for state in State}, POSSIBLY_DOUBLE: twice}

    def receipt(self, key: str) -> Mapping[str, Any] | None:
        """What the platform calls the message; None where it was not (surely) delivered."""
        with self._store.read() as connection:
            found = connection.scalar(select(table.c.receipt).where(table.c.key == key))
        return None if found is None else dict(json.loads(found))

    def retry(self, key: str, now: datetime) -> bool:
        """Send it, now and whatever its age, with all attempts before it; False for what is in flight or delivered."""
        fresh = {"attempt": 0, "not_before": milliseconds(now), "expires_at": None, "settled_at": None}
        untold = {"reason": None, "told_at": None}
        # What may be there already is now sent again without knowing.
        dropped_unclear = and_(table.c.state == State.DROPPED, table.c.claimed_at.is_not(None))
        perhaps_there = or_(table.c.state == State.UNCERTAIN, table.c.reason == Reason.UNCLEAR, dropped_unclear)
        once_more = {column.name: column + case((perhaps_there, 1), else_=0) for column in REPEATS}
        return self._change(key, NOT_IN_FLIGHT, {"state": State.PENDING, **once_more, **fresh, **untold})

    def skip(self, key: str, now: datetime) -> bool:
        """Do not send it; False for what is in flight or ended."""
        ended = {"settled_at": milliseconds(now), "reason": Reason.SKIPPED, "error": None}
        return self._change(key, frozenset(OPEN) - {State.SENDING}, {"state": State.DROPPED, **ended})

    def mark_sent(self, key: str, now: datetime) -> bool:
        """It was seen in the chat; False for what is in flight or known to be delivered."""
        ended = {"settled_at": milliseconds(now), "reason": Reason.SEEN, "error": None}
        return self._change(key, NOT_IN_FLIGHT, {"state": State.SENT, **ended})

    def paused(self) -> tuple[Paused, ...]:
        """Chats that nothing is sent to, and why."""
        with self._store.read() as connection:
            return destinations.all_paused(connection)

    def resume(self, destination: Destination, now: datetime) -> bool:
        """Send to a paused chat again; False where it was not paused. What was dropped meanwhile stays dropped."""
        with self._store.begin() as connection:
            return destinations.resume(connection, [destination.chat], now) > 0

    def purge(self, before: datetime) -> int:
        """Forget replies that ended before an instant, and message numbers that concern nobody any more.

        Answers how many replies; digests' deliveries are kept.
        """
        old = (_IS_REPLY, table.c.settled_at < milliseconds(before))
        with self._store.begin() as connection:
            sightings.purge(connection, before)
            return connection.execute(delete(table).where(*old)).rowcount

    def _change(self, key: str, states: Collection[State], changes: Mapping[str, Any]) -> bool:
        which = (table.c.key == key, table.c.state.in_(sorted(states)))
        with self._store.begin() as connection:
            if not connection.execute(update(table).where(*which).values(changes)).rowcount:
                return False
            inspections.cancel(connection, [key])
            return True
