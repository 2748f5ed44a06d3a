"""The outbox against a model of it: whatever happens in whatever order, each message is owed once and in its order."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.clock import milliseconds
from bot.delivery.delivery import Delivery, Destination, Priority
from bot.delivery.doubt import Absent, Finding, Found, Later, Unknowable
from bot.delivery.inspections import Inspection, Inspections
from bot.delivery.outbox import Outbox
from bot.delivery.outcome import Deferred, Failed, Lost, Outcome, Rejected, Sent, Uncertain
from bot.delivery.retry import RetryPolicy, lapse, settlement, verdict
from bot.delivery.rows import OPEN, State
from bot.delivery.settlement import Delivered, Postponed, Repeated, Settlement, Unreachable, Unresolved
from tests.bot.delivery.fakes import ALICE, BOB, GROUP, add, owed, states
from tests.clock import START
from tests.stores import store_in_memory

CHATS = (ALICE, BOB, Destination("telegram", ALICE.address, "7"), GROUP)
LEASE = timedelta(seconds=75)
POLICY = RetryPolicy(attempts=3, repeats=1, sweep=timedelta(seconds=5))
AT_ONCE = datetime.min.replace(tzinfo=UTC)
UNSETTLED = {State.SENDING, State.UNCERTAIN}
SEARCH = timedelta(seconds=300)
FINDINGS = (Found({}), Absent(), Unknowable("no history"), Later(60, "told to wait"))
OUTCOMES = (Sent({}), Deferred(5), Failed("refused"), Uncertain("silence"), Rejected("no"), Lost("blocked"))


@dataclass
class Message:
    """What the model knows of a delivery."""

    key: str
    chat: tuple[str, str]
    priority: Priority
    state: State = State.PENDING
    attempt: int = 0
    claims: int = 0
    repeats: int = 0
    blind_repeats: int = 0
    due: datetime = AT_ONCE
    lease: datetime = START
    search_due: datetime | None = None
    search_lease: datetime | None = None


class OutboxMachine(RuleBasedStateMachine):
    """Adds, claims, settles, crashes and lets time pass, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.store = store_in_memory()
        self.outbox = Outbox(self.store)
        self.now = START
        self.messages: dict[str, Message] = {}
        self.paused: set[tuple[str, str]] = set()
        self.claimed: list[Delivery] = []
        self.order: list[str] = []
        self.searching: list[Inspection] = []

    def teardown(self) -> None:
        self.store.close()

    @rule(destination=st.sampled_from(CHATS), priority=st.sampled_from(Priority), parts=st.integers(1, 3))
    def add_messages(self, destination: Destination, priority: Priority, parts: int) -> None:
        group = len(self.messages)
        messages = [owed(f"{group}/{part}", destination, priority=priority, part=part) for part in range(parts)]
        assert add(self.store, *messages, now=self.now) == parts
        assert add(self.store, *messages, now=self.now) == 0
        if priority is Priority.REPLY:
            self.paused.discard(destination.chat)
        where = State.DROPPED if destination.chat in self.paused else State.PENDING
        for message in messages:
            self.messages[message.key] = Message(message.key, destination.chat, priority, where)

    @rule(limit=st.integers(1, 5))
    def claim(self, limit: int) -> None:
        expected = {message.key for message in self.next_in_line()}
        claimed = self.outbox.claim("telegram", self.now, limit=limit, lease=LEASE)
        assert len(claimed) == min(limit, len(expected))
        for delivery in claimed:
            assert delivery.key in expected
            message = self.messages[delivery.key]
            message.state, message.lease = State.SENDING, self.now + LEASE
            message.attempt += 1
            message.claims += 1
            assert (delivery.attempt, delivery.claim) == (message.attempt, message.claims)
            assert delivery.repeats == message.repeats
            assert delivery.blind_repeats == message.blind_repeats
        self.claimed += claimed
        self.order += [delivery.key for delivery in claimed]

    @precondition(lambda self: self.claimed)
    @rule(which=st.integers(0, 9), outcome=st.sampled_from(OUTCOMES))
    def settle(self, which: int, outcome: Outcome) -> None:
        delivery = self.claimed.pop(which % len(self.claimed))
        self.become(delivery, settlement(outcome, delivery, now=self.now, jitter=1.0, policy=POLICY))

    @rule()
    def crash(self) -> None:
        """Whoever was sending or searching is gone, with all that it knew."""
        self.claimed.clear()
        self.searching.clear()

    @rule(seconds=st.sampled_from([1, 5, 60, 75, -3600]))
    def pass_time(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def keep_house(self) -> None:
        for delivery in self.outbox.overdue(self.now):
            message = self.messages[delivery.key]
            assert message.state is State.SENDING
            assert message.lease <= self.now
            self.become(delivery, lapse(self.now))

    @rule(limit=st.integers(1, 3))
    def search(self, limit: int) -> None:
        for message in self.messages.values():
            if is_searchable(message, self.now) and message.state not in {State.UNCERTAIN, State.SENT}:
                message.search_due = message.search_lease = None
        expected = {message.key for message in self.to_be_searched()}
        taken = Inspections(self.store).claim("telegram", self.now, limit=limit, lease=SEARCH)
        chats = [inspection.doubt.delivery.destination.chat for inspection in taken]
        assert len(chats) == len(set(chats)) == min(limit, len({self.messages[key].chat for key in expected}))
        for inspection in taken:
            assert inspection.doubt.delivery.key in expected
            self.messages[inspection.doubt.delivery.key].search_lease = self.now + SEARCH
        self.searching += taken

    @precondition(lambda self: self.searching)
    @rule(which=st.integers(0, 9), finding=st.sampled_from(FINDINGS))
    def conclude(self, which: int, finding: Finding) -> None:
        inspection = self.searching.pop(which % len(self.searching))
        message = self.messages[inspection.doubt.delivery.key]
        held = message.search_lease is not None and milliseconds(message.search_lease) == inspection.lease_until
        if inspection.is_sweep:
            assert Inspections(self.store).finish_sweep(inspection, None, self.now) is held
            if held:
                self.end_search(message)
            return
        became = verdict(finding, inspection.doubt.delivery, now=self.now, policy=POLICY)
        if isinstance(became, Later):
            until = self.now + timedelta(seconds=became.seconds)
            assert Inspections(self.store).put_off(inspection, until) is held
            if held:
                message.search_due, message.search_lease = max(until, message.search_due or until), None
            return
        counts = held and message.state is State.UNCERTAIN
        assert self.outbox.conclude(inspection, became, self.now) is counts
        if held:
            self.end_search(message)
        if counts:
            self.follow(message, became)

    @invariant()
    def the_store_holds_what_the_model_holds(self) -> None:
        assert states(self.store) == {message.key: message.state for message in self.messages.values()}

    @invariant()
    def no_chat_has_two_in_flight(self) -> None:
        busy = [message.chat for message in self.messages.values() if message.state is State.SENDING]
        assert len(busy) == len(set(busy))

    @invariant()
    def every_line_left_in_the_order_it_was_added(self) -> None:
        first = list(dict.fromkeys(self.order))
        for line in {(message.chat, message.priority) for message in self.messages.values()}:
            members = [key for key, message in self.messages.items() if (message.chat, message.priority) == line]
            left = [key for key in first if key in members]
            assert left == [key for key in members if key in left]

    def become(self, delivery: Delivery, result: Settlement) -> None:
        """What a settlement means, said again in the model's words."""
        message = self.messages[delivery.key]
        others = message.state is not State.SENT if isinstance(result, Delivered) else message.state in UNSETTLED
        counts = message.claims == delivery.claim and others
        assert self.outbox.settle(delivery, result, self.now) is counts
        if counts:
            self.follow(message, result)

    def follow(self, message: Message, result: Settlement) -> None:
        due: datetime | None = None
        match result:
            case Delivered(sweep_at=due):
                message.state = State.SENT
            case Postponed(not_before, _, spent):
                message.state, message.due = State.PENDING, not_before
                message.attempt -= not spent
            case Unresolved(due):
                message.state = State.UNCERTAIN
            case Repeated(_, blindly):
                message.state, message.due = State.PENDING, self.now
                message.repeats += 1
                message.blind_repeats += blindly
            case _:
                message.state = State.FAILED
        if message.search_lease is None or due is not None:
            message.search_due = due
        if isinstance(result, Unreachable):
            self.paused.add(message.chat)
            for other in self.waiting(message.chat):
                other.state = State.DROPPED

    def end_search(self, message: Message) -> None:
        """What was scheduled meanwhile is left."""
        message.search_lease = None
        if message.search_due is not None and message.search_due <= self.now:
            message.search_due = None

    def waiting(self, chat: tuple[str, str]) -> Iterator[Message]:
        return (m for m in self.messages.values() if m.chat == chat and m.state in {State.PENDING, State.UNCERTAIN})

    def next_in_line(self) -> Iterator[Message]:
        """One a chat: the head of the replies' line if it may move, else that of the digests'."""
        for chat in {message.chat for message in self.messages.values()}:
            open_ = [m for m in self.messages.values() if m.chat == chat and m.state in OPEN and not is_past_reply(m)]
            if any(message.state is State.SENDING for message in open_) or self.is_searched(chat):
                continue
            heads = [next((m for m in open_ if m.priority is priority), None) for priority in Priority]
            yield from [m for m in heads if m and m.state is State.PENDING and m.due <= self.now][:1]

    def is_searched(self, chat: tuple[str, str]) -> bool:
        return any(m.search_lease is not None for m in self.messages.values() if m.chat == chat)

    def to_be_searched(self) -> Iterator[Message]:
        """What is due, in chats where nothing is in flight and nobody else searches."""
        for message in self.messages.values():
            in_chat = [m for m in self.messages.values() if m.chat == message.chat]
            at_rest = not any(m.state is State.SENDING for m in in_chat)
            alone = not any(m.search_lease is not None for m in in_chat if m is not message)
            in_doubt = message.state is State.SENT and any(m.state is State.UNCERTAIN for m in in_chat)
            if is_searchable(message, self.now) and at_rest and alone and not in_doubt:
                yield message


def is_searchable(message: Message, now: datetime) -> bool:
    """Whether it is due, and nobody is at it."""
    is_due = message.search_due is not None and message.search_due <= now
    return is_due and (message.search_lease is None or message.search_lease <= now)


def is_past_reply(message: Message) -> bool:
    """A reply of which nobody knows is not worth that the next one waits."""
    return message.priority is Priority.REPLY and message.state is State.UNCERTAIN


TestOutbox = OutboxMachine.TestCase
TestOutbox.settings = settings(max_examples=25, stateful_step_count=40)
