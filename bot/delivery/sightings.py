"""Which message numbers are known, in the store: what tells a message that nobody confirmed from all others."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, func, select

from bot.clock import milliseconds
from bot.delivery.outcome import Sighting
from bot.store.engine import Store
from bot.store.statements import inserting
from bot.store.tables import sighting as table

KEPT = 100
"""Numbers up to the highest of a sequence that stay known: how close they lie shows how many one is told of."""


def note(
    connection: Connection, sightings: Iterable[Sighting], now: datetime, given_after: datetime | None = None
) -> None:
    """Write numbers down, in the caller's transaction; one that is known already stays as it was noted first.

    `given_after`: the platform surely gave these numbers after that instant: a request's claim.
    """
    note_each(connection, ((one, given_after) for one in sightings), now)


def note_each(connection: Connection, given: Iterable[tuple[Sighting, datetime | None]], now: datetime) -> None:
    """As `note`, with an instant for each."""
    rows = [
        {
            "sequence": one.sequence,
            "number": one.number,
            "seen_at": milliseconds(now),
            "given_after": None if after is None else milliseconds(after),
        }
        for one, after in dict(given).items()
    ]
    if rows:
        connection.execute(inserting(connection, table).on_conflict_do_nothing(), rows)


def last_serial(connection: Connection) -> int:
    """The serial of the latest sighting; 0 where there is none."""
    return connection.scalar(select(func.max(table.c.serial))) or 0


def purge(connection: Connection, before: datetime) -> int:
    """Forget numbers sighted before an instant, but for the last of each sequence; answers how many."""
    highest = select(func.max(table.c.number).label("number"), table.c.sequence).group_by(table.c.sequence).subquery()
    is_among_the_last = (
        select(highest.c.number)
        .where(and_(highest.c.sequence == table.c.sequence, highest.c.number - KEPT < table.c.number))
        .exists()
    )
    old = table.c.seen_at < milliseconds(before)
    return connection.execute(delete(table).where(old, ~is_among_the_last)).rowcount


class StoredSightings:
    """The sightings in a store, as whoever looks for a message asks for them: see `bot.delivery.doubt.Sightings`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def base(self, sequence: str, before: int) -> int | None:
        """The highest number sighted with a serial up to `before`; None where there is none."""
        return self._number(func.max(table.c.number), sequence, table.c.serial <= before)

    def end(self, sequence: str, instant: datetime) -> int | None:
        """The lowest number that was surely given after the instant; None where there is none."""
        return self._number(func.min(table.c.number), sequence, table.c.given_after > milliseconds(instant))

    def top(self, sequence: str) -> int | None:
        """The highest number sighted so far; None where there is none."""
        return self._number(func.max(table.c.number), sequence)

    def known(self, sequence: str, above: int, below: int) -> frozenset[int]:
        """The numbers sighted between the two, both excluded."""
        query = select(table.c.number).where(
            table.c.sequence == sequence, table.c.number > above, table.c.number < below
        )
        with self._store.read() as connection:
            return frozenset(connection.execute(query).scalars())

    def _number(self, wanted: ColumnElement[int], sequence: str, *conditions: ColumnElement[bool]) -> int | None:
        with self._store.read() as connection:
            return connection.scalar(select(wanted).where(table.c.sequence == sequence, *conditions))
