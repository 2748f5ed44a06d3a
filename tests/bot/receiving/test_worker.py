"""What was received is acted on once, in order, whatever breaks: over real stores."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text, update

from bot.chat_events import ChatGone
from bot.clock import SystemClock
from bot.command import Command
from bot.delivery.delivery import Call, Priority
from bot.delivery.outbox import Outbox, Owed
from bot.errors import StoreError
from bot.receiving.inbox import KEEP_DONE, Effect, Inbox
from bot.receiving.received import Event, Received
from bot.receiving.worker import PURGING, Options, Worker
from bot.store.engine import Store
from bot.store.tables import inbox as table
from tests.bot.receiving.events import asked, owed, rows, states
from tests.clock import START, SettableClock
from tests.waiting import PATIENCE, until

QUICK = Options(look=0.05, pauses=(0.01, 0.01))


class Deeds:
    """Owes one reply for each command; `broken` makes commands by these names fail so often, `held` makes them wait."""

    def __init__(self, store: Store) -> None:
        self.outbox = Outbox(store)
        self.begun: list[str] = []
        self.broken: dict[str, int] = defaultdict(int)
        self.held: dict[str, asyncio.Event] = {}
        self.apology: Callable[[Connection], None] | None = None

    async def act(self, event: Event, received_at: datetime) -> Effect:  # noqa: ARG002 - the seam is wider
        name = event.argument if isinstance(event, Command) else type(event).__name__
        self.begun.append(name)
        if name in self.held:
            await self.held[name].wait()
        if self.broken[name]:
            self.broken[name] -= 1
            raise ValueError(f"{name} is odd")
        return self._effect(event, "answer")

    async def give_up(self, event: Event) -> Effect:
        return self.apology or self._effect(event, "apology")

    def _effect(self, event: Event, what: str) -> Effect:
        def effect(connection: Connection) -> None:
            if isinstance(event, Command):
                reply = Owed(f"{what}/{event.key}", event.origin, Call("sendMessage", {}), Priority.REPLY, 1)
                self.outbox.add(connection, [reply], START)

        return effect


class Bench:
    """A worker over a store, and what it told of itself."""

    def __init__(self, store: Store, options: Options = QUICK, clock: SettableClock | None = None) -> None:
        self.store = store
        self.deeds = Deeds(store)
        self.events: list[tuple[str, Mapping[str, Any]]] = []
        self.acted = 0
        self.worker = Worker(
            Inbox(store),
            self.deeds,
            clock or SystemClock(),
            lambda event, fields: self.events.append((event, fields)),
            acted=self._count,
            options=options,
        )
        self.stop = asyncio.Event()

    def _count(self) -> None:
        self.acted += 1

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The worker at work; it must end soon when told to."""
        task = asyncio.create_task(self.worker.run(self.stop))
        try:
            yield
        finally:
            self.stop.set()
            await asyncio.wait_for(task, PATIENCE)

    def names(self) -> list[str]:
        return [event for event, _ in self.events]

    def is_done(self, *keys: str) -> bool:
        found = states(self.store)
        return all(found[key] == "done" for key in keys or found)


@pytest.fixture
def bench(store: Store) -> Bench:
    return Bench(store)


async def test_what_is_received_is_acted_on_and_done(bench: Bench) -> None:
    async with bench.running():
        await bench.worker.receive([asked(1), asked(2)])
        await until(bench.is_done)

    assert owed(bench.store) == ["answer/telegram/1", "answer/telegram/2"]
    assert bench.acted == 2


async def test_what_is_told_again_is_acted_on_once(bench: Bench) -> None:
    async with bench.running():
        for _ in range(3):
            await bench.worker.receive([asked(1), asked(2)])
        await until(bench.is_done)
        await bench.worker.receive([asked(1)])

    assert len(bench.deeds.begun) == 2


async def test_what_a_dead_process_left_is_acted_on_at_the_start(bench: Bench) -> None:
    Inbox(bench.store).receive([asked(1)], (), START)

    async with bench.running():
        await until(bench.is_done)

    assert owed(bench.store) == ["answer/telegram/1"]


async def test_what_another_process_left_is_found_after_a_while(bench: Bench) -> None:
    async with bench.running():
        await bench.worker.receive([asked(1)])
        await until(bench.is_done)
        Inbox(bench.store).receive([asked(2)], (), START)
        await until(lambda: bench.is_done("telegram/2"))

    assert bench.deeds.begun == ["", ""]


async def test_of_two_processes_one_acts(store: Store) -> None:
    one, other = Bench(store), Bench(store)
    Inbox(store).receive([asked(number) for number in range(50)], (), START)

    async with one.running(), other.running():
        await until(one.is_done)

    assert len(owed(store)) == 50


