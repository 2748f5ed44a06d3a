"""What operators see of deliveries, and what they may do about them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.delivery.delivery import Delivery
from bot.delivery.ledger import Ledger
from bot.delivery.outbox import Outbox
from bot.delivery.rows import State
from bot.delivery.settlement import Abandoned, Delivered, Held, Reason, Unreachable, Unresolved
from bot.store.engine import Store
from tests.bot.delivery.fakes import ALICE, BOB, add, conclude, inspect, owed, reply, state
from tests.clock import START as NOW

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def ledger(store: Store) -> Ledger:
    return Ledger(store)


def claim(store: Store, now: datetime = NOW) -> Delivery:
    (delivery,) = Outbox(store).claim("telegram", now, limit=1, lease=timedelta(seconds=75))
    return delivery


@pytest.fixture
def uncertain(store: Store) -> str:
    """A delivery that may or may not be there."""
    add(store, owed("one"))
    Outbox(store).settle(claim(store), Unresolved(LATER, "silence"), NOW)
    return "one"


def test_rows_come_the_latest_first(store: Store, ledger: Ledger) -> None:
    add(store, owed("one"), owed("two"))
    add(store, owed("three", BOB), now=LATER)
    assert [row.key for row in ledger.rows()] == ["three", "two", "one"]
    assert [row.key for row in ledger.rows(limit=1)] == ["three"]


def test_a_row_tells_all_but_what_is_said(store: Store, ledger: Ledger) -> None:
    add(store, owed("one", edition="morning/2026-11-22T09:00", expires_at=LATER))
    (row,) = ledger.rows()
    assert (row.destination, row.edition, row.state) == (ALICE, "morning/2026-11-22T09:00", State.PENDING)
    assert (row.queued_at, row.not_before, row.expires_at, row.settled_at) == (NOW, None, LATER, None)
    assert (row.attempt, row.repeats, row.error, row.receipt) == (0, 0, None, None)


def test_rows_can_be_asked_for_by_state(store: Store, ledger: Ledger, uncertain: str) -> None:
    add(store, owed("two"))
    assert [row.key for row in ledger.rows(states={State.UNCERTAIN})] == [uncertain]
    assert ledger.rows(states=set()) == ()


def test_rows_can_be_asked_for_by_edition(store: Store, ledger: Ledger) -> None:
    add(store, owed("one", edition="a"), owed("two", edition="b"), reply("three"))
    assert [row.key for row in ledger.rows(edition="a")] == ["one"]


def test_a_row_can_be_asked_for_by_key(store: Store, ledger: Ledger, uncertain: str) -> None:
    row = ledger.row(uncertain)
    assert row is not None
    assert (row.key, row.state) == (uncertain, State.UNCERTAIN)
    assert ledger.row("another") is None


def test_the_results_of_an_edition_are_counted_by_destination(store: Store, ledger: Ledger) -> None:
    add(store, owed("one", edition="a"), owed("two", BOB, edition="a"), owed("three", BOB, edition="a", part=2))
    add(store, owed("four", edition="b"))
    Outbox(store).settle(claim(store), Abandoned(Reason.REJECTED, "too long"), NOW)
    assert ledger.results("a") == {
        "telegram:1001": {(State.FAILED, Reason.REJECTED): 1},
        "telegram:1002": {(State.PENDING, None): 2},
    }
    assert ledger.results("c") == {}


def test_it_is_known_when_an_unclear_message_is_looked_for(store: Store, ledger: Ledger, uncertain: str) -> None:
    assert ledger.searches() == {uncertain: LATER}
    Ledger(store).mark_sent(uncertain, NOW)
    assert ledger.searches() == {}


def test_every_state_is_counted(store: Store, ledger: Ledger, uncertain: str) -> None:
    add(store, owed("two", BOB), owed("three", BOB))
    claim(store)
    assert ledger.counts() == {
        "pending": 1,
        "sending": 1,
        "uncertain": 1,
        "sent": 0,
        "failed": 0,
        "expired": 0,
        "dropped": 0,
        "possibly_double": 0,
    }


def test_there_is_no_receipt_of_what_was_not_sent(store: Store, ledger: Ledger, uncertain: str) -> None:
    assert ledger.receipt(uncertain) is None
    assert ledger.receipt("unknown") is None


def test_what_is_retried_is_sent_whatever_its_age_and_attempts(store: Store, ledger: Ledger) -> None:
    add(store, owed("one", expires_at=LATER))
    Outbox(store).settle(claim(store), Abandoned(Reason.ATTEMPTS_SPENT, "refused, at attempt 100 of 100"), NOW)
    assert ledger.retry("one", LATER)
    assert claim(store, LATER).attempt == 1


def test_what_is_retried_though_it_may_be_there_is_counted(store: Store, ledger: Ledger, uncertain: str) -> None:
    assert ledger.retry(uncertain, NOW)
    delivery = claim(store)
    assert (delivery.repeats, delivery.blind_repeats) == (1, 1)
    assert ledger.counts()["possibly_double"] == 1


def test_so_is_what_was_dropped_while_nobody_knew_and_is_retried(store: Store, ledger: Ledger, uncertain: str) -> None:
    assert ledger.skip(uncertain, NOW)
    assert ledger.retry(uncertain, NOW)
    delivery = claim(store)
    assert (delivery.repeats, delivery.blind_repeats) == (1, 1)


def test_what_was_never_sent_is_not_there_twice_when_it_is_retried(store: Store, ledger: Ledger) -> None:
    add(store, owed("one"))
    assert ledger.skip("one", NOW)
    assert ledger.retry("one", NOW)
    assert claim(store).repeats == 0


def test_what_an_operator_decided_is_not_looked_for_any_more(store: Store, ledger: Ledger, uncertain: str) -> None:
    assert ledger.skip(uncertain, NOW)
    assert inspect(store, LATER) == ()


def test_what_an_operator_cannot_change_is_still_looked_for(store: Store, ledger: Ledger, uncertain: str) -> None:
    conclude(store, Delivered({}, sweep_at=LATER), LATER)
    assert not ledger.retry(uncertain, LATER)
    assert len(inspect(store, LATER)) == 1


def test_what_is_held_says_why_and_waits_for_the_operator(store: Store, ledger: Ledger, uncertain: str) -> None:
    conclude(store, Held("perhaps delivered: no history"), LATER)
    (row,) = ledger.rows()
    assert (row.state, row.reason, row.error) == (State.UNCERTAIN, Reason.HELD, "perhaps delivered: no history")
    assert inspect(store, LATER + timedelta(days=1)) == ()
    assert ledger.retry(uncertain, LATER)
    assert claim(store, LATER).key == uncertain


@pytest.mark.parametrize(
    ("act", "reason"), [(Ledger.skip, Reason.SKIPPED), (Ledger.mark_sent, Reason.SEEN)], ids=["skip", "mark_sent"]
)
def test_what_an_operator_ended_says_so(
    store: Store, ledger: Ledger, uncertain: str, act: Callable[[Ledger, str, datetime], bool], reason: Reason
) -> None:
    assert act(ledger, uncertain, NOW)
    (row,) = ledger.rows()
    assert row.reason is reason


def test_what_is_skipped_is_not_sent(store: Store, ledger: Ledger, uncertain: str) -> None:
    assert ledger.skip(uncertain, NOW)
    assert state(store, uncertain) is State.DROPPED
    assert not ledger.skip(uncertain, NOW)


def test_what_was_seen_in_the_chat_is_not_sent_again(store: Store, ledger: Ledger, uncertain: str) -> None:
    assert ledger.mark_sent(uncertain, NOW)
    assert state(store, uncertain) is State.SENT


def test_what_is_in_flight_or_delivered_is_out_of_an_operator_s_hands(store: Store, ledger: Ledger) -> None:
    add(store, owed("one"))
    delivery = claim(store)
    assert not any(act("one", NOW) for act in (ledger.retry, ledger.skip, ledger.mark_sent))
    Outbox(store).settle(delivery, Delivered({}), NOW)
    assert not any(act("one", NOW) for act in (ledger.retry, ledger.skip, ledger.mark_sent))


def test_what_is_not_there_cannot_be_acted_upon(ledger: Ledger) -> None:
    assert not any(act("unknown", NOW) for act in (ledger.retry, ledger.skip, ledger.mark_sent))


def test_a_paused_chat_can_be_resumed(store: Store, ledger: Ledger) -> None:
    add(store, owed("one"))
    Outbox(store).settle(claim(store), Unreachable("kicked"), NOW)
    assert ledger.resume(ALICE, LATER)
    assert not ledger.resume(ALICE, LATER)
    assert ledger.paused() == ()
    add(store, owed("two"))
    assert claim(store).key == "two"


def test_old_replies_are_forgotten_and_digests_kept(store: Store, ledger: Ledger) -> None:
    add(store, owed("digest"), reply("answer", BOB))
    for _ in range(2):
        Outbox(store).settle(claim(store), Delivered({}), NOW)
    add(store, reply("unanswered", BOB))
    assert ledger.purge(NOW) == 0
    assert ledger.purge(LATER) == 1
    assert sorted(row.key for row in ledger.rows()) == ["digest", "unanswered"]
