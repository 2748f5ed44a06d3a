"""Whatever is skipped, missed, held or given up has a reason out of a closed set, however it came to it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.delivery import destinations
from bot.delivery.delivery import Delivery, Priority
from bot.delivery.doubt import Absent, Finding, Later, Unknowable
from bot.delivery.ledger import Ledger
from bot.delivery.outcome import Failed, Lost, Moved, Outcome, Rejected, Sent, Uncertain
from bot.delivery.retry import OnUnclear, RetryPolicy, settlement, verdict
from bot.delivery.rows import State
from bot.delivery.settlement import Reason
from bot.plans import DigestPlan
from bot.publishing.editions import EditionState
from bot.publishing.results import EditionReason
from digests.digest import DigestSpec
from tests.bot.delivery.fakes import ALICE, add, inspect, owed
from tests.bot.office import Office
from tests.builders import NOW, a_plan

HOUR = timedelta(hours=1)
POLICY = RetryPolicy(attempts=1, repeats=1, settle=timedelta(0))
HOLD = RetryPolicy(OnUnclear.HOLD, settle=timedelta(0))
PATIENT = RetryPolicy(repeats=1, settle=timedelta(0))
RESTING = (State.PENDING, State.SENDING)
"""States in which nothing has ended and nobody is waited for."""


def owe(office: Office, priority: Priority = Priority.BROADCAST) -> None:
    add(office.store, owed("one", priority=priority, edition="e", expires_at=NOW + HOUR), now=NOW)


def claim(office: Office) -> Delivery:
    (claimed,) = office.outbox.claim("telegram", NOW, limit=1, lease=HOUR)
    return claimed


def attempt(office: Office, outcome: Outcome, policy: RetryPolicy = POLICY) -> None:
    """Let the platform say this."""
    claimed = claim(office)
    became = settlement(outcome, claimed, now=NOW, jitter=0.0, policy=policy)
    assert office.outbox.settle(claimed, became, NOW)


def look(office: Office, finding: Finding, policy: RetryPolicy = POLICY) -> None:
    """Let this be found out about the unclear message."""
    (inspection,) = inspect(office.store, NOW)
    became = verdict(finding, inspection.doubt.delivery, now=NOW, policy=policy)
    assert not isinstance(became, Later)
    assert office.outbox.conclude(inspection, became, NOW)


def attempted(outcome: Outcome) -> Callable[[Office], None]:
    def end(office: Office) -> None:
        owe(office)
        attempt(office, outcome)

    return end


def looked_for(finding: Finding, policy: RetryPolicy, priority: Priority) -> Callable[[Office], None]:
    def end(office: Office) -> None:
        owe(office, priority)
        attempt(office, Uncertain("silence"))
        look(office, finding, policy)

    return end


def repeated_in_vain(office: Office) -> None:
    owe(office)
    for _ in range(PATIENT.repeats + 1):
        attempt(office, Uncertain("silence"), PATIENT)
        look(office, Unknowable("no log chat"), PATIENT)


def expired(office: Office) -> None:
    owe(office)
    office.outbox.expire(NOW + HOUR)


def paused_before(office: Office) -> None:
    with office.store.begin() as connection:
        destinations.pause(connection, ALICE.chat, "bot was blocked", NOW)
    owe(office)


def paused_meanwhile(office: Office) -> None:
    add(office.store, owed("first"), now=NOW)
    owe(office)
    attempt(office, Lost("bot was blocked"))


def decided(decision: Callable[[Ledger], bool]) -> Callable[[Office], None]:
    def end(office: Office) -> None:
        owe(office)
        assert decision(Ledger(office.store))

    return end


BROADCAST, REPLY = Priority.BROADCAST, Priority.REPLY
WAYS: list[tuple[str, Callable[[Office], None], State, Reason | None]] = [
    ("delivered", attempted(Sent({"message_id": 7})), State.SENT, None),
    ("refused", attempted(Rejected("too long")), State.FAILED, Reason.REJECTED),
    ("chat gone", attempted(Lost("bot was blocked")), State.FAILED, Reason.UNREACHABLE),
    ("topic gone", attempted(Lost("topic_closed", thread_only=True)), State.FAILED, Reason.UNREACHABLE),
    ("attempts spent", attempted(Failed("HTTP 503")), State.FAILED, Reason.ATTEMPTS_SPENT),
    ("moved in circles", attempted(Moved("1002")), State.FAILED, Reason.ATTEMPTS_SPENT),
    ("absent too often", looked_for(Absent(), POLICY, BROADCAST), State.FAILED, Reason.ATTEMPTS_SPENT),
    ("unknowable", repeated_in_vain, State.FAILED, Reason.UNCLEAR),
    ("unknowable, held", looked_for(Unknowable("no log chat"), HOLD, BROADCAST), State.UNCERTAIN, Reason.HELD),
    ("reply absent", looked_for(Absent(), PATIENT, REPLY), State.FAILED, Reason.UNCLEAR),
    ("reply unknowable", looked_for(Unknowable("no log chat"), HOLD, REPLY), State.FAILED, Reason.UNCLEAR),
    ("too old", expired, State.EXPIRED, Reason.TOO_OLD),
    ("paused before", paused_before, State.DROPPED, Reason.PAUSED),
    ("paused meanwhile", paused_meanwhile, State.DROPPED, Reason.PAUSED),
    ("skipped", decided(lambda ledger: ledger.skip("one", NOW)), State.DROPPED, Reason.SKIPPED),
    ("seen", decided(lambda ledger: ledger.mark_sent("one", NOW)), State.SENT, Reason.SEEN),
]


@pytest.mark.parametrize(("end", "state", "reason"), [way[1:] for way in WAYS], ids=[way[0] for way in WAYS])
def test_a_delivery_ends_with_its_reason(
    office: Office, end: Callable[[Office], None], state: State, reason: Reason | None
) -> None:
    end(office)
    row = Ledger(office.store).row("one")
    assert row is not None
    assert (row.state, row.reason) == (state, reason)


def test_every_state_in_which_a_delivery_can_rest_and_every_reason_is_among_these() -> None:
    assert {state for _, _, state, _ in WAYS} == set(State) - set(RESTING)
    assert {reason for *_, reason in WAYS} == {None, *Reason}


def test_what_is_sent_again_has_no_reason_any_more(office: Office) -> None:
    attempted(Rejected("too long"))(office)
    Ledger(office.store).retry("one", NOW)
    row = Ledger(office.store).row("one")
    assert row is not None
    assert (row.state, row.reason) == (State.PENDING, None)


def published(office: Office, plan: DigestPlan, *later: timedelta) -> None:
    """Look at the plan before its time and at it, or at these times after it."""
    office.publisher.tick([plan], NOW - HOUR)
    for span in later or (timedelta(0),):
        office.publisher.tick([plan], NOW + span)


def without_articles(office: Office) -> None:
    published(office, a_plan())


def without_topics(office: Office) -> None:
    published(office, a_plan(spec=DigestSpec(("nope",))))


def without_news(office: Office) -> None:
    office.add_story("one")
    published(office, a_plan(spec=DigestSpec(window=timedelta(days=3))), timedelta(0), timedelta(days=1))


def far_too_late(office: Office) -> None:
    published(office, a_plan(), 9 * HOUR)


def overtaken(office: Office) -> None:
    office.add_story("one", 0.5, now=NOW + timedelta(days=1))
    published(office, a_plan(), timedelta(days=1))


def in_time(office: Office) -> None:
    office.add_story("one")
    published(office, a_plan())


ENDS: list[tuple[Callable[[Office], None], EditionState, EditionReason | None]] = [
    (in_time, EditionState.PUBLISHED, None),
    (without_articles, EditionState.EMPTY, EditionReason.NO_ARTICLES),
    (without_topics, EditionState.EMPTY, EditionReason.UNKNOWN_TOPICS),
    (without_news, EditionState.EMPTY, EditionReason.ALL_SENT_BEFORE),
    (far_too_late, EditionState.MISSED, EditionReason.TOO_LATE),
    (overtaken, EditionState.MISSED, EditionReason.OVERTAKEN),
]


@pytest.mark.parametrize(("end", "state", "reason"), ENDS)
def test_an_edition_ends_with_its_reason(
    office: Office, end: Callable[[Office], None], state: EditionState, reason: EditionReason | None
) -> None:
    end(office)
    found = {(edition.state, edition.reason) for edition in office.editions()}
    assert (state, reason) in found
    assert all((reason is None) is (state is EditionState.PUBLISHED) for state, reason in found)


def test_every_state_and_every_reason_of_editions_is_among_these() -> None:
    assert {state for _, state, _ in ENDS} == set(EditionState)
    assert {reason for _, _, reason in ENDS} == {None, *EditionReason}