async def test_a_chats_commands_are_acted_on_in_order(bench: Bench) -> None:
    for number in range(10, 0, -1):
        Inbox(bench.store).receive([asked(number, f"topic {number}", chat=7)], (), START)

    async with bench.running():
        await bench.worker.receive([asked(number, f"topic {number}", chat=7) for number in (0, -1)])
        await until(bench.is_done)

    assert bench.deeds.begun == [str(number) for number in range(10, -2, -1)]


async def test_a_slow_answer_holds_up_only_its_own_chat(bench: Bench) -> None:
    bench.deeds.held["slow"] = asyncio.Event()

    async with bench.running():
        await bench.worker.receive([asked(1, "topic slow"), asked(2, "topic next", chat=1)])
        await bench.worker.receive([asked(number) for number in range(3, 40)])
        await until(lambda: bench.is_done(*(f"telegram/{number}" for number in range(3, 40))))
        assert "next" not in bench.deeds.begun
        bench.deeds.held["slow"].set()
        await until(bench.is_done)


async def test_only_so_many_are_worked_for_at_once(store: Store) -> None:
    bench = Bench(store, Options(at_once=2))
    bench.deeds.held[""] = asyncio.Event()

    async with bench.running():
        await bench.worker.receive([asked(number) for number in range(5)])
        await until(lambda: len(bench.deeds.begun) == 2)
        bench.deeds.held[""].set()
        await until(bench.is_done)


async def test_more_than_can_be_held_waits_in_the_store_and_keeps_its_order(store: Store) -> None:
    bench = Bench(store, Options(look=0.05, held=4))

    async with bench.running():
        for number in range(40):
            await bench.worker.receive([asked(number, f"topic {number}", chat=number % 3)])
        await until(bench.is_done)

    assert len(owed(store)) == 40
    for chat in range(3):
        begun = [int(name) for name in bench.deeds.begun if int(name) % 3 == chat]
        assert begun == sorted(begun)


async def test_what_fails_is_tried_again(bench: Bench) -> None:
    bench.deeds.broken["odd"] = 2

    async with bench.running():
        await bench.worker.receive([asked(1, "topic odd")])
        await until(bench.is_done)

    assert owed(bench.store) == ["answer/telegram/1"]
    assert [(event, fields["attempt"], fields["given_up"]) for event, fields in bench.events] == [
        ("command_failed", 1, False),
        ("command_failed", 2, False),
    ]


async def test_what_always_fails_is_given_up_with_an_apology_and_the_next_goes_on(bench: Bench) -> None:
    bench.deeds.broken["odd"] = 99

    async with bench.running():
        await bench.worker.receive([asked(1, "topic odd"), asked(2, "topic azure", chat=1)])
        await until(lambda: bench.is_done("telegram/2"))

    assert states(bench.store)["telegram/1"] == "failed"
    assert sorted(owed(bench.store)) == ["answer/telegram/2", "apology/telegram/1"]
    assert rows(bench.store)[0]["error"] == "ValueError: odd is odd"
    event, fields = bench.events[-1]
    assert (event, fields["command"], fields["given_up"]) == ("command_failed", "topic", True)
    assert isinstance(fields["exc_info"], ValueError)


async def test_an_apology_that_fails_does_not_hold_up_the_next(bench: Bench) -> None:
    def refuse(_: Connection) -> None:
        raise ValueError("no words")

    bench.deeds.broken["odd"], bench.deeds.apology = 99, refuse

    async with bench.running():
        await bench.worker.receive([asked(1, "topic odd"), asked(2, chat=1)])
        await until(lambda: bench.is_done("telegram/2"))

    assert states(bench.store)["telegram/1"] == "failed"
    assert owed(bench.store) == ["answer/telegram/2"]


async def test_what_became_of_a_chat_is_given_up_by_its_name(bench: Bench) -> None:
    bench.deeds.broken["ChatGone"] = 99

    async with bench.running():
        await bench.worker.receive([Received("telegram/1", ChatGone("telegram", "7"))])
        await until(lambda: states(bench.store) == {"telegram/1": "failed"})

    event, fields = bench.events[-1]
    assert (event, fields["event"]) == ("chat_event_failed", "ChatGone")


async def test_what_cannot_be_read_is_given_up_at_once(bench: Bench) -> None:
    Inbox(bench.store).receive([asked(1), asked(2)], (), START)
    with bench.store.begin() as connection:
        connection.execute(update(table).where(table.c.key == "telegram/1").values(body="{"))

    async with bench.running():
        await until(lambda: bench.is_done("telegram/2"))
        await until(lambda: states(bench.store)["telegram/1"] == "failed")

    assert rows(bench.store)[0]["error"] == "UnreadableError: row 'telegram/1' of the inbox"


