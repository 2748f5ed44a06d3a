"""The ledger of editions, over every kind of store."""

from datetime import datetime, timedelta

import pytest

from bot.delivery import destinations
from bot.delivery.delivery import Destination, Priority
from bot.delivery.outbox import Outbox, Owed
from bot.publishing import editions
from bot.publishing.editions import Edition, EditionState, Mark
from bot.publishing.results import EditionReason
from bot.store.engine import Store
from bot.store.tables import delivery
from tests.builders import GROUP, NOW, a_call

DAY = timedelta(days=1)
SLACK = Destination("slack", "C1")


def an_edition(day: int = 0, **changes: object) -> Edition:
    due_at = NOW + day * DAY
    facts = {
        "digest": "morning",
        "slot": f"{due_at:%Y-%m-%dT%H:%M}",
        "due_at": due_at,
        "state": EditionState.PUBLISHED,
        "since": due_at - DAY,
    }
    return Edition(**(facts | changes))  # type: ignore[arg-type] # a builder's facts are as mixed as a row


def put(store: Store, edition: Edition, *files: str, to: Destination = GROUP, parts: int = 1) -> None:
    owed = [
        Owed(f"{edition.key}/{to}/{part}", to, a_call(), Priority.BROADCAST, part, edition.key)
        for part in range(1, parts + 1)
    ]
    with store.begin() as connection:
        editions.record(connection, edition, NOW)
        editions.record_articles(connection, edition, str(to), files)
        Outbox(store).add(connection, owed, NOW)


def end(store: Store, edition: Edition, part: int, state: str) -> None:
    with store.begin() as connection:
        changed = delivery.update().where(delivery.c.edition == edition.key, delivery.c.part == part)
        connection.execute(changed.values(state=state))


def files_received(store: Store, *, since: datetime = NOW - DAY, before: datetime | None = None) -> set[str]:
    with store.read() as connection:
        received = editions.received(connection, "morning", since=since, before=before)
    return {file for one in received.values() for file in one.files}


def test_an_edition_is_recorded_once(store: Store) -> None:
    with store.begin() as connection:
        assert editions.record(connection, an_edition(), NOW)
        assert not editions.record(connection, an_edition(), NOW + DAY)


def test_an_edition_is_read_back_as_it_was(store: Store) -> None:
    edition = an_edition(state=EditionState.MISSED, since=None, reason=EditionReason.TOO_LATE, detail="2h late")
    put(store, edition)
    with store.read() as connection:
        assert editions.latest(connection) == (edition,)


def test_the_latest_editions_come_first_and_can_be_one_digests(store: Store) -> None:
    for edition in (an_edition(0), an_edition(2), an_edition(1), an_edition(3, digest="evening")):
        put(store, edition)
    with store.read() as connection:
        assert editions.latest(connection, "morning", 2) == (an_edition(2), an_edition(1))
        assert editions.latest(connection, limit=1)[0].digest == "evening"


def test_an_article_told_twice_in_an_edition_is_one_article(store: Store) -> None:
    put(store, an_edition(), "a.md", "a.md")
    assert files_received(store) == {"a.md"}


def test_received_knows_each_destinations_articles_and_when_the_last_came(store: Store) -> None:
    other = Destination("slack", "C1")
    put(store, an_edition(0), "a.md", "b.md")
    put(store, an_edition(1), "c.md")
    put(store, an_edition(1), "a.md", to=other)
    with store.read() as connection:
        received = editions.received(connection, "morning", since=NOW)
    assert received[str(GROUP)] == editions.Received(frozenset({"a.md", "b.md", "c.md"}), NOW + DAY)
    assert received[str(other)] == editions.Received(frozenset({"a.md"}), NOW + DAY)


def test_another_digests_articles_are_none_of_this_ones(store: Store) -> None:
    put(store, an_edition(digest="evening"), "a.md")
    assert files_received(store) == set()


def test_only_editions_of_the_span_asked_for_count(store: Store) -> None:
    for day in range(3):
        put(store, an_edition(day), f"{day}.md")
    assert files_received(store, since=NOW + DAY) == {"1.md", "2.md"}
    assert files_received(store, before=NOW + 2 * DAY) == {"0.md", "1.md"}


@pytest.mark.parametrize("state", ["failed", "dropped", "expired"])
def test_what_never_arrived_was_not_received(store: Store, state: str) -> None:
    put(store, an_edition(), "a.md")
    end(store, an_edition(), 1, state)
    assert files_received(store) == set()


@pytest.mark.parametrize("state", ["pending", "sending", "sent", "uncertain"])
def test_what_arrived_or_still_may_was_received(store: Store, state: str) -> None:
    put(store, an_edition(), "a.md")
    end(store, an_edition(), 1, state)
    assert files_received(store) == {"a.md"}


def test_an_edition_of_which_a_part_arrived_was_received(store: Store) -> None:
    put(store, an_edition(), "a.md", parts=2)
    end(store, an_edition(), 1, "failed")
    assert files_received(store) == {"a.md"}


