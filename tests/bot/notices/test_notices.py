"""Each admin is told once of what went wrong, by a message that is owed like any other."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.clock import Clock
from bot.delivery import destinations
from bot.delivery.delivery import Destination, Priority
from bot.delivery.ledger import Ledger
from bot.delivery.outbox import Outbox
from bot.delivery.rows import Row, State
from bot.delivery.settlement import Abandoned, Reason, Unreachable
from bot.notices.notices import NEWS_FOR, Notices, Rhythm
from bot.store.engine import Store
from bot.store.tables import delivery
from digests.rendering.renderer import Renderer
from tests.bot.delivery.fakes import ALICE, BOB, CHANNEL, GROUP
from tests.bot.notices.mishaps import end, miss, pause
from tests.bot.office import COMPOSERS
from tests.clock import START as NOW
from tests.clock import SettableClock


class Desk:
    """Tells the admins, and remembers what the log was told and how often the relay was woken."""

    def __init__(
        self, store: Store, *admins: Destination, watched: Sequence[Destination] = (GROUP,), clock: Clock | None = None
    ) -> None:
        self.events: list[tuple[str, Mapping[str, Any]]] = []
        self.woken = 0
        self.notices = Notices(
            store=store,
            outbox=Outbox(store),
            renderer=Renderer(),
            composers=COMPOSERS,
            admins=admins,
            watched=watched,
            clock=clock or SettableClock(),
            wake=self._wake,
            observe=lambda event, facts: self.events.append((event, facts)),
        )

    def tell(self, now: datetime = NOW) -> int:
        return self.notices.tell(now)

    def _wake(self) -> None:
        self.woken += 1


def told(store: Store) -> dict[str, list[str]]:
    """What each admin was told, line by line."""
    query = select(delivery).where(delivery.c.key.like("notice/%")).order_by(delivery.c.queued_at)
    with store.read() as connection:
        rows = connection.execute(query).all()
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(f"{row.platform}:{row.address}", []).append(json.loads(row.arguments)["text"])
    return found


def rows(store: Store) -> list[Row]:
    return [row for row in Ledger(store).rows() if row.key.startswith("notice/")]


def test_nobody_is_told_of_nothing(store: Store) -> None:
    desk = Desk(store, ALICE)
    assert desk.tell() == 0
    assert (rows(store), desk.events) == ([], [])


def test_every_admin_is_told_once(store: Store) -> None:
    pause(store, GROUP)
    desk = Desk(store, ALICE, CHANNEL, ALICE)
    assert (desk.tell(), desk.tell()) == (1, 0)
    found = told(store)
    assert {name: len(texts) for name, texts in found.items()} == {"telegram:1001": 1, "slack:C0123456789": 1}
    assert "telegram:-2001 is paused: bot was kicked" in found["telegram:1001"][0]


def test_one_notice_tells_of_all_that_went_wrong(store: Store) -> None:
    pause(store, GROUP)
    end(store, Abandoned(Reason.REJECTED, "too long"), BOB)
    miss(store, "morning", "2026-11-21T09:00")
    assert Desk(store, ALICE).tell() == 3
    ((text,),) = told(store).values()
    places = [text.index(part) for part in ("refused (too long)", "is paused", "was missed")]
    assert places == sorted(places)


def test_a_notice_is_owed_like_a_digest_and_for_a_while(store: Store) -> None:
    pause(store, GROUP)
    Desk(store, ALICE).tell()
    (row,) = rows(store)
    assert (row.state, row.priority, row.edition, row.part) == (State.PENDING, Priority.BROADCAST, None, 1)
    assert row.expires_at == NOW + NEWS_FOR


def test_an_admin_is_not_told_of_a_chat_of_their_own(store: Store) -> None:
    pause(store, ALICE)
    desk = Desk(store, ALICE, BOB)
    assert desk.tell() == 1
    assert list(told(store)) == ["telegram:1002"]
    assert [event for event, _ in desk.events] == ["destination_paused"]


def test_an_admin_hears_of_everything_but_a_chat_of_their_own(store: Store) -> None:
    pause(store, ALICE)
    miss(store, "morning", "2026-11-22T09:00")
    Desk(store, ALICE, BOB).tell()
    by_state = {str(row.destination): row.state for row in rows(store)}
    # Alice's is written down, and not sent to where nobody is.
    assert by_state == {"telegram:1001": State.DROPPED, "telegram:1002": State.PENDING}
    assert "paused" not in told(store)["telegram:1001"][0]


def test_a_notice_that_is_lost_makes_no_notice(store: Store) -> None:
    pause(store, GROUP)
    desk = Desk(store, ALICE)
    desk.tell()
    (claimed,) = Outbox(store).claim("telegram", NOW, limit=1, lease=timedelta(seconds=75))
    Outbox(store).settle(claimed, Unreachable("bot was blocked"), NOW)
    assert desk.tell() == 1  # that Alice cannot be reached, for the log
    assert len(rows(store)) == 1


def test_an_admin_whose_chat_moved_is_told_where_it_is_now(store: Store) -> None:
    admins = Destination("telegram", "-5")
    with store.begin() as connection:
        destinations.move(connection, admins.chat, "-1005", NOW)
    pause(store, GROUP)
    Desk(store, admins).tell()
    assert [str(row.destination) for row in rows(store)] == ["telegram:-1005"]


def test_without_admins_it_is_in_the_log_once(store: Store) -> None:
    pause(store, GROUP)
    end(store, Abandoned(Reason.REJECTED, "too long"), BOB)
    desk = Desk(store)
    assert (desk.tell(), desk.tell()) == (2, 0)
    assert [event for event, _ in desk.events] == ["edition_undelivered", "destination_paused"]
    assert rows(store) == []


def test_two_processes_tell_it_once(store: Store) -> None:
    pause(store, GROUP)
    miss(store, "morning", "2026-11-22T09:00")
    desks = [Desk(store, ALICE), Desk(store, ALICE)]

    async def at_once() -> list[int]:
        return await asyncio.gather(*(asyncio.to_thread(desk.tell) for desk in desks))

    assert sorted(asyncio.run(at_once())) == [0, 2]
    assert len(rows(store)) == 1


def test_what_happens_again_at_the_same_instant_is_another_notice(store: Store) -> None:
    desk = Desk(store, ALICE)
    for slot in ("2026-11-21T09:00", "2026-11-22T09:00"):
        miss(store, "morning", slot)
        desk.tell()
    assert len({row.key for row in rows(store)}) == 2


class Stepping:
    """A clock at which each wait is one step of a story; after the last one it is told to stop."""

    def __init__(self, *steps: Callable[[], None]) -> None:
        self._steps = list(steps)
        self.waits: list[float] = []

    def now(self) -> datetime:
        return NOW

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        self.waits.append(seconds)
        if self._steps:
            self._steps.pop(0)()
        else:
            event.set()
        return event.is_set()


def test_the_loop_looks_often_and_tells_seldom(store: Store) -> None:
    rhythm = Rhythm()
    clock = Stepping(lambda: pause(store, GROUP), lambda: miss(store, "morning", "2026-11-22T09:00"))
    desk = Desk(store, ALICE, clock=clock)
    asyncio.run(desk.notices.run(asyncio.Event()))
    assert clock.waits == [rhythm.look, rhythm.after_telling, rhythm.after_telling]
    assert (desk.woken, len(rows(store))) == (2, 2)
