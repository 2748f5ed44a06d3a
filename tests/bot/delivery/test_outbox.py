"""The outbox on every kind of store: each thing owed once, in order, one at a time in a chat."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.delivery import destinations
from bot.delivery.delivery import Delivery, Destination, Priority
from bot.delivery.ledger import Ledger
from bot.delivery.outbox import Outbox
from bot.delivery.rows import State
from bot.delivery.settlement import (
    Abandoned,
    Delivered,
    Postponed,
    Readdressed,
    Reason,
    Repeated,
    Settlement,
    Unreachable,
    Unresolved,
)
from bot.store.engine import Store
from tests.bot.delivery.fakes import ALICE, BOB, CHANNEL, GROUP, add, conclude, owed, reply, state, states
from tests.clock import START as NOW

LEASE = timedelta(seconds=75)
SUPERGROUP = "-1002001"


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def outbox(store: Store) -> Outbox:
    return Outbox(store)


def claim(outbox: Outbox, now: datetime = NOW, platform: str = "telegram", **limits: object) -> tuple[Delivery, ...]:
    facts: dict[str, object] = {"limit": 10, "lease": LEASE}
    return outbox.claim(platform, now, **(facts | limits))  # type: ignore[arg-type]  # spelt out at each call


def claim_one(outbox: Outbox, now: datetime = NOW) -> Delivery:
    (delivery,) = claim(outbox, now)
    return delivery


def keys(deliveries: tuple[Delivery, ...]) -> list[str]:
    return [delivery.key for delivery in deliveries]


def send_all(outbox: Outbox, now: datetime = NOW) -> list[str]:
    """Deliver whatever is owed, and tell in what order it left."""
    order: list[str] = []
    while claimed := claim(outbox, now):
        order += keys(claimed)
        for delivery in claimed:
            assert outbox.settle(delivery, Delivered({}), now)
    return order


def test_what_was_added_is_claimed_as_it_was(store: Store, outbox: Outbox) -> None:
    message = owed("one", Destination("telegram", "-2001", "7"))
    assert add(store, message) == 1
    delivery = claim_one(outbox)
    assert (delivery.key, delivery.destination, delivery.call) == ("one", message.destination, message.call)
    assert (delivery.priority, delivery.attempt, delivery.repeats) == (Priority.BROADCAST, 1, 0)


def test_nothing_is_added_by_adding_nothing(store: Store) -> None:
    assert add(store) == 0


def test_the_same_key_is_owed_once(store: Store, outbox: Outbox) -> None:
    add(store, owed("one"))
    assert add(store, owed("one"), owed("two")) == 1
    assert send_all(outbox) == ["one", "two"]
    assert add(store, owed("one"), now=later(3600)) == 0


def test_what_was_not_committed_is_not_owed(store: Store, outbox: Outbox) -> None:
    with store.read() as connection:
        outbox.add(connection, [owed("one")], NOW)
    assert claim(outbox) == ()


def test_parts_leave_in_their_order_even_beyond_nine(store: Store, outbox: Outbox) -> None:
    parts = [f"edition/{part}" for part in range(1, 13)]
    add(store, *[owed(key, part=part) for part, key in enumerate(parts, start=1)])
    assert send_all(outbox) == parts


def test_digests_of_one_chat_leave_in_the_order_they_were_added_even_if_the_clock_was_set_back(
    store: Store, outbox: Outbox
) -> None:
    add(store, owed("a/1"), owed("a/2", part=2))
    add(store, owed("b/1"), owed("b/2", part=2), now=later(-7200))
    assert send_all(outbox, later(-7200)) == ["a/1", "a/2", "b/1", "b/2"]


def test_editions_added_in_the_same_millisecond_do_not_mix(store: Store, outbox: Outbox) -> None:
    add(store, owed("b/1"), owed("b/2", part=2))
    add(store, owed("a/1"), owed("a/2", part=2))
    assert send_all(outbox) == ["b/1", "b/2", "a/1", "a/2"]


def test_a_chat_has_one_message_in_flight(store: Store, outbox: Outbox) -> None:
    thread = Destination("telegram", ALICE.address, "7")
    add(store, owed("one"), owed("two"), owed("three", thread), reply("four"), owed("bob", BOB))
    assert keys(claim(outbox)) == ["four", "bob"]
    assert claim(outbox) == ()


def test_replies_overtake_digests_between_two_messages(store: Store, outbox: Outbox) -> None:
    add(store, owed("a/1"), owed("a/2", part=2))
    first = claim_one(outbox)
    add(store, reply("answer"), now=later(1))
    outbox.settle(first, Delivered({}), later(1))
    assert send_all(outbox, later(1)) == ["answer", "a/2"]


def test_replies_to_anyone_leave_before_digests_to_others(store: Store, outbox: Outbox) -> None:
    add(store, *[owed(f"{number}", Destination("telegram", f"{number}")) for number in range(50)])
    add(store, reply("answer", BOB), now=later(60))
    assert keys(claim(outbox, later(60), limit=1)) == ["answer"]


def test_a_claim_takes_no_more_than_it_was_asked_to(store: Store, outbox: Outbox) -> None:
    add(store, owed("one"), reply("two"), owed("three", BOB), reply("four", BOB), owed("five", GROUP))
    assert keys(claim(outbox, limit=2)) == ["two", "four"]


def test_however_many_busy_chats_come_first_the_next_is_found(store: Store, outbox: Outbox) -> None:
    chats = [Destination("telegram", str(number)) for number in range(5)]
    add(store, *[owed(f"{chat.address}/{part}", chat) for chat in chats for part in (1, 2)])
    add(store, *[reply(f"{chat.address}/reply", chat) for chat in chats[:4]])
    add(store, owed("bob", BOB), now=later(1))
    assert keys(claim(outbox, limit=1, busy={chat.address for chat in chats})) == ["bob"]


def test_replies_alone_may_be_asked_for(store: Store, outbox: Outbox) -> None:
    add(store, owed("digest"), reply("answer", BOB))
    assert keys(claim(outbox, replies_only=True)) == ["answer"]


def test_busy_chats_are_left_alone(store: Store, outbox: Outbox) -> None:
    add(store, owed("one"), owed("two", BOB))
    assert keys(claim(outbox, busy={ALICE.address})) == ["two"]


def test_another_platform_s_messages_are_left_alone(store: Store, outbox: Outbox) -> None:
    add(store, owed("one"), owed("two", CHANNEL))
    assert keys(claim(outbox, platform="slack")) == ["two"]


def test_what_was_sent_is_over_and_its_receipt_kept(store: Store, outbox: Outbox) -> None:
    add(store, owed("one"))
    assert outbox.settle(claim_one(outbox), Delivered({"message_id": 7}), NOW)
    assert state(store, "one") is State.SENT
    assert Ledger(store).receipt("one") == {"message_id": 7}


def test_a_receipt_of_any_kind_is_kept(store: Store, outbox: Outbox) -> None:
    add(store, owed("one"))
    assert outbox.settle(claim_one(outbox), Delivered({"date": NOW}), NOW)
    assert Ledger(store).receipt("one") == {"date": "2026-11-22 08:00:00+00:00"}


def test_what_was_postponed_holds_up_its_line_until_its_time(store: Store, outbox: Outbox) -> None:
    add(store, owed("one"), owed("two"), owed("bob", BOB))
    delivery = claim(outbox)[0]
    outbox.settle(delivery, Postponed(later(10), "refused"), NOW)
    assert claim(outbox, later(9.9)) == ()
    again = claim_one(outbox, later(10))
    assert (again.key, again.attempt) == ("one", 2)


def test_replies_do_not_wait_behind_a_postponed_digest_nor_digests_behind_a_postponed_reply(
    store: Store, outbox: Outbox
) -> None:
    add(store, owed("digest"), reply("one", BOB), owed("digest for bob", BOB))
    for delivery in claim(outbox):
        outbox.settle(delivery, Postponed(later(10), "refused"), NOW)
    add(store, reply("two"))
    assert keys(claim(outbox)) == ["two", "digest for bob"]


def test_being_told_to_wait_costs_no_attempt(store: Store, outbox: Outbox) -> None:
    add(store, owed("one"))
    outbox.settle(claim_one(outbox), Postponed(later(10), "told to wait", spent=False), NOW)
    assert claim_one(outbox, later(10)).attempt == 1


def test_what_was_abandoned_lets_the_next_one_go(store: Store, outbox: Outbox) -> None:
    add(store, owed("one"), owed("two"))
    outbox.settle(claim_one(outbox), Abandoned(Reason.REJECTED, "too long"), NOW)
    (row,) = Ledger(store).rows(states={State.FAILED})
    assert (row.key, row.reason, row.error) == ("one", Reason.REJECTED, "too long")
    assert keys(claim(outbox)) == ["two"]


def test_an_uncertain_digest_holds_up_its_chat_s_digests_and_nothing_else(store: Store, outbox: Outbox) -> None:
    add(store, owed("one"), owed("two"))
    outbox.settle(claim_one(outbox), Unresolved(later(60), "silence"), NOW)
    add(store, reply("answer"), owed("bob", BOB))
    assert keys(claim(outbox, later(3600))) == ["answer", "bob"]
    assert state(store, "one") is State.UNCERTAIN


def test_an_uncertain_reply_holds_up_nothing(store: Store, outbox: Outbox) -> None:
    add(store, reply("one"), reply("two"))
    outbox.settle(claim_one(outbox), Unresolved(later(60), "silence"), NOW)
    assert keys(claim(outbox)) == ["two"]


def test_what_is_uncertain_does_not_grow_too_old_before_it_was_looked_for(store: Store, outbox: Outbox) -> None:
    add(store, owed("one", expires_at=later(30)))
    outbox.settle(claim_one(outbox), Unresolved(later(60), "silence"), NOW)
    assert outbox.expire(later(60)) == ()


def test_a_lease_that_ran_out_is_found_and_never_pending(store: Store, outbox: Outbox) -> None:
    add(store, owed("one"))
    claimed = claim_one(outbox)
    assert outbox.overdue(later(74)) == ()
    assert outbox.overdue(later(75)) == (replace(claimed, claimed_at=None),)
    assert claim(outbox, later(3600)) == ()


def test_a_late_answer_still_counts_while_nobody_has_repeated_the_message(store: Store, outbox: Outbox) -> None:
    add(store, owed("one"))
    claimed = claim_one(outbox)
    outbox.settle(claimed, Unresolved(later(75), "lapsed"), later(75))
    assert outbox.settle(claimed, Delivered({}), later(76))
    assert state(store, "one") is State.SENT


@pytest.mark.parametrize(
    "answer", [Delivered({}), Abandoned(Reason.REJECTED, "no"), Postponed(NOW, "refused"), Unresolved(NOW, "?")]
)
def test_an_answer_that_comes_after_another_attempt_was_made_changes_nothing(
    store: Store, outbox: Outbox, answer: Settlement
) -> None:
    add(store, owed("one"))
    first = claim_one(outbox)
    outbox.settle(first, Unresolved(later(75), "lapsed"), later(75))
    conclude(store, Repeated("absent"), later(75))
    claim_one(outbox, later(76))
    assert not outbox.settle(first, answer, later(77))
    assert state(store, "one") is State.SENDING


def test_a_late_answer_spares_a_repeat_that_was_not_made_yet(store: Store, outbox: Outbox) -> None:
    add(store, owed("one"))
    first = claim_one(outbox)
    outbox.settle(first, Unresolved(later(75), "lapsed"), later(75))
    conclude(store, Repeated("absent"), later(75))
    assert not outbox.settle(first, Postponed(later(80), "refused"), later(76))
    assert outbox.settle(first, Delivered({}), later(77))
    assert claim(outbox, later(78)) == ()


def test_what_is_too_old_is_not_sent_and_holds_nobody_up(store: Store, outbox: Outbox) -> None:
    add(store, reply("one", expires_at=later(60)), reply("two"))
    assert outbox.expire(later(59)) == ()
    assert claim(outbox, later(60)) == ()
    assert outbox.expire(later(60)) == ("one",)
    assert keys(claim(outbox, later(60))) == ["two"]
    assert state(store, "one") is State.EXPIRED


def test_a_chat_that_is_gone_is_paused_and_what_else_is_owed_to_it_dropped(store: Store, outbox: Outbox) -> None:
    add(store, owed("one"), owed("two"), owed("bob", BOB))
    claimed = claim(outbox)[0]
    outbox.settle(claimed, Unreachable("bot was blocked by the user"), NOW)
    add(store, owed("three"))
    assert states(store) == {
        "one": State.FAILED,
        "two": State.DROPPED,
        "three": State.DROPPED,
        "bob": State.SENDING,
    }
    errors = {row.key: row.error for row in Ledger(store).rows()}
    assert errors["one"] == "bot was blocked by the user"
    assert errors["two"] == errors["three"] == "the chat is paused: bot was blocked by the user"
    (paused,) = Ledger(store).paused()
    assert (paused.address, paused.reason, paused.since) == (ALICE.address, "bot was blocked by the user", NOW)


def test_a_paused_chat_is_tried_again_the_next_day_and_resumed_when_that_arrives(store: Store, outbox: Outbox) -> None:
    tomorrow = NOW + timedelta(days=1)
    add(store, owed("one"))
    outbox.settle(claim_one(outbox), Unreachable("not_in_channel"), NOW)
    add(store, owed("two"), owed("three"), now=tomorrow)
    assert len(Ledger(store).paused()) == 1
    assert send_all(outbox, tomorrow) == ["two", "three"]
    assert Ledger(store).paused() == ()


def test_a_chat_that_is_still_gone_the_next_day_costs_one_message(store: Store, outbox: Outbox) -> None:
    tomorrow = NOW + timedelta(days=1)
    add(store, owed("one"))
    outbox.settle(claim_one(outbox), Unreachable("not_in_channel"), NOW)
    add(store, owed("two"), owed("three"), now=tomorrow)
    (again,) = claim(outbox, tomorrow)
    outbox.settle(again, Unreachable("not_in_channel"), tomorrow)
    add(store, owed("four"), now=tomorrow)
    assert states(store) == {
        "one": State.FAILED,
        "two": State.FAILED,
        "three": State.DROPPED,
        "four": State.DROPPED,
    }


def test_whoever_speaks_in_a_paused_chat_is_answered_there(store: Store, outbox: Outbox) -> None:
    add(store, owed("one"))
    outbox.settle(claim_one(outbox), Unreachable("bot was blocked by the user"), NOW)
    add(store, reply("answer"))
    add(store, owed("two"))
    assert send_all(outbox) == ["answer", "two"]
    assert Ledger(store).paused() == ()


def test_what_is_owed_to_a_group_follows_it_to_its_new_address(store: Store, outbox: Outbox) -> None:
    add(store, owed("one", GROUP), owed("two", GROUP), reply("three", GROUP))
    claimed = claim_one(outbox)
    outbox.settle(claimed, Readdressed(SUPERGROUP), NOW)
    order: list[Delivery] = []
    while batch := claim(outbox):
        outbox.settle(batch[0], Delivered({}), NOW)
        order += batch
    assert keys(tuple(order)) == ["three", "one", "two"]
    assert {delivery.destination.address for delivery in order} == {SUPERGROUP}
    assert {delivery.call.arguments["chat_id"] for delivery in order} == {SUPERGROUP}


def test_what_is_added_for_a_group_later_goes_to_its_new_address(store: Store, outbox: Outbox) -> None:
    add(store, owed("one", GROUP))
    outbox.settle(claim_one(outbox), Readdressed(SUPERGROUP), NOW)
    send_all(outbox)
    add(store, owed("two", GROUP))
    delivery = claim_one(outbox)
    assert delivery.destination == Destination("telegram", SUPERGROUP)
    assert delivery.call.arguments["chat_id"] == SUPERGROUP


def move(outbox: Outbox, store: Store, old: str, new: str) -> None:
    key = f"{old} to {new} {len(states(store))}"
    with store.begin() as connection:
        outbox.add(connection, [owed(key, Destination("telegram", old))], NOW)
    outbox.settle(claim_one(outbox), Readdressed(new), NOW)
    send_all(outbox)


def place(store: Store, destination: Destination) -> Destination:
    with store.read() as connection:
        return destinations.current(connection, [destination])[destination]


def test_a_chat_that_moved_twice_is_followed(store: Store, outbox: Outbox) -> None:
    move(outbox, store, "-3", "-4")
    move(outbox, store, "-4", "-5")
    assert place(store, Destination("telegram", "-3", "7")) == Destination("telegram", "-5", "7")
    assert place(store, BOB) == BOB


def test_a_chat_that_moved_back_is_where_it_was(store: Store, outbox: Outbox) -> None:
    move(outbox, store, "-3", "-4")
    move(outbox, store, "-4", "-3")
    assert place(store, Destination("telegram", "-3")).address == "-3"
    assert place(store, Destination("telegram", "-4")).address == "-3"


def test_chats_that_move_in_a_circle_are_not_followed_for_ever(store: Store, outbox: Outbox) -> None:
    for old, new in (("-3", "-4"), ("-4", "-5")):
        move(outbox, store, old, new)
    add(store, owed("round", Destination("telegram", "-5")))
    outbox.settle(claim_one(outbox), Readdressed("-3"), NOW)
    assert place(store, Destination("telegram", "-3")).address in {"-3", "-4", "-5"}


def test_the_next_instant_at_which_something_is_due_is_known(store: Store, outbox: Outbox) -> None:
    add(store, owed("one"), owed("two", BOB), owed("slack", CHANNEL))
    assert outbox.next_due("telegram", NOW) is None
    for seconds, delivery in enumerate(claim(outbox), start=10):
        outbox.settle(delivery, Postponed(later(seconds), "refused"), NOW)
    assert outbox.next_due("telegram", NOW) == later(10)
    assert outbox.next_due("slack", NOW) is None


def test_an_error_of_any_bytes_and_length_is_recorded(store: Store, outbox: Outbox) -> None:
    add(store, owed("one"))
    assert outbox.settle(claim_one(outbox), Abandoned(Reason.REJECTED, "\0\ud83d" + "x" * 9999), NOW)
    (row,) = Ledger(store).rows()
    assert row.error is not None
    assert row.error.startswith("?x")


def test_a_broadcast_to_very_many_chats_is_added_at_once(store: Store, outbox: Outbox) -> None:
    add(store, *[owed(f"{number}", Destination("telegram", f"{number}")) for number in range(1200)])
    assert len(claim(outbox, limit=600)) == 600


def test_an_answer_that_is_recorded_twice_does_not_concern_a_later_claim(store: Store, outbox: Outbox) -> None:
    add(store, owed("one"))
    first, told_to_wait = claim_one(outbox), Postponed(later(1), "told to wait", spent=False)
    assert outbox.settle(first, told_to_wait, NOW)
    again = claim_one(outbox, later(1))
    # Whoever lost the connection at the commit cannot know, and tries once more.
    assert not outbox.settle(first, told_to_wait, later(1))
    assert claim(outbox, later(2)) == ()
    assert outbox.settle(again, Delivered({}), later(2))


def test_an_answer_from_before_an_operator_s_retry_does_not_concern_what_was_claimed_since(
    store: Store, outbox: Outbox
) -> None:
    add(store, owed("one"))
    first = claim_one(outbox)
    outbox.settle(first, Unresolved(later(75), "lapsed"), later(75))
    assert Ledger(store).retry("one", later(80))
    again = claim_one(outbox, later(80))
    assert not outbox.settle(first, Postponed(later(81), "refused"), later(81))
    assert outbox.settle(again, Delivered({}), later(82))
