"""Who is next: the order within chats, as SQL."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, exists, func, or_, select, tuple_

from bot.clock import milliseconds
from bot.delivery.delivery import Priority
from bot.delivery.destinations import Chat, by_platform
from bot.delivery.rows import OPEN, State
from bot.store.tables import delivery as table
from bot.store.tables import inspection

_before = table.alias("before")
_blocked = exists().where(
    _before.c.platform == table.c.platform,
    _before.c.address == table.c.address,
    _before.c.state.in_(OPEN),
    or_(
        _before.c.state == State.SENDING,
        and_(
            _before.c.priority == table.c.priority,
            # A reply of which nobody knows is not worth that the next one waits.
            or_(_before.c.state != State.UNCERTAIN, _before.c.priority != Priority.REPLY),
            tuple_(_before.c.queued_at, _before.c.part, _before.c.key)
            < tuple_(table.c.queued_at, table.c.part, table.c.key),
        ),
    ),
)
# While a message is looked for in a chat, another that arrives there could be taken for it.
_inspected = exists().where(
    inspection.c.platform == table.c.platform,
    inspection.c.address == table.c.address,
    inspection.c.lease_until.is_not(None),
)
# Built once: building it costs several times what running it does.
NEXT = (
    select(table)
    .where(
        table.c.platform == bindparam("platform"),
        table.c.state == State.PENDING,
        table.c.not_before <= bindparam("now"),
        or_(table.c.expires_at.is_(None), table.c.expires_at > bindparam("now")),
        table.c.priority <= bindparam("least"),
        ~_blocked,
        ~_inspected,
    )
    .order_by(table.c.priority, table.c.queued_at)
    .limit(bindparam("limit"))
)
"""The first message of every line that may move, replies first and the longest waiting first: up to two a chat."""


def last_queued(connection: Connection, chats: Collection[Chat]) -> dict[Chat, int]:
    """The place in line of the last message owed to each chat."""
    last: dict[Chat, int] = {}
    for platform, addresses in by_platform(chats):
        query = select(table.c.address, func.max(table.c.queued_at)).group_by(table.c.address)
        those = (table.c.platform == platform, table.c.address.in_(addresses), table.c.state.in_(OPEN))
        last |= {(platform, address): place for address, place in connection.execute(query.where(*those))}
    return last


def next_in_line(
    connection: Connection, platform: str, now: datetime, *, limit: int, least: Priority, busy: Collection[str] = ()
) -> list[Row[Any]]:
    """What may move in up to `limit` chats of a platform, none of them busy and nothing below the least priority.

    Who is busy is seen to here: in the query, it would have to be put anew for every number of them.
    """
    about = {"platform": platform, "now": milliseconds(now), "least": int(least)}
    # Twice as many, since a chat's reply and its digest may both be next.
    found = connection.execute(NEXT, {**about, "limit": 2 * limit}).all()
    if any(row.address in busy for row in found):
        found = connection.execute(NEXT, {**about, "limit": 2 * (limit + len(busy))}).all()
    return one_a_chat((row for row in found if row.address not in busy), limit)


def one_a_chat(found: Iterable[Row[Any]], limit: int) -> list[Row[Any]]:
    """The first of each chat, in the order they came."""
    first: dict[str, Row[Any]] = {}
    for row in found:
        first.setdefault(row.address, row)
    return list(first.values())[:limit]
