"""What was given up or is held, of which nobody has been told yet."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, or_, update

from bot.clock import milliseconds
from bot.delivery.delivery import Destination
from bot.delivery.rows import State
from bot.delivery.settlement import Reason
from bot.store.tables import delivery as table

# As it stands in the index `delivery_untold`, and literally, for else the planners could not know that it is the same.
_STATES: BindParameter[tuple[str, ...]] = bindparam(
    "states", ("failed", "expired", "uncertain"), expanding=True, literal_execute=True
)
_UNTOLD = (
    table.c.told_at.is_(None),
    table.c.edition.is_not(None),
    table.c.state.in_(_STATES),
    or_(table.c.state != State.UNCERTAIN, table.c.reason == Reason.HELD),
)
"""What is dropped is no news: its chat is paused, of which they are told, or an operator said so."""
_COLUMNS = ("key", "edition", "platform", "address", "thread", "part", "reason", "error")


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message of an edition that did not arrive, or of which nobody can find out whether it did."""

    key: str
    edition: str
    destination: Destination
    part: int
    reason: Reason
    error: str


def tell_undelivered(connection: Connection, now: datetime) -> tuple[Undelivered, ...]:
    """Those of which nobody was told, in order; from now on they count as told.

    Messages that belong to no edition are left out: replies, and what is told itself.
    """
    telling = update(table).where(*_UNTOLD).values(told_at=milliseconds(now))
    found = connection.execute(telling.returning(*(table.c[name] for name in _COLUMNS)))
    told = [
        Undelivered(
            row.key,
            row.edition,
            Destination(row.platform, row.address, row.thread),
            row.part,
            Reason(row.reason),
            row.error or "",
        )
        for row in found
    ]
    return tuple(sorted(told, key=lambda one: (one.edition, str(one.destination), one.part)))
