"""What the delivery half is tried against: messages owed, and a platform that does as it is told."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from bot.delivery.delivery import Call, Delivery, Destination, Priority
from bot.delivery.doubt import Absent, Doubt, Finding, Sweeping, Swept
from bot.delivery.inspections import Inspection, Inspections
from bot.delivery.ledger import Ledger
from bot.delivery.outbox import Outbox
from bot.delivery.outcome import Outcome, Sent
from bot.delivery.rows import Owed, State
from bot.delivery.settlement import Settlement
from bot.store.engine import Store
from tests.clock import START, SettableClock
from tests.waiting import PATIENCE

ALICE = Destination("telegram", "1001")
BOB = Destination("telegram", "1002")
GROUP = Destination("telegram", "-2001")
CHANNEL = Destination("slack", "C0123456789")


def owed(key: str, destination: Destination = ALICE, **changes: Any) -> Owed:
    """A digest's message to Alice."""
    facts: dict[str, Any] = {
        "key": key,
        "destination": destination,
        "call": Call("sendMessage", {"chat_id": destination.address, "text": key}),
        "priority": Priority.BROADCAST,
        "part": 1,
    }
    return Owed(**(facts | changes))


def reply(key: str, destination: Destination = ALICE, **changes: Any) -> Owed:
    """An answer to a command of Alice's."""
    return owed(key, destination, priority=Priority.REPLY, **changes)


def add(store: Store, *messages: Owed, now: datetime = START) -> int:
    """Owe them."""
    with store.begin() as connection:
        return Outbox(store).add(connection, messages, now)


def state(store: Store, key: str) -> State:
    """Where one delivery stands."""
    return states(store)[key]


def states(store: Store) -> Mapping[str, State]:
    """Where every delivery stands."""
    return {row.key: row.state for row in Ledger(store).rows(limit=100_000)}


def inspect(store: Store, now: datetime, platform: str = "telegram") -> tuple[Inspection, ...]:
    """Claim whatever is to be looked for."""
    return Inspections(store).claim(platform, now, limit=10, lease=timedelta(seconds=300))


def conclude(store: Store, settlement: Settlement, now: datetime) -> None:
    """Look for the one message that is unclear, and let this be what follows."""
    (inspection,) = inspect(store, now)
    assert Outbox(store).conclude(inspection, settlement, now)


Answer = Outcome | BaseException | asyncio.Event
"""What a scripted platform does: answer, break, or answer Sent once the event is set."""


class ScriptedPlatform:
    """Answers each message as it was told for its key, in turn; Sent once the script is through."""

    def __init__(self, script: Mapping[str, Iterable[Answer]] | None = None) -> None:
        self._script = {key: list(answers) for key, answers in (script or {}).items()}
        self._in_flight: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.attempts: list[Delivery] = []
        self.most_in_flight_in_a_chat = 0

    @property
    def keys(self) -> list[str]:
        """The keys of all attempts, in their order."""
        return [delivery.key for delivery in self.attempts]

    async def send(self, delivery: Delivery) -> Outcome:
        self.attempts.append(delivery)
        chat = delivery.destination.chat
        self._in_flight[chat] += 1
        self.most_in_flight_in_a_chat = max(self.most_in_flight_in_a_chat, self._in_flight[chat])
        try:
            return await self._answer(delivery)
        finally:
            self._in_flight[chat] -= 1

    async def _answer(self, delivery: Delivery) -> Outcome:
        await asyncio.sleep(0)
        answers = self._script.get(delivery.key)
        answer = answers.pop(0) if answers else Sent({"of": delivery.key})
        if isinstance(answer, asyncio.Event):
            await answer.wait()
            return Sent({"of": delivery.key})
        if isinstance(answer, BaseException):
            raise answer
        return answer


class ScriptedWitness:
    """Finds what it was told to find, in turn; nothing, once the script is through."""

    def __init__(self, *findings: Finding | Exception, sweepings: Iterable[Sweeping] = ()) -> None:
        self._findings = list(findings)
        self._sweepings = list(sweepings)
        self.doubts: list[Doubt] = []
        self.swept: list[Doubt] = []
        self.gate: asyncio.Event | None = None

    async def find(self, doubt: Doubt) -> Finding:
        self.doubts.append(doubt)
        if self.gate is not None:
            await self.gate.wait()
        finding = self._findings.pop(0) if self._findings else Absent()
        if isinstance(finding, Exception):
            raise finding
        return finding

    async def sweep(self, doubt: Doubt) -> Sweeping:
        self.swept.append(doubt)
        return self._sweepings.pop(0) if self._sweepings else Swept()


async def until(condition: Callable[[], bool], clock: SettableClock | None = None, *, step: float = 0.05) -> None:
    """Let the loop run until the condition holds, time passing if there is a clock."""
    deadline = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < deadline, "what was waited for did not happen"
        await (asyncio.sleep(0.0005) if clock is None else clock.advance(step))
