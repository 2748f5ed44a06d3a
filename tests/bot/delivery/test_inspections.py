"""Which unclear messages are looked for, when, and that their chats are left alone meanwhile."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete

from bot.delivery.delivery import Delivery
from bot.delivery.doubt import Swept
from bot.delivery.inspections import Inspections
from bot.delivery.ledger import Ledger
from bot.delivery.outbox import Outbox
from bot.delivery.outcome import Sighting
from bot.delivery.rows import State
from bot.delivery.settlement import (
    Delivered,
    Held,
    Postponed,
    Readdressed,
    Repeated,
    Settlement,
    Unreachable,
    Unresolved,
)
from bot.delivery.sightings import StoredSightings, note
from bot.store.engine import Store
from bot.store.tables import inspection as inspection_table
from tests.bot.delivery.fakes import ALICE, BOB, CHANNEL, GROUP, add, conclude, inspect, owed, reply, state
from tests.clock import START as NOW


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def claim(store: Store, now: datetime = NOW, platform: str = "telegram") -> tuple[Delivery, ...]:
    return Outbox(store).claim(platform, now, limit=10, lease=timedelta(seconds=75))


def make_unclear(store: Store, now: datetime = NOW) -> None:
    """Send whatever may be sent, and hear nothing."""
    for delivery in claim(store, now):
        assert Outbox(store).settle(delivery, Unresolved(now + timedelta(seconds=60), "silence"), now)


def test_an_unclear_message_is_looked_for_once_the_platform_has_made_up_its_mind(store: Store) -> None:
    add(store, owed("one"))
    make_unclear(store)
    assert inspect(store, later(59)) == ()
    (inspection,) = inspect(store, later(60))
    doubt = inspection.doubt
    assert (doubt.delivery.key, doubt.since, doubt.settled, doubt.receipt) == ("one", NOW, later(60), None)
    assert not inspection.is_sweep


def forget_inspections(store: Store) -> None:
    with store.begin() as connection:
        connection.execute(delete(inspection_table))


def test_an_unclear_message_that_nobody_was_to_look_for_is_looked_for_all_the_same(store: Store) -> None:
    add(store, owed("one"), owed("two", BOB))
    make_unclear(store)
    forget_inspections(store)

    assert Inspections(store).schedule_missing() == ("one", "two")
    assert Inspections(store).schedule_missing() == ()
    assert inspect(store, later(59)) == ()
    assert [one.doubt.settled for one in inspect(store, later(60))] == [later(60), later(60)]


def test_what_is_held_or_looked_for_or_clear_is_not_looked_for_anew(store: Store) -> None:
    add(store, owed("held"), owed("looked for", BOB), owed("sent", GROUP))
    (held, looked_for, sent) = claim(store)
    Outbox(store).settle(held, Unresolved(NOW, "silence"), NOW)
    conclude(store, Held("nobody can tell"), NOW)
    Outbox(store).settle(looked_for, Unresolved(NOW, "silence"), NOW)
    Outbox(store).settle(sent, Delivered({}), NOW)
    (before,) = inspect(store, NOW)

    assert Inspections(store).schedule_missing() == ()
    assert Outbox(store).conclude(before, Delivered({}), NOW)


def test_each_platform_looks_for_its_own(store: Store) -> None:
    add(store, owed("one"), owed("two", CHANNEL))
    make_unclear(store)
    (delivery,) = claim(store, platform="slack")
    Outbox(store).settle(delivery, Unresolved(later(60), "silence"), NOW)
    assert [one.doubt.delivery.key for one in inspect(store, later(60), "slack")] == ["two"]


def test_two_processes_do_not_look_for_the_same_message(store: Store) -> None:
    add(store, owed("one"))
    make_unclear(store)
    assert len(inspect(store, later(60))) == 1
    assert inspect(store, later(61)) == ()


def test_a_process_that_died_while_looking_is_replaced(store: Store) -> None:
    add(store, owed("one"))
    make_unclear(store)
    (first,) = inspect(store, later(60))
    (second,) = inspect(store, later(360))
    assert not Outbox(store).conclude(first, Delivered({}), later(361))
    assert Outbox(store).conclude(second, Delivered({}), later(361))


def test_nothing_is_sent_to_a_chat_while_a_message_is_looked_for_there(store: Store) -> None:
    add(store, owed("one"))
    make_unclear(store)
    add(store, reply("answer"), reply("bob", BOB))
    (inspection,) = inspect(store, later(60))
    assert [delivery.key for delivery in claim(store, later(60))] == ["bob"]
    Inspections(store).put_off(inspection, later(120))
    assert [delivery.key for delivery in claim(store, later(60))] == ["answer"]


def test_nothing_is_looked_for_in_a_chat_while_something_is_in_flight_there(store: Store) -> None:
    add(store, owed("one"))
    make_unclear(store)
    add(store, reply("answer"))
    (answer,) = claim(store)
    assert inspect(store, later(60)) == ()
    Outbox(store).settle(answer, Delivered({}), later(60))
    assert len(inspect(store, later(60))) == 1


def test_a_chat_s_messages_are_looked_for_one_after_the_other(store: Store) -> None:
    add(store, reply("one"), owed("two"))
    make_unclear(store)
    make_unclear(store, later(1))
    (first,) = inspect(store, later(70))
    assert first.doubt.delivery.key == "one"
    assert Outbox(store).conclude(first, Delivered({}), later(70))
    assert [one.doubt.delivery.key for one in inspect(store, later(70))] == ["two"]


def test_what_was_put_off_is_looked_for_at_its_new_time(store: Store) -> None:
    add(store, owed("one"))
    make_unclear(store)
    (inspection,) = inspect(store, later(60))
    assert Inspections(store).put_off(inspection, later(120))
    assert not Inspections(store).put_off(inspection, later(600))
    assert inspect(store, later(119)) == ()
    (again,) = inspect(store, later(120))
    assert again.doubt.settled == later(60)


def test_what_was_found_is_sent_and_the_next_one_goes(store: Store) -> None:
    add(store, owed("one"), owed("two"))
    make_unclear(store)
    conclude(store, Delivered({"message_id": 7}), later(60))
    assert Ledger(store).receipt("one") == {"message_id": 7}
    assert [delivery.key for delivery in claim(store, later(60))] == ["two"]


def test_what_is_not_there_is_owed_again_at_once_and_before_all_others(store: Store) -> None:
    add(store, owed("one"), owed("two"))
    make_unclear(store)
    conclude(store, Repeated("not there"), later(60))
    (again,) = claim(store, later(60))
    assert (again.key, again.attempt, again.repeats, again.blind_repeats) == ("one", 2, 1, 0)
    assert Ledger(store).counts()["possibly_double"] == 0


def test_what_is_repeated_blindly_is_counted_as_possibly_double(store: Store) -> None:
    add(store, owed("one"))
    make_unclear(store)
    conclude(store, Repeated("who knows", blindly=True), later(60))
    assert Ledger(store).counts()["possibly_double"] == 1


def test_a_doubt_goes_back_to_the_first_request_that_may_have_been_taken(store: Store) -> None:
    add(store, owed("one"))
    make_unclear(store, later(0))
    conclude(store, Repeated("not there"), later(60))
    make_unclear(store, later(100))
    (inspection,) = inspect(store, later(160))
    assert (inspection.doubt.since, inspection.doubt.settled) == (NOW, later(160))


@pytest.mark.parametrize("became", [Postponed(later(5), "refused"), Postponed(later(5), "told to wait", spent=False)])
def test_a_doubt_does_not_go_back_to_a_request_that_surely_was_not_taken(store: Store, became: Settlement) -> None:
    add(store, owed("one"))
    (delivery,) = claim(store)
    Outbox(store).settle(delivery, became, NOW)
    make_unclear(store, later(5))
    (inspection,) = inspect(store, later(65))
    assert inspection.doubt.since == later(5)


def test_a_doubt_knows_which_message_numbers_were_seen_before_it(store: Store) -> None:
    with store.begin() as connection:
        note(connection, [Sighting("telegram:account", 41)], NOW)
    add(store, owed("one"))
    (delivery,) = claim(store)
    with store.begin() as connection:
        note(connection, [Sighting("telegram:account", 43)], NOW)
    Outbox(store).settle(delivery, Unresolved(later(60), "silence"), NOW)
    (inspection,) = inspect(store, later(60))
    assert StoredSightings(store).base("telegram:account", inspection.doubt.before) == 41


def test_what_was_sent_after_a_repeat_is_swept_for_and_what_was_removed_is_known(store: Store) -> None:
    add(store, owed("one"))
    make_unclear(store)
    conclude(store, Delivered({"message_id": 9}, sweep_at=later(660)), later(60))
    (sweep,) = inspect(store, later(660))
    assert sweep.is_sweep
    assert sweep.doubt.receipt == {"message_id": 9}
    assert Inspections(store).finish_sweep(sweep, Swept(1, (Sighting("telegram:account", 8),)), later(661))
    assert not Inspections(store).finish_sweep(sweep, None, later(661))
    assert inspect(store, later(9999)) == ()
    assert StoredSightings(store).known("telegram:account", 0, 99) == {8}


def test_no_chat_is_swept_before_its_unclear_messages_are_looked_for(store: Store) -> None:
    add(store, owed("one"))
    make_unclear(store)
    conclude(store, Repeated("not there"), later(60))
    (again,) = claim(store, later(60))
    Outbox(store).settle(again, Delivered({}, sweep_at=later(660)), later(60))
    add(store, owed("two"), now=later(640))
    make_unclear(store, later(640))
    assert inspect(store, later(690)) == ()
    conclude(store, Delivered({}), later(700))
    (inspection,) = inspect(store, later(700))
    assert (inspection.doubt.delivery.key, inspection.is_sweep) == ("one", True)


def test_a_sweep_that_learnt_nothing_ends_as_well(store: Store) -> None:
    add(store, owed("one"))
    make_unclear(store)
    conclude(store, Delivered({}, sweep_at=later(660)), later(60))
    (sweep,) = inspect(store, later(660))
    assert Inspections(store).finish_sweep(sweep, None, later(661))


def test_strays_are_not_looked_for_while_another_message_of_the_chat_is_held(store: Store) -> None:
    add(store, owed("one"))
    make_unclear(store)
    conclude(store, Delivered({"message_id": 9}, sweep_at=later(660)), later(60))
    add(store, owed("two"))
    make_unclear(store, later(630))
    conclude(store, Held("no history"), later(690))
    assert inspect(store, later(690)) == ()
    assert Ledger(store).skip("two", later(700))
    (sweep,) = inspect(store, later(700))
    assert sweep.is_sweep


def test_a_clear_answer_that_comes_after_all_ends_the_search(store: Store) -> None:
    add(store, owed("one"))
    (delivery,) = claim(store)
    Outbox(store).settle(delivery, Unresolved(later(60), "lapsed"), NOW)
    (inspection,) = inspect(store, later(60))
    assert Outbox(store).settle(delivery, Delivered({}), later(61))
    assert not Outbox(store).conclude(inspection, Repeated("not there"), later(62))
    assert state(store, "one") is State.SENT


def test_a_held_message_is_left_to_the_operator(store: Store) -> None:
    add(store, owed("one"), owed("two"))
    make_unclear(store)
    (inspection,) = inspect(store, later(60))
    assert Outbox(store).conclude(inspection, Held("no history"), later(60))
    assert claim(store, later(9999)) == ()
    assert inspect(store, later(9999)) == ()


def test_what_the_operator_skipped_meanwhile_stays_skipped(store: Store) -> None:
    add(store, owed("one"))
    make_unclear(store)
    (inspection,) = inspect(store, later(60))
    assert Ledger(store).skip("one", later(61))
    assert not Outbox(store).conclude(inspection, Repeated("not there"), later(62))
    assert state(store, "one") is State.DROPPED


def test_a_chat_that_is_gone_is_not_searched(store: Store) -> None:
    add(store, owed("one"), reply("answer"))
    add(store, owed("two"))
    answer = next(delivery for delivery in claim(store) if delivery.key == "answer")
    Outbox(store).settle(answer, Postponed(later(1), "refused"), NOW)
    make_unclear(store)
    (answer,) = claim(store, later(1))
    Outbox(store).settle(answer, Unreachable("blocked"), later(2))
    assert inspect(store, later(60)) == ()


def test_a_chat_that_moved_is_searched_at_its_new_address(store: Store) -> None:
    add(store, owed("one", GROUP), reply("answer", GROUP))
    (answer,) = claim(store)
    Outbox(store).settle(answer, Postponed(later(1), "refused"), NOW)
    make_unclear(store)
    (answer,) = claim(store, later(1))
    Outbox(store).settle(answer, Readdressed("-1002001"), later(2))
    (answer,) = claim(store, later(2))
    Outbox(store).settle(answer, Delivered({}), later(3))
    (inspection,) = inspect(store, later(60))
    assert inspection.doubt.delivery.destination.address == "-1002001"


def test_as_many_are_taken_as_were_asked_for_the_longest_due_first(store: Store) -> None:
    add(store, owed("alice", ALICE))
    make_unclear(store)
    add(store, owed("bob", BOB), owed("group", GROUP))
    make_unclear(store, later(10))
    taken = Inspections(store).claim("telegram", later(100), limit=2, lease=timedelta(seconds=300))
    assert len(taken) == 2
    assert taken[0].doubt.delivery.key == "alice"


def test_what_an_operator_saw_while_it_was_looked_for_is_no_stray(store: Store) -> None:
    add(store, owed("one"))
    make_unclear(store)
    (inspection,) = inspect(store, later(60))
    assert Ledger(store).mark_sent("one", later(61))
    assert Inspections(store).put_off(inspection, later(90))
    # Nobody knows its number: whoever removed all copies but the known one would remove the only one.
    assert inspect(store, later(90)) == ()


def test_an_answer_that_comes_while_a_repeated_message_is_looked_for_is_swept_for_all_the_same(store: Store) -> None:
    add(store, owed("one"))
    make_unclear(store)
    conclude(store, Repeated("not there"), later(60))
    (again,) = claim(store, later(60))
    Outbox(store).settle(again, Unresolved(later(135), "lapsed"), later(135))
    (inspection,) = inspect(store, later(135))
    assert Outbox(store).settle(again, Delivered({"message_id": 9}, sweep_at=later(736)), later(136))
    assert not Outbox(store).conclude(inspection, Repeated("not there"), later(137))
    assert inspect(store, later(700)) == ()
    (sweep,) = inspect(store, later(736))
    assert (sweep.is_sweep, sweep.doubt.receipt) == (True, {"message_id": 9})


def test_a_doubt_knows_of_messages_in_its_chat_whose_numbers_nobody_knows(store: Store) -> None:
    add(store, owed("one"), owed("elsewhere", GROUP))
    make_unclear(store)
    for key in ("one", "elsewhere"):
        assert Ledger(store).mark_sent(key, later(30 if key == "one" else 40))
    add(store, owed("two"))
    make_unclear(store, later(50))
    (inspection,) = inspect(store, later(110))
    assert inspection.doubt.unnumbered == later(30)
