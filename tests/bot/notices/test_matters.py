"""What went wrong is gathered once, in few matters."""

from collections.abc import Collection
from datetime import datetime, timedelta

import pytest

from bot.delivery import destinations
from bot.delivery.delivery import Destination
from bot.delivery.destinations import TRIED_AGAIN, Paused
from bot.delivery.ledger import Ledger
from bot.delivery.outbox import Outbox
from bot.delivery.settlement import Abandoned, Held, Postponed, Reason, Unreachable, Unresolved
from bot.notices.matters import EditionsMissed, EditionUndelivered, Matter, gathered
from bot.store.engine import Store
from tests.bot.delivery.fakes import ALICE, BOB, CHANNEL, GROUP, add, conclude, owed, reply
from tests.bot.notices.mishaps import EDITION, end, miss, pause, resume
from tests.clock import START as NOW

LATER = NOW + timedelta(minutes=5)
REFUSED = Abandoned(Reason.REJECTED, "message is too long")


def gather(store: Store, *watched: Destination, now: datetime = NOW) -> tuple[Matter, ...]:
    with store.begin() as connection:
        return gathered(connection, watched, now)


def paused(matters: Collection[Matter]) -> list[tuple[str, str]]:
    return [(str(matter), matter.reason) for matter in matters if isinstance(matter, Paused)]


def undelivered(matters: Collection[Matter]) -> list[tuple[Reason, tuple[str, ...]]]:
    return [(matter.reason, matter.places) for matter in matters if isinstance(matter, EditionUndelivered)]


def test_nothing_is_told_where_all_is_well(store: Store) -> None:
    end(store, Postponed(LATER, "busy"), BOB)
    add(store, owed("one", edition=EDITION))
    assert gather(store, ALICE, BOB) == ()


def test_a_paused_chat_is_told_once(store: Store) -> None:
    pause(store, GROUP)
    assert paused(gather(store, GROUP)) == [("telegram:-2001", "bot was kicked")]
    assert gather(store, GROUP) == ()


def test_a_chat_that_was_tried_again_in_vain_is_not_told_again(store: Store) -> None:
    pause(store, GROUP)
    gather(store, GROUP)
    pause(store, GROUP, "bot was kicked", NOW + TRIED_AGAIN)
    assert gather(store, GROUP) == ()


def test_a_chat_that_came_back_and_went_again_is_told_again(store: Store) -> None:
    pause(store, GROUP)
    gather(store, GROUP)
    resume(store, GROUP)
    assert gather(store, GROUP) == ()
    pause(store, GROUP, "group chat was deleted")
    assert paused(gather(store, GROUP)) == [("telegram:-2001", "group chat was deleted")]


def test_a_stranger_who_left_concerns_nobody_until_a_digest_goes_there(store: Store) -> None:
    pause(store, ALICE)
    assert gather(store, GROUP) == ()
    assert paused(gather(store, GROUP, ALICE)) == [("telegram:1001", "bot was kicked")]


def test_a_chat_that_moved_is_watched_where_it_is_now(store: Store) -> None:
    with store.begin() as connection:
        destinations.move(connection, GROUP.chat, "-1002001", NOW)
    pause(store, Destination("telegram", "-1002001"))
    assert paused(gather(store, GROUP)) == [("telegram:-1002001", "bot was kicked")]


def test_a_lost_chat_is_told_and_not_what_it_did_not_get(store: Store) -> None:
    end(store, Unreachable("bot was blocked"), ALICE)
    add(store, owed("dropped", ALICE, edition=EDITION))
    assert paused(gather(store)) == [("telegram:1001", "bot was blocked")]
    assert gather(store) == ()


def test_what_a_chat_did_not_get_is_told_where_it_came_back_meanwhile(store: Store) -> None:
    end(store, Unreachable("bot was blocked"), ALICE)
    resume(store, ALICE)
    assert undelivered(gather(store, ALICE)) == [(Reason.UNREACHABLE, ("telegram:1001",))]


