"""What is owed in a run, numbered, and whether every bit of it came to where it was to go, once and in order."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from random import Random
from typing import Any

from sqlalchemy import func, select

from bot.delivery.delivery import Destination, Priority
from bot.delivery.outbox import Outbox
from bot.delivery.rows import OPEN, Owed, State
from bot.store.engine import Store
from bot.store.tables import delivery, inspection
from tests.faults.side import Side, key_of, number_of

PARTS = (1, 1, 1, 2, 3)
"""How many messages an edition has in a chat."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How a run came out on one platform."""

    deliveries: int
    unsent: int
    """Ended otherwise than in their chats, with a reason: those to chats that shut the bot out."""
    lost: int
    double: int
    removed: int
    """Copies that were there for a while."""
    disordered: int
    crossings: int
    repeats: int
    blind: int
    """Repeats made without knowing that the message was not there, in chats that let the bot in."""


class Owing:
    """Everything that a run owes to one platform's chats."""

    def __init__(self, store: Store, side: Side, random: Random) -> None:
        self._store, self._side, self._random = store, side, random
        self._outbox = Outbox(store)
        self._chats: dict[int, str] = {}
        self._shut: set[str] = set()

    @property
    def number(self) -> int:
        """How many deliveries there are."""
        return len(self._chats)

    def owe(self, count: int) -> None:
        """Owe at least so many more, in editions to chats at random; synchronous."""
        wanted = len(self._chats) + count
        with self._store.begin() as connection:
            while len(self._chats) < wanted:
                self._outbox.add(connection, list(self._edition()), datetime.now(UTC))

    async def shut(self, chat: str) -> None:
        """Have a chat shut the bot out."""
        self._shut.add(chat)
        await self._side.block(chat)

    def rest(self) -> int:
        """How much is still to be done; synchronous."""
        owed = select(func.count()).where(delivery.c.state.in_(OPEN), delivery.c.platform == self._side.name)
        inspections = select(func.count()).select_from(inspection).where(inspection.c.platform == self._side.name)
        with self._store.read() as connection:
            return int(connection.scalar(owed) or 0) + int(connection.scalar(inspections) or 0)

    def figures(self) -> Figures:
        """What came of it all; synchronous."""
        left = {chat: self._side.left(chat) for chat in self._side.chats}
        copies = Counter(number for numbers in left.values() for number in numbers)
        rows = self._rows()
        excused = {number for number in self._chats if self._is_excused(number, rows[number])}
        posted = self._side.posted
        return Figures(
            deliveries=self.number,
            unsent=sum(not copies[number] for number in excused),
            lost=sum(not copies[number] for number in self._chats if number not in excused),
            double=sum(copies[number] > 1 for number in self._chats),
            removed=sum(max(posted[number] - max(copies[number], 1), 0) for number in self._chats),
            disordered=sum(not in_order(numbers) for numbers in left.values()),
            crossings=len(self._side.wire.crossings),
            repeats=sum(row.repeats for row in rows.values()),
            blind=sum(row.blind_repeats for number, row in rows.items() if self._chats[number] not in self._shut),
        )

    def suspects(self) -> list[str]:
        """Keys of what is not in its chat once, or was or may have been there twice: the log says what came of them."""
        left = Counter(number for chat in self._side.chats for number in self._side.left(chat))
        posted = self._side.posted
        odd = [number for number in self._chats if left[number] > 1 or posted[number] > 1]
        lost = [number for number, chat in self._chats.items() if not left[number] and chat not in self._shut]
        blind = [number for number, row in self._rows().items() if row.blind_repeats]
        return [key_of(self._side.name, number) for number in (*lost, *odd, *blind)]

    def _is_excused(self, number: int, row: Any) -> bool:
        """A chat that shut the bot out gets nothing, but the ledger says so."""
        return self._chats[number] in self._shut and row.state in {State.FAILED, State.DROPPED} and row.reason

    def _edition(self) -> Iterable[Owed]:
        chat = self._random.choice(self._side.chats)
        destination = Destination(self._side.name, chat)
        edition = f"{self._side.name}-{len(self._chats)}"
        for part in range(1, self._random.choice(PARTS) + 1):
            number = len(self._chats)
            self._chats[number] = chat
            call = self._side.call(chat, number)
            yield Owed(key_of(self._side.name, number), destination, call, Priority.BROADCAST, part, edition)

    def _rows(self) -> dict[int, Any]:
        query = select(delivery).where(delivery.c.platform == self._side.name)
        with self._store.read() as connection:
            return {number_of(row.key): row for row in connection.execute(query)}


def in_order(numbers: list[int]) -> bool:
    """Whether each delivery comes after those that were owed before it; a copy beside the first changes nothing."""
    return all(before <= after for before, after in pairwise(numbers))
