"""Who gets an edition: each destination once, where it is now, with what the digest sent there before."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.delivery import destinations
from bot.delivery.delivery import Destination
from bot.plans import DigestPlan
from bot.publishing import editions
from bot.publishing.composing import Recipient
from bot.publishing.editions import Received
from digests.choosing.compiling import REMEMBERED

LONGEST_REACH = timedelta(days=30)
"""How far back a window reaches at most where it is not a plain one; what was longer ago counts as never."""

LATE_ARRIVALS = timedelta(hours=1)
"""How much further `since-last` reaches: an article that says 08:55 may come into the archive after 09:00. What was
sent is remembered, so that nothing is repeated for it."""


def recipients(
    connection: Connection, plan: DigestPlan, due_at: datetime, *, before: datetime | None = None
) -> tuple[Recipient, ...]:
    """The plan's destinations for an edition due at `due_at`; only editions due `before` count as sent, if given.

    A plain window is as long as the admin wrote; after editions that were missed it reaches back to the last one that
    was not. `since-last` reaches back to the last edition that the destination was sent, and a little further.
    """
    begin = _begin(connection, plan, due_at)
    earliest = min(begin, due_at - LONGEST_REACH) if plan.since_last else begin
    places = tuple(dict.fromkeys(destinations.current(connection, plan.to).values()))
    # A story is remembered for longer than its article could be chosen: it may be told again in other words.
    sent = editions.received(connection, plan.name, since=earliest - REMEMBERED, before=before)
    names = editions.names_of(connection, places)
    plain = None if begin == due_at - plan.spec.window else begin
    return tuple(
        _recipient(plan, place, [sent[name] for name in names[place] if name in sent], due_at, plain)
        for place in places
    )


def _begin(connection: Connection, plan: DigestPlan, due_at: datetime) -> datetime:
    """The start of the plan's own window."""
    begin = due_at - plan.spec.window
    skipped = editions.skipped_since(connection, plan.name, due_at, plan.spec.window)
    return begin if skipped is None else min(begin, max(skipped, due_at - LONGEST_REACH))


def _recipient(
    plan: DigestPlan, place: Destination, sent: Sequence[Received], due_at: datetime, begin: datetime | None
) -> Recipient:
    seen = frozenset[str]().union(*(past.files for past in sent))
    last = max((past.last for past in sent), default=None)
    if not plan.since_last or last is None or due_at - last > LONGEST_REACH:
        return Recipient(place, begin, seen)
    return Recipient(place, min(last, due_at) - LATE_ARRIVALS, seen)
