"""What each outcome means, as a table."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.delivery import Destination, Priority
from bot.delivery.doubt import Absent, Finding, Found, Later, Unknowable
from bot.delivery.outcome import Deferred, Failed, Lost, Moved, Outcome, Rejected, Sent, Sighting, Uncertain
from bot.delivery.retry import OnUnclear, RetryPolicy, lapse, pause, seconds_to_wait, settlement, verdict
from bot.delivery.settlement import (
    Abandoned,
    Delivered,
    Held,
    Postponed,
    Readdressed,
    Reason,
    Repeated,
    Settlement,
    Unreachable,
    Unresolved,
)
from tests.builders import NOW, a_delivery

POLICY = RetryPolicy(attempts=3)
SEVEN = Sighting("telegram:account", 7)
HOLD = RetryPolicy(on_unclear=OnUnclear.HOLD)


def became(outcome: Outcome, *, policy: RetryPolicy = POLICY, jitter: float = 1.0, **changes: Any) -> Settlement:
    return settlement(outcome, a_delivery(**changes), now=NOW, jitter=jitter, policy=policy)


def judged(finding: Finding, *, policy: RetryPolicy = POLICY, **changes: Any) -> Settlement | Later:
    return verdict(finding, a_delivery(**changes), now=NOW, policy=policy)


def spent(error: str) -> Settlement:
    return Abandoned(Reason.ATTEMPTS_SPENT, error)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Sent({"message_id": 7}), Delivered({"message_id": 7})),
        (Sent({"message_id": 7}, SEVEN), Delivered({"message_id": 7}, SEVEN)),
        (Deferred(3.0), Postponed(after(3), "told to wait", spent=False)),
        (Deferred(3.0, everyone=True), Postponed(after(3), "told to wait", spent=False)),
        (Failed("refused"), Postponed(after(2), "refused")),
        (Uncertain("silence"), Unresolved(after(60), "silence")),
        (Rejected("too long"), Abandoned(Reason.REJECTED, "too long")),
        (Lost("blocked"), Unreachable("blocked")),
        (Lost("topic closed", thread_only=True), Abandoned(Reason.UNREACHABLE, "thread 7: topic closed")),
        (Moved("-100"), Readdressed("-100")),
    ],
)
def test_each_outcome_means_one_thing(outcome: Outcome, expected: Settlement) -> None:
    assert became(outcome) == expected


def test_where_all_outside_of_threads_is_refused_none_is_named() -> None:
    lost, chat = Lost("topic closed", thread_only=True), Destination("telegram", "-1001")

    assert became(lost, destination=chat) == Abandoned(Reason.UNREACHABLE, "topic closed")


def test_the_last_attempt_that_fails_is_the_end() -> None:
    assert became(Failed("refused"), attempt=3) == spent("refused, at attempt 3 of 3")


def test_being_told_to_wait_is_never_the_end() -> None:
    assert became(Deferred(1.0), attempt=3) == Postponed(after(1), "told to wait", spent=False)


def test_chats_that_point_at_each_other_come_to_an_end() -> None:
    assert became(Moved("-100"), attempt=3) == spent("moved to -100")


def test_what_arrived_after_a_repeat_is_followed_by_a_search_for_another_copy() -> None:
    assert became(Sent({}), repeats=1) == Delivered({}, sweep_at=after(600))
    assert judged(Found({}, SEVEN), repeats=1) == Delivered({}, SEVEN, sweep_at=after(600))


def test_a_reply_that_surely_was_not_delivered_is_tried_again() -> None:
    assert became(Failed("refused"), priority=Priority.REPLY) == Postponed(after(2), "refused")


def test_what_was_found_is_delivered() -> None:
    assert judged(Found({"ts": "1.2"}, SEVEN)) == Delivered({"ts": "1.2"}, SEVEN)


def test_what_is_not_there_is_sent_again_however_often() -> None:
    assert judged(Absent(), repeats=9) == Repeated("looked for, and not in its chat")


def test_what_is_not_there_after_the_last_attempt_is_given_up() -> None:
    assert judged(Absent(), attempt=3) == spent("looked for, and not in its chat, at attempt 3 of 3")


def test_what_could_not_be_found_out_now_is_asked_again() -> None:
    assert judged(Later(60.0, "told to wait")) == Later(60.0, "told to wait")


def test_what_nobody_can_find_out_is_repeated_blindly_so_often_and_no_more() -> None:
    assert judged(Unknowable("no history"), blind_repeats=1) == Repeated("perhaps delivered: no history", blindly=True)
    assert judged(Unknowable("no history"), blind_repeats=2) == Abandoned(
        Reason.UNCLEAR, "perhaps delivered, at repeat 2 of 2: no history"
    )


def test_what_nobody_can_find_out_waits_for_an_operator_if_so_configured() -> None:
    found = judged(Unknowable("no history"), policy=HOLD, blind_repeats=9, edition="morning")
    assert found == Held("perhaps delivered: no history")


def test_what_the_admins_are_told_is_never_held_since_nobody_would_hear_of_it() -> None:
    again = Repeated("perhaps delivered: no history", blindly=True)
    assert judged(Unknowable("no history"), policy=HOLD, edition=None) == again


@pytest.mark.parametrize("finding", [Absent(), Unknowable("no history")])
@pytest.mark.parametrize("policy", [POLICY, HOLD])
def test_a_reply_is_never_repeated_once_it_may_have_arrived(finding: Finding, policy: RetryPolicy) -> None:
    found = judged(finding, policy=policy, priority=Priority.REPLY)
    assert isinstance(found, Abandoned)
    assert found.reason is Reason.UNCLEAR


def test_a_lease_that_ran_out_is_unclear_and_was_waited_for_long_enough() -> None:
    assert lapse(NOW) == Unresolved(NOW, "whoever was sending it never said what came of it")


def test_pauses_double_up_to_the_longest() -> None:
    pauses = [pause(attempt, 1.0, RetryPolicy()).total_seconds() for attempt in (1, 2, 3, 8, 9, 10, 1_000_000)]
    assert pauses == [2, 4, 8, 256, 300, 300, 300]


@given(st.integers(1, 10**9), st.floats(0, 1))
def test_a_pause_is_half_to_all_of_what_its_attempt_asks_for(attempt: int, jitter: float) -> None:
    whole = pause(attempt, 1.0, RetryPolicy())
    assert whole / 2 <= pause(attempt, jitter, RetryPolicy()) <= whole


@given(st.floats())
def test_whatever_a_platform_asks_for_the_wait_is_from_none_to_a_day(retry_after: float) -> None:
    assert 0 <= seconds_to_wait(retry_after) <= 86_400


@given(
    st.sampled_from([Sent({}), Deferred(1.0), Failed("x"), Uncertain("x"), Rejected("x"), Lost("x"), Moved("1")]),
    st.integers(1, 200),
    st.integers(0, 5),
    st.sampled_from(Priority),
    st.sampled_from([POLICY, HOLD]),
)
def test_no_settlement_is_in_the_past_or_beyond_a_day(
    outcome: Outcome, attempt: int, repeats: int, priority: Priority, policy: RetryPolicy
) -> None:
    result = became(outcome, policy=policy, attempt=attempt, repeats=repeats, priority=priority)
    instants = [getattr(result, name) for name in ("not_before", "settled_by") if hasattr(result, name)]
    assert all(NOW <= instant <= NOW + timedelta(days=1) for instant in instants)
