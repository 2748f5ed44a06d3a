"""What is known of chats that are not simply there: which are paused and why, and which moved where."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, select, update

from bot.clock import from_milliseconds, milliseconds
from bot.delivery.delivery import Destination
from bot.store.statements import inserting
from bot.store.tables import destination as table

Chat = tuple[str, str]
"""Platform and address."""

CHUNK = 500
"""Addresses in one statement; both databases take a bounded number of parameters."""

TRIED_AGAIN = timedelta(hours=20)
"""How long a chat is left alone: then a message is tried, for not every platform tells that the bot was let in again.
A daily digest finds out once a day."""

HOPS = 8
"""How many times in a row a chat can have moved; more is two that point at each other."""


@dataclass(frozen=True, slots=True)
class Paused:
    """A chat that nothing is sent to."""

    platform: str
    address: str
    reason: str
    since: datetime
    """When it was last found to be so."""

    @property
    def chat(self) -> Chat:
        """Which it is."""
        return (self.platform, self.address)

    def __str__(self) -> str:
        """`telegram:-100123`, as a destination is shown."""
        return f"{self.platform}:{self.address}"


def current(connection: Connection, destinations: Collection[Destination]) -> Mapping[Destination, Destination]:
    """Where messages for these destinations go now: each to itself, unless its chat moved."""
    places = {destination: destination for destination in destinations}
    for _ in range(HOPS):
        moves = _moves(connection, {place.chat for place in places.values()})
        if not moves:
            break
        places = {
            known: replace(place, address=moves.get(place.chat, place.address)) for known, place in places.items()
        }
    return places


def left_alone(connection: Connection, chats: Collection[Chat], now: datetime) -> Mapping[Chat, str]:
    """Why, of those of the chats that are paused and not to be tried again yet."""
    found: dict[Chat, str] = {}
    lately = table.c.changed_at > milliseconds(now - TRIED_AGAIN)
    for platform, addresses in by_platform(chats):
        query = _of(platform, addresses).where(table.c.paused.is_not(None), lately)
        found |= {(platform, row.address): row.paused for row in connection.execute(query)}
    return found


def all_paused(connection: Connection) -> tuple[Paused, ...]:
    """Every paused chat, the latest first."""
    query = select(table).where(table.c.paused.is_not(None)).order_by(table.c.changed_at.desc(), table.c.address)
    return tuple(
        Paused(row.platform, row.address, row.paused, from_milliseconds(row.changed_at))
        for row in connection.execute(query)
    )


def still_paused(connection: Connection, chats: Collection[Chat]) -> frozenset[Chat]:
    """Those of the chats that are paused, whether they are to be tried again or not."""
    found: set[Chat] = set()
    for platform, addresses in by_platform(chats):
        query = _of(platform, addresses).where(table.c.paused.is_not(None))
        found |= {(platform, row.address) for row in connection.execute(query)}
    return frozenset(found)


def tell_paused(connection: Connection, chats: Collection[Chat], now: datetime) -> tuple[Paused, ...]:
    """Those of the chats that are paused and of which nobody was told, by address; from now on they count as told."""
    found: list[Paused] = []
    for platform, addresses in by_platform(chats):
        untold = (table.c.platform == platform, table.c.address.in_(addresses), table.c.told_at.is_(None))
        telling = update(table).where(*untold, table.c.paused.is_not(None)).values(told_at=milliseconds(now))
        told = connection.execute(telling.returning(table.c.address, table.c.paused, table.c.changed_at))
        found += [Paused(platform, row.address, row.paused, from_milliseconds(row.changed_at)) for row in told]
    return tuple(sorted(found, key=lambda one: (one.platform, one.address)))


def pause(connection: Connection, chat: Chat, reason: str, now: datetime) -> None:
    """Send nothing there for `TRIED_AGAIN`, and no more than the next message after that unless it arrives.

    One that was tried again in vain stays paused, so that nobody is told of it a second time.
    """
    _record(connection, chat, {"paused": reason, "changed_at": milliseconds(now)})


def resume(connection: Connection, chats: Collection[Chat], now: datetime) -> int:
    """Send there again, and tell of it when it is paused again; answers how many of the chats were paused."""
    changes = {"paused": None, "told_at": None, "changed_at": milliseconds(now)}
    resumed = 0
    for platform, addresses in by_platform(chats):
        those = (table.c.platform == platform, table.c.address.in_(addresses), table.c.paused.is_not(None))
        resumed += connection.execute(update(table).where(*those).values(changes)).rowcount
    return resumed


def move(connection: Connection, chat: Chat, address: str, now: datetime) -> None:
    """The chat has another address from now on; a chat that moves back ends the move it came by."""
    platform, old = chat
    _record(connection, chat, {"moved_to": address, "changed_at": milliseconds(now)})
    back = (table.c.platform == platform, table.c.address == address, table.c.moved_to == old)
    connection.execute(update(table).where(*back).values(moved_to=None))


def by_platform(chats: Collection[Chat]) -> Iterator[tuple[str, Sequence[str]]]:
    """The chats' addresses a platform at a time, in portions that one statement can hold."""
    for platform in sorted({platform for platform, _ in chats}):
        addresses = sorted({address for of, address in chats if of == platform})
        for start in range(0, len(addresses), CHUNK):
            yield platform, addresses[start : start + CHUNK]


def _moves(connection: Connection, chats: Collection[Chat]) -> dict[Chat, str]:
    found: dict[Chat, str] = {}
    for platform, addresses in by_platform(chats):
        query = _of(platform, addresses).where(table.c.moved_to.is_not(None))
        found |= {(platform, row.address): row.moved_to for row in connection.execute(query)}
    return found


def _of(platform: str, addresses: Sequence[str]) -> Select[tuple[str, str | None, str | None]]:
    query = select(table.c.address, table.c.paused, table.c.moved_to)
    return query.where(table.c.platform == platform, table.c.address.in_(addresses))


def _record(connection: Connection, chat: Chat, changes: Mapping[str, object]) -> None:
    statement = inserting(connection, table).values(platform=chat[0], address=chat[1], **changes)
    connection.execute(statement.on_conflict_do_update(index_elements=("platform", "address"), set_=changes))
