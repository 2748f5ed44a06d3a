"""The ledger of editions: which were published, empty or missed, what they held for whom, and how far the plan got.

All SQL about editions is here, and all of it runs in a transaction that the caller began.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.clock import from_milliseconds, milliseconds
from bot.delivery.delivery import Destination
from bot.publishing.results import EditionReason
from bot.store import tables
from bot.store.statements import inserting

OUT_OF_SCHEDULE = "send-"
"""What the slot of an edition that an operator sent begins with."""

UNDELIVERED = ("failed", "dropped", "expired")
"""States of a delivery after which nobody has read it."""


class EditionState(StrEnum):
    """What became of an edition."""

    PUBLISHED = "published"
    EMPTY = "empty"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Edition:
    """A digest at a fire time."""

    digest: str
    slot: str
    """Local date and time of day, `2026-11-22T09:00`; `send-2026-11-22T09:14:03` where an operator sent it."""
    due_at: datetime
    state: EditionState
    since: datetime | None = None
    """The start of the window it was chosen from."""
    reason: EditionReason | None = None
    """Why it is empty or missed; None where it is not, and where that was before reasons were told apart."""
    detail: str | None = None
    """What more there is to say of that, for people."""

    @property
    def key(self) -> str:
        """`morning/2026-11-22T09:00`: its identity, whichever process publishes it."""
        return f"{self.digest}/{self.slot}"


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a digest's plan was carried out, and under which timetable."""

    high_water: datetime
    timetable: str


@dataclass(frozen=True, slots=True)
class Received:
    """What one destination was sent by one digest."""

    files: frozenset[str]
    last: datetime
    """When the last edition that it was sent was due."""


def record(connection: Connection, edition: Edition, now: datetime) -> bool:
    """Write the edition down; False where the store has it already, so somebody else published it."""
    row = {
        "key": edition.key,
        "digest": edition.digest,
        "slot": edition.slot,
        "due_at": milliseconds(edition.due_at),
        "since_at": None if edition.since is None else milliseconds(edition.since),
        "state": edition.state.value,
        "reason": edition.reason,
        "detail": edition.detail,
        "recorded_at": milliseconds(now),
    }
    return connection.execute(inserting(connection, tables.edition).on_conflict_do_nothing(), row).rowcount > 0


def recorded(connection: Connection, key: str) -> bool:
    """Whether the store has an edition of this key."""
    edition = tables.edition
    return connection.execute(select(edition.c.key).where(edition.c.key == key)).first() is not None


def stamp(connection: Connection, digest: str) -> tuple[int, int]:
    """What differs as soon as one more edition of the digest is recorded."""
    edition = tables.edition
    query = select(func.count(), func.max(edition.c.recorded_at)).where(edition.c.digest == digest)
    count, last = connection.execute(query).one()
    return count, last or 0


def record_articles(connection: Connection, edition: Edition, destination: str, files: Iterable[str]) -> None:
    """Write down which articles the edition holds for a destination."""
    rows = [
        {"edition": edition.key, "destination": destination, "file": file, "digest": edition.digest}
        for file in dict.fromkeys(files)
    ]
    if rows:
        connection.execute(insert(tables.edition_article), rows)


def mark_of(connection: Connection, digest: str) -> Mark | None:
    """How far the digest's plan was carried out; None for a digest never seen."""
    mark = tables.digest_mark
    row = connection.execute(select(mark.c.high_water, mark.c.timetable).where(mark.c.digest == digest)).first()
    return None if row is None else Mark(from_milliseconds(row.high_water), row.timetable)


def start_timetable(connection: Connection, digest: str, mark: Mark) -> None:
    """From the mark on it is this timetable that the digest follows; the mark's instant never falls."""
    table = tables.digest_mark
    row = {"digest": digest, "high_water": milliseconds(mark.high_water), "timetable": mark.timetable}
    connection.execute(inserting(connection, table).on_conflict_do_nothing(), row)
    connection.execute(update(table).where(table.c.digest == digest).values(timetable=mark.timetable))
    raise_mark(connection, digest, mark)


def raise_mark(connection: Connection, digest: str, mark: Mark) -> None:
    """Carry the mark on, unless the digest follows another timetable now; its instant never falls."""
    table = tables.digest_mark
    lower = (table.c.timetable == mark.timetable, table.c.high_water < milliseconds(mark.high_water))
    values = {"high_water": milliseconds(mark.high_water)}
    connection.execute(update(table).where(table.c.digest == digest, *lower).values(values))


def forget_mark(connection: Connection, digest: str) -> None:
    """A digest that is planned no more: should it come back, it starts afresh."""
    connection.execute(delete(tables.digest_mark).where(tables.digest_mark.c.digest == digest))