async def test_a_failure_of_what_another_process_settled_is_none(bench: Bench) -> None:
    bench.deeds.held["odd"], bench.deeds.broken["odd"] = asyncio.Event(), 1

    async with bench.running():
        await bench.worker.receive([asked(1, "topic odd")])
        await until(lambda: bench.deeds.begun)
        (one,) = Inbox(bench.store).pending(1)
        Inbox(bench.store).settle(one, None, START)
        bench.deeds.held["odd"].set()
        await until(lambda: bench.acted)

    assert bench.events == []


async def test_what_waits_for_another_attempt_does_not_hold_up_the_stop(store: Store) -> None:
    bench = Bench(store, Options(pauses=(60, 60)))
    bench.deeds.broken["odd"] = 1

    async with bench.running():
        await bench.worker.receive([asked(1, "topic odd"), asked(2, chat=1)])
        await until(lambda: bench.names() == ["command_failed"])

    assert states(store) == {"telegram/1": "pending", "telegram/2": "pending"}


async def test_what_has_been_begun_is_ended_at_a_stop(bench: Bench) -> None:
    bench.deeds.held["slow"] = asyncio.Event()

    async with bench.running():
        await bench.worker.receive([asked(1, "topic slow"), asked(2, "topic next", chat=1)])
        await until(lambda: bench.deeds.begun)
        bench.stop.set()
        bench.deeds.held["slow"].set()

    assert states(bench.store) == {"telegram/1": "done", "telegram/2": "pending"}


async def test_what_comes_in_after_the_stop_is_kept_for_later(bench: Bench) -> None:
    async with bench.running():
        await bench.worker.receive([asked(1)])
        await until(bench.is_done)
    await bench.worker.receive([asked(2)])
    await asyncio.sleep(0)

    assert states(bench.store) == {"telegram/1": "done", "telegram/2": "pending"}


async def test_a_worker_that_is_cut_off_leaves_the_rest_to_the_next(bench: Bench) -> None:
    bench.deeds.held["slow"] = asyncio.Event()
    task = asyncio.create_task(bench.worker.run(bench.stop))
    await bench.worker.receive([asked(1, "topic slow")])
    await until(lambda: bench.deeds.begun)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    again = Bench(bench.store)
    async with again.running():
        await until(again.is_done)

    assert owed(bench.store) == ["answer/telegram/1"]


async def test_while_the_store_is_away_nothing_is_lost_and_it_is_told_once(bench: Bench) -> None:
    async with bench.running():
        await bench.worker.receive([asked(1)])
        await until(bench.is_done)
        with bench.store.begin() as connection:
            connection.execute(text("alter table inbox rename to gone"))
        await until(bench.names)
        with pytest.raises(StoreError):
            await bench.worker.receive([asked(2)])
        with bench.store.begin() as connection:
            connection.execute(text("alter table gone rename to inbox"))
        await bench.worker.receive([asked(2)])
        await until(bench.is_done)

    assert bench.names() == ["inbox_failed", "inbox_recovered"]


async def test_what_cannot_be_written_down_is_no_fault_of_a_command(tmp_path: Path) -> None:
    with Store.opened(f"sqlite:///{tmp_path}/heatwire.db") as store:
        locked = Bench(Store.open(f"sqlite:///{tmp_path}/heatwire.db", patience=0.01))
        locked.deeds.held["wait"] = asyncio.Event()
        Inbox(store).receive([asked(number, "topic wait", chat=number % 2) for number in range(6)], (), START)
        task = asyncio.create_task(locked.worker.run(locked.stop))
        await until(lambda: locked.deeds.begun)
        with store.begin():
            locked.deeds.held["wait"].set()
            await until(lambda: len(locked.deeds.begun) > 6)
            assert locked.names() == ["inbox_failed"]
            assert {row["attempt"] for row in rows(store)} == {0}
        await until(lambda: Bench(store).is_done())
        locked.stop.set()
        await task
        locked.store.close()


async def test_old_rows_are_forgotten_every_hour(store: Store) -> None:
    clock = SettableClock()
    bench = Bench(store, Options(), clock)

    async with bench.running():
        await bench.worker.receive([asked(1)])
        await until(bench.is_done)
        await clock.advance((PURGING - timedelta(minutes=1)).total_seconds())
        await clock.advance(KEEP_DONE.total_seconds() + 61)
        await until(lambda: rows(store) == [])