@pytest.mark.parametrize("reason", [Reason.REJECTED, Reason.ATTEMPTS_SPENT, Reason.UNCLEAR])
def test_what_was_given_up_is_told_once(store: Store, reason: Reason) -> None:
    key = end(store, Abandoned(reason, "no use"), ALICE)
    (matter,) = gather(store)
    assert isinstance(matter, EditionUndelivered)
    assert (matter.edition, matter.reason, matter.places) == (EDITION, reason, ("telegram:1001",))
    assert [(message.key, message.error) for message in matter.messages] == [(key, "no use")]
    assert gather(store) == ()


def test_what_grew_too_old_is_told(store: Store) -> None:
    add(store, owed("late", edition=EDITION, expires_at=NOW))
    Outbox(store).expire(NOW)
    assert undelivered(gather(store)) == [(Reason.TOO_OLD, ("telegram:1001",))]


def test_what_is_held_is_told_before_all_else(store: Store) -> None:
    end(store, REFUSED, BOB, edition="evening/2026-11-22T18:00")
    end(store, Unresolved(NOW, "silence"), ALICE)
    assert undelivered(gather(store)) == [(Reason.REJECTED, ("telegram:1002",))]
    end(store, REFUSED, BOB)
    conclude(store, Held("nobody knows"), NOW)
    assert undelivered(gather(store)) == [
        (Reason.HELD, ("telegram:1001",)),
        (Reason.REJECTED, ("telegram:1002",)),
    ]


def test_messages_of_one_edition_that_ended_alike_are_one_matter(store: Store) -> None:
    end(store, REFUSED, ALICE, part=1)
    end(store, REFUSED, ALICE, part=2)
    end(store, REFUSED, CHANNEL)
    assert undelivered(gather(store)) == [(Reason.REJECTED, ("slack:C0123456789", "telegram:1001"))]


def test_what_is_sent_again_and_fails_again_is_told_again(store: Store) -> None:
    key = end(store, REFUSED, ALICE)
    gather(store)
    assert Ledger(store).retry(key, LATER)
    (claimed,) = Outbox(store).claim("telegram", LATER, limit=1, lease=timedelta(seconds=75))
    Outbox(store).settle(claimed, REFUSED, LATER)
    assert undelivered(gather(store, now=LATER)) == [(Reason.REJECTED, ("telegram:1001",))]


def test_what_an_operator_skipped_is_not_told(store: Store) -> None:
    add(store, owed("one", edition=EDITION))
    Ledger(store).skip("one", NOW)
    assert gather(store) == ()


def test_replies_and_notices_are_not_told(store: Store) -> None:
    add(store, reply("reply", expires_at=NOW), owed("notice/1", BOB, expires_at=NOW))
    Outbox(store).expire(NOW)
    assert gather(store) == ()


def test_missed_editions_are_told_by_digest_once(store: Store) -> None:
    miss(store, "morning", "2026-11-22T09:00", NOW)
    miss(store, "morning", "2026-11-21T09:00", NOW - timedelta(days=1))
    miss(store, "evening", "2026-11-21T18:00", NOW - timedelta(hours=12))
    found = gather(store)
    assert [
        (matter.digest, [edition.slot for edition in matter.editions])
        for matter in found
        if isinstance(matter, EditionsMissed)
    ] == [("morning", ["2026-11-21T09:00", "2026-11-22T09:00"]), ("evening", ["2026-11-21T18:00"])]
    assert gather(store) == ()


def test_a_round_that_is_not_committed_has_told_nothing(store: Store) -> None:
    pause(store, GROUP)
    end(store, REFUSED, ALICE)
    miss(store, "morning", "2026-11-22T09:00")

    def gather_and_break() -> None:
        with store.begin() as connection:
            gathered(connection, [GROUP], NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        gather_and_break()
    assert len(gather(store, GROUP)) == 3