def received(
    connection: Connection, digest: str, *, since: datetime, before: datetime | None = None
) -> Mapping[str, Received]:
    """What each destination was sent by the digest's editions due from `since` on (and before `before`).

    What was owed and never delivered does not count; where only some of an edition's messages arrived, all of it does.
    """
    edition, held = tables.edition, tables.edition_article
    query = (
        select(held.c.edition, held.c.destination, held.c.file, edition.c.due_at)
        .join(edition, edition.c.key == held.c.edition)
        .where(edition.c.digest == digest, edition.c.due_at >= milliseconds(since))
    )
    if before is not None:
        query = query.where(edition.c.due_at < milliseconds(before))
    rows = connection.execute(query).all()
    lost = _undelivered(connection, {row.edition for row in rows})
    return _by_destination(
        (row.destination, row.file, row.due_at) for row in rows if (row.edition, row.destination) not in lost
    )


def _by_destination(articles: Iterable[tuple[str, str, int]]) -> dict[str, Received]:
    files: defaultdict[str, set[str]] = defaultdict(set)
    last: defaultdict[str, int] = defaultdict(int)
    for destination, file, due_at in articles:
        files[destination].add(file)
        last[destination] = max(last[destination], due_at)
    return {name: Received(frozenset(files[name]), from_milliseconds(last[name])) for name in files}


def _undelivered(connection: Connection, editions: set[str]) -> set[tuple[str, str]]:
    """Edition and destination wherever not one message of the edition arrived or still may."""
    delivery = tables.delivery
    ended = delivery.c.state.in_(UNDELIVERED)
    query = select(delivery.c.key, delivery.c.edition).where(delivery.c.edition.in_(editions))
    lost = {_owed_to(row.key, row.edition) for row in connection.execute(query.where(ended))}
    if not lost:
        return lost
    return lost - {_owed_to(row.key, row.edition) for row in connection.execute(query.where(~ended))}


def _owed_to(key: str, edition: str | None) -> tuple[str, str]:
    """Edition and destination out of a delivery's key, `edition/destination/part`: the address there never moves."""
    return str(edition), key.removeprefix(f"{edition}/").rpartition("/")[0]


def skipped_since(connection: Connection, digest: str, due_at: datetime, window: timedelta) -> datetime | None:
    """Where editions were missed right before `due_at`: from when on nothing of theirs went out; None where none were.

    That is the last edition of the schedule that was not missed, or, if there is none, where the window of the first
    missed one began.
    """
    edition = tables.edition
    before = (edition.c.digest == digest, edition.c.due_at < milliseconds(due_at))
    missed = edition.c.state == EditionState.MISSED
    scheduled = edition.c.slot.not_like(f"{OUT_OF_SCHEDULE}%")
    last = connection.scalar(select(func.max(edition.c.due_at)).where(*before, ~missed, scheduled))
    after = () if last is None else (edition.c.due_at > last,)
    first_missed = connection.scalar(select(func.min(edition.c.due_at)).where(*before, missed, *after))
    if first_missed is None:
        return None
    return from_milliseconds(first_missed) - window if last is None else from_milliseconds(last)


def names_of(connection: Connection, places: Collection[Destination]) -> Mapping[Destination, tuple[str, ...]]:
    """The names under which the ledger may know each destination: its own, and those it had before its chat moved."""
    table = tables.destination
    former: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    moved = select(table.c.platform, table.c.address, table.c.moved_to).where(table.c.moved_to.is_not(None))
    for row in connection.execute(moved.order_by(table.c.address)):
        former[row.platform, row.moved_to].append(row.address)
    return {
        place: (str(place), *(str(replace(place, address=address)) for address in former.get(place.chat, ())))
        for place in places
    }


def latest(connection: Connection, digest: str | None = None, limit: int = 20) -> tuple[Edition, ...]:
    """The latest editions, the latest first: the answer to "why did nothing arrive?"."""
    table = tables.edition
    query = select(table).order_by(table.c.due_at.desc(), table.c.key).limit(limit)
    if digest is not None:
        query = query.where(table.c.digest == digest)
    return tuple(_edition(row) for row in connection.execute(query))


def tell_missed(connection: Connection, now: datetime) -> tuple[Edition, ...]:
    """The missed editions of which nobody was told, the oldest first; from now on they count as told."""
    table = tables.edition
    untold = (table.c.state == EditionState.MISSED.value, table.c.told_at.is_(None))
    telling = update(table).where(*untold).values(told_at=milliseconds(now)).returning(*table.c)
    found = (_edition(row) for row in connection.execute(telling))
    return tuple(sorted(found, key=lambda edition: (edition.due_at, edition.key)))


def _edition(row: Any) -> Edition:
    return Edition(
        digest=row.digest,
        slot=row.slot,
        due_at=from_milliseconds(row.due_at),
        state=EditionState(row.state),
        since=None if row.since_at is None else from_milliseconds(row.since_at),
        reason=None if row.reason is None else EditionReason(row.reason),
        detail=row.detail,
    )
