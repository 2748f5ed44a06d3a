"""Who gets an edition: each destination once, where it is now, with what the digest sent there before."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.delivery.delivery import Destination
from bot.delivery.outbox import Outbox
from bot.plans import DigestPlan
from bot.publishing import editions
from bot.publishing.composing import Recipient
from bot.publishing.editions import Received
from bot.store.engine import Store
from digests.choosing.compiling import REMEMBERED

LONGEST_REACH = timedelta(days=30)
"""How far back `since-last` reaches at most; a last edition longer ago counts as none."""

LATE_ARRIVALS = timedelta(hours=1)
"""How much further `since-last` reaches: an article that says 08:55 may come into the archive after 09:00. What was
sent is remembered, so that nothing is repeated for it."""


def recipients(
    store: Store, outbox: Outbox, plan: DigestPlan, due_at: datetime, *, before: datetime | None = None
) -> tuple[Recipient, ...]:
    """The plan's destinations for an edition due at `due_at`; only editions due `before` count as sent, if given.

    A plain window is exactly as long as the admin wrote, also after an outage; `since-last` reaches back to the last
    edition that the destination was sent, and a little further.
    """
    reach = max(plan.spec.window, LONGEST_REACH) if plan.since_last else plan.spec.window
    # A story is remembered for longer than its article could be chosen: it may be told again in other words.
    earliest = due_at - reach - REMEMBERED
    places = dict.fromkeys(outbox.moved(destination) for destination in plan.to)
    with store.read() as connection:
        sent = editions.received(connection, plan.name, since=earliest, before=before)
        names = {place: editions.names_of(connection, place) for place in places}
    return tuple(
        _recipient(plan, place, [sent[name] for name in names[place] if name in sent], due_at) for place in places
    )


def _recipient(plan: DigestPlan, place: Destination, sent: Sequence[Received], due_at: datetime) -> Recipient:
    seen = frozenset[str]().union(*(past.files for past in sent))
    last = max((past.last for past in sent), default=None)
    if not plan.since_last or last is None or due_at - last > LONGEST_REACH:
        return Recipient(place, None, seen)
    return Recipient(place, min(last, due_at) - LATE_ARRIVALS, seen)
