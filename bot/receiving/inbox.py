"""What was received and has to be acted on, in the store; all the SQL of it.

    receive → pending → settle → done | failed
                 ↑          │
                 └ put_off ─┘

A row's key outlives its text: what is told again within a day is the same row, so nothing follows from it twice.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from bot.clock import from_milliseconds, milliseconds
from bot.delivery import sightings as sighted
from bot.delivery.outcome import Sighting
from bot.delivery.rows import storable
from bot.failpoints import Point, reach
from bot.receiving.codec import decode, encode
from bot.receiving.received import Event, Received, chat_of
from bot.store.engine import Store
from bot.store.statements import inserting
from bot.store.tables import inbox as table

KEEP_DONE = timedelta(hours=24)
"""How long a key is remembered: Slack tells events again for an hour or so, Telegram for as long as it keeps them."""
KEEP_FAILED = timedelta(days=7)
"""How long it can be seen what failed, and why."""
CHUNK = 500
"""Rows in one statement; both databases take a bounded number of parameters."""

Effect = Callable[[Connection], None]
"""What follows from an event, written in the transaction that marks it done."""


class State(StrEnum):
    """Where a received event stands."""

    PENDING = "pending"
    """To be acted on."""
    DONE = "done"
    FAILED = "failed"
    """Acting on it broke time and again; the error says how."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Something received that is to be acted on."""

    key: str
    event: Event | None
    """None where the row cannot be read."""
    attempt: int
    """How often acting on it has broken."""
    received_at: datetime
    """Its place in line, and when it came in."""

    @property
    def chat(self) -> tuple[str, str]:
        """Those of one chat are acted on in order; what cannot be read stands alone."""
        return ("", self.key) if self.event is None else chat_of(self.event)


class Inbox:
    """Received events in a store; synchronous, so the loops call it in a thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def receive(
        self, received: Sequence[Received], sightings: Collection[Sighting], now: datetime
    ) -> tuple[Pending, ...]:
        """Store these and the message numbers shown on the way, all or none; answers those that are new, in order."""
        if not received and not sightings:
            return ()
        with self._store.begin() as connection:
            sighted.note(connection, sightings, now)
            fresh = _add(connection, received, now)
        reach(Point.INBOX_STORED)
        return fresh

    def pending(self, limit: int) -> tuple[Pending, ...]:
        """What is to be acted on, the oldest first."""
        query = select(table).where(table.c.state == State.PENDING)
        with self._store.read() as connection:
            found = connection.execute(query.order_by(table.c.received_at, table.c.key).limit(limit))
            return tuple(
                Pending(row.key, _read(row.key, row.body), row.attempt, from_milliseconds(row.received_at))
                for row in found
            )

    def settle(self, one: Pending, effect: Effect | None, now: datetime, error: str | None = None) -> bool:
        """Mark it done (failed where there is an error) and let its effect come about, both or neither.

        False, and no effect, where another process was faster. What it said is forgotten at once.
        """
        ended = {"state": State.DONE if error is None else State.FAILED, "settled_at": milliseconds(now)}
        with self._store.begin() as connection:
            if not _change(connection, one, {**ended, "body": "", "error": _said(error)}):
                return False
            if effect is not None:
                effect(connection)
        reach(Point.COMMAND_DONE)
        return True

    def put_off(self, one: Pending, error: str) -> Pending | None:
        """Note that acting on it broke once more; answers it as it is now, None where another process settled it."""
        attempt = one.attempt + 1
        with self._store.begin() as connection:
            noted = _change(connection, one, {"attempt": attempt, "error": _said(error)})
        return replace(one, attempt=attempt) if noted else None

    def purge(self, now: datetime) -> int:
        """Forget what was done a day ago, and what failed a week ago; answers how many."""
        old = [
            (table.c.state == state, table.c.settled_at < milliseconds(now - kept))
            for state, kept in ((State.DONE, KEEP_DONE), (State.FAILED, KEEP_FAILED))
        ]
        with self._store.begin() as connection:
            return sum(connection.execute(delete(table).where(*which)).rowcount for which in old)


def _add(connection: Connection, received: Sequence[Received], now: datetime) -> tuple[Pending, ...]:
    """Add a row for each that has none; each is later than all that wait, whatever the clock says."""
    last = connection.scalar(select(func.max(table.c.received_at)).where(table.c.state == State.PENDING)) or 0
    first = max(last + 1, milliseconds(now))
    added: list[Pending] = []
    for start in range(0, len(received), CHUNK):
        portion = list(enumerate(received[start : start + CHUNK], first + start))
        insert = inserting(connection, table).on_conflict_do_nothing().returning(table.c.key)
        new = set(connection.execute(insert.values([_row(one, place) for place, one in portion])).scalars())
        for place, one in portion:
            if one.key in new:
                new.remove(one.key)  # told twice in one breath
                added.append(Pending(one.key, one.event, 0, from_milliseconds(place)))
    return tuple(added)


def _row(one: Received, received_at: int) -> dict[str, Any]:
    return {
        "key": one.key,
        "platform": chat_of(one.event)[0],
        "body": encode(one.event),
        "state": State.PENDING,
        "attempt": 0,
        "received_at": received_at,
    }


def _change(connection: Connection, one: Pending, values: dict[str, Any]) -> bool:
    """Change the row as long as nobody has settled it: of several processes one gets to act."""
    mine: tuple[ColumnElement[bool], ...] = (table.c.key == one.key, table.c.state == State.PENDING)
    return connection.execute(update(table).where(*mine).values(values)).rowcount > 0


def _read(key: str, body: str) -> Event | None:
    try:
        return decode(key, body).event
    except ValueError:
        return None


def _said(error: str | None) -> str | None:
    return None if error is None else storable(error)