def test_a_failure_in_a_thread_is_not_one_in_the_chat_around_it(store: Store) -> None:
    chat = Destination(GROUP.platform, GROUP.address)
    put(store, an_edition(), "thread.md")
    put(store, an_edition(), "chat.md", to=chat)
    with store.begin() as connection:
        lost = delivery.update().where(delivery.c.thread == GROUP.thread)
        connection.execute(lost.values(state="failed"))
    assert files_received(store) == {"chat.md"}


def test_a_delivery_that_moved_with_its_chat_is_still_the_editions(store: Store) -> None:
    put(store, an_edition(), "a.md")
    with store.begin() as connection:
        connection.execute(delivery.update().values(address="-1009", state="failed"))
    assert files_received(store) == set()


def test_a_digest_never_seen_has_no_mark(store: Store) -> None:
    with store.read() as connection:
        assert editions.mark_of(connection, "morning") is None


def test_a_mark_rises_and_never_falls_and_its_timetable_is_that_which_was_started_last(store: Store) -> None:
    with store.begin() as connection:
        editions.start_timetable(connection, "morning", Mark(NOW, "09:00"))
        editions.start_timetable(connection, "morning", Mark(NOW - DAY, "10:00"))
        assert editions.mark_of(connection, "morning") == Mark(NOW, "10:00")
        editions.raise_mark(connection, "morning", Mark(NOW + DAY, "10:00"))
        editions.raise_mark(connection, "morning", Mark(NOW, "10:00"))
        assert editions.mark_of(connection, "morning") == Mark(NOW + DAY, "10:00")


def test_a_mark_is_not_raised_for_another_timetable_nor_made_anew_once_it_was_forgotten(store: Store) -> None:
    with store.begin() as connection:
        editions.raise_mark(connection, "morning", Mark(NOW, "09:00"))
        assert editions.mark_of(connection, "morning") is None
        editions.start_timetable(connection, "morning", Mark(NOW, "10:00"))
        editions.raise_mark(connection, "morning", Mark(NOW + DAY, "09:00"))
        assert editions.mark_of(connection, "morning") == Mark(NOW, "10:00")


def test_a_forgotten_mark_is_gone(store: Store) -> None:
    with store.begin() as connection:
        editions.start_timetable(connection, "morning", Mark(NOW, "09:00"))
        editions.forget_mark(connection, "morning")
        assert editions.mark_of(connection, "morning") is None


def test_a_destination_is_known_by_its_former_names_as_well(store: Store) -> None:
    new = Destination(GROUP.platform, "-1009", GROUP.thread)
    with store.begin() as connection:
        destinations.move(connection, GROUP.chat, new.address, NOW)
        assert editions.names_of(connection, [new, SLACK]) == {new: (str(new), str(GROUP)), SLACK: ("slack:C1",)}


def test_an_edition_that_was_recorded_is_known_by_its_key_and_changes_the_stamp(store: Store) -> None:
    with store.begin() as connection:
        before = editions.stamp(connection, "morning")
        editions.record(connection, an_edition(digest="evening"), NOW)
        assert editions.stamp(connection, "morning") == before
        assert not editions.recorded(connection, an_edition().key)
        editions.record(connection, an_edition(), NOW)
        assert editions.stamp(connection, "morning") != before
        assert editions.recorded(connection, an_edition().key)


def skipped_since(store: Store, day: int) -> datetime | None:
    with store.read() as connection:
        return editions.skipped_since(connection, "morning", NOW + day * DAY, DAY / 2)


def test_where_no_edition_was_missed_nothing_was_skipped(store: Store) -> None:
    put(store, an_edition(-2, state=EditionState.MISSED))
    put(store, an_edition(-1, state=EditionState.EMPTY))
    put(store, an_edition(-1, digest="evening", state=EditionState.MISSED))
    assert skipped_since(store, 0) is None


def test_after_missed_editions_what_follows_the_last_that_was_not_was_skipped(store: Store) -> None:
    for day, state in ((-4, "published"), (-3, "empty"), (-2, "missed"), (-1, "missed")):
        put(store, an_edition(day, state=EditionState(state)))
    assert skipped_since(store, 0) == NOW - 3 * DAY


def test_what_an_operator_sent_in_between_leaves_the_schedule_s_gap(store: Store) -> None:
    put(store, an_edition(-3))
    put(store, an_edition(-2, state=EditionState.MISSED))
    put(store, an_edition(-1, slot="send-2026-11-21T09:00:00"))
    assert skipped_since(store, 0) == NOW - 3 * DAY


def test_where_all_editions_were_missed_the_first_one_s_window_is_where_it_began(store: Store) -> None:
    put(store, an_edition(-2, state=EditionState.MISSED))
    put(store, an_edition(-1, state=EditionState.MISSED))
    assert skipped_since(store, 0) == NOW - 2 * DAY - DAY / 2
