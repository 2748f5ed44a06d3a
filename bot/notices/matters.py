"""What there is to tell the admins, in few matters however many messages are concerned."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.delivery import destinations
from bot.delivery.delivery import Destination
from bot.delivery.destinations import Paused
from bot.delivery.settlement import Reason
from bot.delivery.untold import Undelivered, tell_undelivered
from bot.publishing import editions
from bot.publishing.editions import Edition
from bot.store.statements import take_turns

UNCLEAR = frozenset({Reason.HELD, Reason.UNCLEAR})
"""Reasons of messages that may be in their chats."""


@dataclass(frozen=True, slots=True)
class EditionUndelivered:
    """Messages of one edition that did not (surely) arrive, all for the same reason; at least one."""

    edition: str
    reason: Reason
    messages: tuple[Undelivered, ...]

    @property
    def places(self) -> tuple[str, ...]:
        """Where they did not arrive, each place once."""
        return tuple(dict.fromkeys(str(message.destination) for message in self.messages))


@dataclass(frozen=True, slots=True)
class EditionsMissed:
    """Editions of one digest that were not published, the oldest first; at least one."""

    digest: str
    editions: tuple[Edition, ...]


Matter = EditionUndelivered | Paused | EditionsMissed


def gathered(connection: Connection, watched: Collection[Destination], now: datetime) -> tuple[Matter, ...]:
    """What nobody was told yet, the most pressing first; from now on, if the transaction commits, it counts as told.

    `watched`: where digests and notices go. Of other chats, those of people who only ever asked something, nobody
    wants to hear that they left.
    """
    take_turns(connection, "notices")
    undelivered = tell_undelivered(connection, now)
    # A digest may also have gone where the configuration does not name any more, or an operator sent it.
    lost = {message.destination.chat for message in undelivered if message.reason is Reason.UNREACHABLE}
    chats = lost | {place.chat for place in destinations.current(connection, watched).values()}
    paused = destinations.tell_paused(connection, chats, now)
    # What a paused chat did not get goes without saying.
    silent = destinations.still_paused(connection, lost)
    told = (one for one in undelivered if one.reason is not Reason.UNREACHABLE or one.destination.chat not in silent)
    return (*_by_edition(told), *paused, *_by_digest(editions.tell_missed(connection, now)))


def _by_edition(undelivered: Iterable[Undelivered]) -> Iterator[EditionUndelivered]:
    """One matter for each edition and reason; what waits for an operator, and holds up what follows it, comes first."""
    groups: defaultdict[tuple[str, Reason], list[Undelivered]] = defaultdict(list)
    for message in undelivered:
        groups[message.edition, message.reason].append(message)
    for edition, reason in sorted(groups, key=lambda group: group[1] is not Reason.HELD):
        yield EditionUndelivered(edition, reason, tuple(groups[edition, reason]))


def _by_digest(missed: Iterable[Edition]) -> Iterator[EditionsMissed]:
    groups: defaultdict[str, list[Edition]] = defaultdict(list)
    for edition in missed:
        groups[edition.digest].append(edition)
    for digest, found in groups.items():
        yield EditionsMissed(digest, tuple(found))
