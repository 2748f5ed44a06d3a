"""What is received is stored once, settled once, and forgotten in time."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update

from bot.chat_events import ChatGone, ChatJoined, ChatMoved
from bot.clock import from_milliseconds, milliseconds
from bot.delivery.outcome import Sighting
from bot.errors import StoreError
from bot.receiving.inbox import CHUNK, KEEP_DONE, KEEP_FAILED, Inbox
from bot.receiving.received import Received, chat_of
from bot.store.engine import Store
from bot.store.tables import inbox as table
from bot.store.tables import process, sighting
from tests.bot.receiving.events import asked, rows, states
from tests.builders import NOW

MINUTE = timedelta(minutes=1)


def beat(connection: Connection) -> None:
    """An effect that can be seen."""
    connection.execute(process.insert().values(name="effect", heartbeat_at=0))


def effects(store: Store) -> int:
    with store.read() as connection:
        return len(connection.execute(select(process)).all())


def test_what_is_received_is_pending_in_order(inbox: Inbox) -> None:
    received = [asked(11), asked(9), asked(10)]

    fresh = inbox.receive(received, (), NOW)

    assert [one.event for one in fresh] == [one.event for one in received]
    assert inbox.pending(10) == fresh


def test_what_is_told_again_is_nothing_new(inbox: Inbox) -> None:
    inbox.receive([asked(1), asked(2)], (), NOW)

    fresh = inbox.receive([asked(2), asked(3), asked(3)], (), NOW + MINUTE)

    assert [one.key for one in fresh] == ["telegram/3"]
    assert len(inbox.pending(10)) == 3


def test_what_comes_later_stands_behind_all_that_waits_though_the_clock_was_set_back(inbox: Inbox) -> None:
    inbox.receive([asked(1), asked(2)], (), NOW)
    inbox.receive([asked(0)], (), NOW - MINUTE)

    assert [one.key for one in inbox.pending(10)] == ["telegram/1", "telegram/2", "telegram/0"]


def test_no_more_are_pending_than_are_asked_for(inbox: Inbox) -> None:
    inbox.receive([asked(number) for number in range(5)], (), NOW)

    assert [one.key for one in inbox.pending(2)] == ["telegram/0", "telegram/1"]


def test_thousands_fit_into_one_transaction(inbox: Inbox) -> None:
    received = [asked(number) for number in range(2 * CHUNK + 1)]

    assert [one.key for one in inbox.receive(received, (), NOW)] == [one.key for one in received]


def test_message_numbers_are_noted_with_what_came_along(inbox: Inbox, store: Store) -> None:
    inbox.receive([asked(1)], [Sighting("telegram:account", 7)], NOW)
    inbox.receive([], [Sighting("telegram:account", 8)], NOW)

    with store.read() as connection:
        seen = connection.execute(select(sighting.c.number, sighting.c.given_after).order_by(sighting.c.number)).all()
    assert seen == [(7, None), (8, None)]


def test_what_means_nothing_leaves_no_trace(inbox: Inbox, store: Store) -> None:
    assert inbox.receive([], (), NOW) == ()
    assert rows(store) == []


def test_what_is_done_is_pending_no_more_and_its_text_is_gone(inbox: Inbox, store: Store) -> None:
    (one,) = inbox.receive([asked(1, "topic secret wish")], (), NOW)

    assert inbox.settle(one, beat, NOW + MINUTE)

    (row,) = rows(store)
    assert (row["state"], row["body"], row["error"]) == ("done", "", None)
    assert from_milliseconds(row["settled_at"]) == NOW + MINUTE
    assert inbox.pending(10) == ()
    assert effects(store) == 1


def test_of_two_who_act_one_is_heard(inbox: Inbox, store: Store) -> None:
    (one,) = inbox.receive([asked(1)], (), NOW)

    assert [inbox.settle(one, beat, NOW), inbox.settle(one, beat, NOW)] == [True, False]
    assert effects(store) == 1


def test_what_is_done_is_not_received_again(inbox: Inbox) -> None:
    (one,) = inbox.receive([asked(1)], (), NOW)
    inbox.settle(one, None, NOW)

    assert inbox.receive([asked(1)], (), NOW + timedelta(hours=23)) == ()


def test_an_effect_that_breaks_leaves_it_to_be_done(inbox: Inbox, store: Store) -> None:
    one, other = inbox.receive([asked(1), asked(2)], (), NOW)
    inbox.settle(other, beat, NOW)

    with pytest.raises(StoreError):
        inbox.settle(one, beat, NOW)

    assert states(store) == {"telegram/1": "pending", "telegram/2": "done"}


def test_a_failed_attempt_is_counted(inbox: Inbox, store: Store) -> None:
    (one,) = inbox.receive([asked(1)], (), NOW)

    once = inbox.put_off(one, "ValueError: odd")

    assert once is not None
    assert once.attempt == 1
    assert inbox.pending(10) == (once,)
    assert rows(store)[0]["error"] == "ValueError: odd"


def test_an_attempt_at_what_another_settled_does_not_count(inbox: Inbox, store: Store) -> None:
    (one,) = inbox.receive([asked(1)], (), NOW)
    inbox.settle(one, None, NOW)

    assert inbox.put_off(one, "too late") is None
    assert rows(store)[0]["error"] is None


def test_what_is_given_up_says_why(inbox: Inbox, store: Store) -> None:
    (one,) = inbox.receive([asked(1)], (), NOW)

    inbox.settle(one, None, NOW, "\0" + "x" * 1000)

    (row,) = rows(store)
    assert (row["state"], row["body"], row["error"]) == ("failed", "", "x" * 500)


def test_keys_are_remembered_for_a_day_and_failures_for_a_week(inbox: Inbox, store: Store) -> None:
    done, failed, _ = inbox.receive([asked(1), asked(2), asked(3)], (), NOW)
    inbox.settle(done, None, NOW)
    inbox.settle(failed, None, NOW, "odd")

    assert inbox.purge(NOW + KEEP_DONE) == 0
    assert inbox.purge(NOW + KEEP_DONE + MINUTE) == 1
    assert inbox.purge(NOW + KEEP_FAILED + MINUTE) == 1
    assert states(store) == {"telegram/3": "pending"}


def test_what_cannot_be_read_is_pending_all_the_same(inbox: Inbox, store: Store) -> None:
    inbox.receive([asked(1)], (), NOW)
    with store.begin() as connection:
        connection.execute(update(table).values(body="{"))

    (one,) = inbox.pending(10)

    assert one.event is None
    assert one.chat == ("", "telegram/1")


def test_places_in_line_are_exact(inbox: Inbox, store: Store) -> None:
    fresh = inbox.receive([asked(number) for number in range(1000)], (), NOW)

    assert [row["received_at"] for row in rows(store)] == [milliseconds(NOW) + number for number in range(1000)]
    assert [one.received_at for one in fresh] == [one.received_at for one in inbox.pending(1000)]


@pytest.mark.parametrize(
    "event", [ChatGone("telegram", "-5"), ChatJoined("telegram", "-5"), ChatMoved("telegram", "-5", "-6")]
)
def test_what_became_of_a_chat_belongs_to_that_chat(event: ChatGone | ChatJoined | ChatMoved) -> None:
    assert chat_of(Received("k", event).event) == ("telegram", "-5")
