"""The relay from end to end: a real store, a scripted platform, a clock that the test moves."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from bot.delivery.delivery import Destination, Platform
from bot.delivery.doubt import Found
from bot.delivery.ledger import Ledger
from bot.delivery.outbox import Outbox
from bot.delivery.outcome import Deferred, Failed, Lost, Moved, Rejected
from bot.delivery.relay import Options, Relay
from bot.delivery.rows import State
from bot.delivery.settlement import Unresolved
from bot.store.engine import Store
from bot.store.tables import inspection
from tests.bot.delivery.fakes import (
    BOB,
    CHANNEL,
    GROUP,
    ScriptedPlatform,
    ScriptedWitness,
    add,
    owed,
    reply,
    state,
    states,
    until,
)
from tests.clock import START, SettableClock
from tests.stores import store_in_memory

ENDED = {State.SENT, State.FAILED, State.EXPIRED, State.DROPPED}


@dataclass
class Bench:
    """A relay that runs, and all that it works with."""

    store: Store
    clock: SettableClock
    telegram: ScriptedPlatform
    relay: Relay
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    events: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def names(self) -> list[str]:
        return [name for name, _ in self.events]

    def ended(self, *keys: str) -> Callable[[], bool]:
        """Whether these deliveries (or all) have come to an end."""
        return lambda: all(where in ENDED for key, where in states(self.store).items() if not keys or key in keys)

    async def until(self, condition: Callable[[], bool], step: float = 0.1) -> None:
        await until(condition, self.clock, step=step)

    def seconds(self) -> float:
        return (self.clock.now() - START).total_seconds()


@asynccontextmanager
async def running(
    store: Store, telegram: ScriptedPlatform, *, clock: SettableClock | None = None, **arguments: Any
) -> AsyncIterator[Bench]:
    clock = clock or SettableClock()
    events: list[tuple[str, Mapping[str, Any]]] = []
    platforms: dict[str, Platform] = {"telegram": telegram, **arguments.pop("others", {})}
    arguments = {"jitter": lambda: 1.0, **arguments}
    relay = Relay(store, platforms, clock, observe=lambda name, facts: events.append((name, facts)), **arguments)
    bench = Bench(store, clock, telegram, relay, events=events)
    task = asyncio.create_task(relay.run(bench.stop))
    try:
        yield bench
    finally:
        bench.stop.set()
        await until(task.done, clock, step=1.0)
        await task


@pytest.fixture
def memory() -> Any:
    store = store_in_memory()
    yield store
    store.close()


async def test_what_is_owed_arrives_once_and_in_order(store: Store) -> None:
    add(store, owed("1"), owed("2", part=2), owed("3", part=3), owed("bob", BOB), reply("answer", GROUP))
    async with running(store, ScriptedPlatform()) as bench:
        await bench.until(bench.ended())
        assert bench.telegram.keys[0] == "answer"
        assert sorted(bench.telegram.keys) == ["1", "2", "3", "answer", "bob"]
        assert [key for key in bench.telegram.keys if key.isdigit()] == ["1", "2", "3"]
        assert Ledger(store).receipt("answer") == {"of": "answer"}
    assert bench.names() == ["delivery_sent"] * 5


async def test_what_is_added_while_it_runs_leaves_when_it_is_woken(memory: Store) -> None:
    async with running(memory, ScriptedPlatform()) as bench:
        await until(lambda: bench.clock.now() == START)
        add(memory, reply("answer"), now=bench.clock.now())
        bench.relay.wake()
        await until(bench.ended())  # time stands still
        assert bench.telegram.keys == ["answer"]


async def test_what_another_process_added_leaves_within_a_second(memory: Store) -> None:
    async with running(memory, ScriptedPlatform()) as bench:
        await bench.until(lambda: bench.seconds() > 5)
        add(memory, owed("one"), now=bench.clock.now())
        begun = bench.seconds()
        await bench.until(bench.ended())
        assert bench.seconds() - begun <= 2


async def test_a_chat_never_has_two_in_flight_and_a_thousand_chats_do_not_wait_for_each_other(memory: Store) -> None:
    slow = asyncio.Event()
    telegram = ScriptedPlatform({"1": [slow]})
    add(
        memory, owed("1"), owed("2"), *[owed(f"b{number}", Destination("telegram", f"{number}")) for number in range(9)]
    )
    async with running(memory, telegram) as bench:
        await bench.until(bench.ended(*[f"b{number}" for number in range(9)]))
        assert "2" not in telegram.keys
        slow.set()
        await bench.until(bench.ended())
        assert telegram.most_in_flight_in_a_chat == 1


async def test_no_more_are_in_flight_than_there_are_workers(memory: Store) -> None:
    gates = {f"{number}": asyncio.Event() for number in range(6)}
    telegram = ScriptedPlatform({key: [gate] for key, gate in gates.items()})
    add(memory, *[owed(key, Destination("telegram", key)) for key in gates])
    async with running(memory, telegram, options=Options(workers=2)) as bench:
        await bench.until(lambda: len(telegram.keys) == 2)
        await bench.until(lambda: bench.seconds() > 3)
        assert len(telegram.keys) == 2
        for gate in gates.values():
            gate.set()
        await bench.until(bench.ended())


async def test_a_chat_gets_one_message_a_second(memory: Store) -> None:
    add(memory, *[owed(f"{part}", part=part) for part in range(1, 5)])
    async with running(memory, ScriptedPlatform()) as bench:
        await bench.until(bench.ended())
        assert bench.seconds() >= 3


async def test_a_message_that_fails_for_a_while_arrives_in_the_end_and_in_order(store: Store) -> None:
    telegram = ScriptedPlatform({"1": [Failed("refused"), Failed("refused"), Failed("refused")]})
    add(store, owed("1"), owed("2"))
    async with running(store, telegram) as bench:
        await bench.until(bench.ended(), step=0.5)
        assert telegram.keys == ["1", "1", "1", "1", "2"]
        assert [delivery.attempt for delivery in telegram.attempts] == [1, 2, 3, 4, 1]
        assert bench.seconds() >= 2 + 4 + 8


async def test_a_chat_told_to_wait_waits_alone_and_loses_no_attempt(memory: Store) -> None:
    telegram = ScriptedPlatform({"1": [Deferred(3600)]})
    add(memory, owed("1"), owed("bob", BOB))
    async with running(memory, telegram) as bench:
        await bench.until(bench.ended("bob"))
        assert bench.seconds() < 5
        await bench.until(lambda: bench.seconds() > 3500, step=60)
        assert telegram.keys.count("1") == 1
        await bench.until(bench.ended(), step=1)
        assert telegram.attempts[-1].attempt == 1
        assert "delivery_deferred" in bench.names()


async def test_when_the_bot_is_told_to_wait_nothing_leaves_until_then(memory: Store) -> None:
    telegram = ScriptedPlatform({"1": [Deferred(30, everyone=True)]})
    add(memory, owed("1"))
    async with running(memory, telegram) as bench:
        await bench.until(lambda: "delivery_deferred" in bench.names())
        add(memory, reply("answer", BOB), now=bench.clock.now())
        await bench.until(lambda: bench.seconds() > 29)
        assert telegram.keys == ["1"]
        await bench.until(bench.ended())
        assert telegram.keys == ["1", "answer", "1"]


async def test_when_chat_after_chat_is_told_to_wait_the_whole_bot_does(memory: Store) -> None:
    """Telegram does not say that it means the bot."""
    chats = [Destination("telegram", f"{number}") for number in range(40)]
    telegram = ScriptedPlatform({chat.address: [Deferred(20)] for chat in chats[:30]})
    add(memory, *[owed(chat.address, chat) for chat in chats])
    async with running(memory, telegram) as bench:
        await bench.until(lambda: "bot_slowed_down" in bench.names(), step=0.02)
        await bench.until(lambda: bench.seconds() > 19)
        assert len(telegram.keys) < 30
        await bench.until(bench.ended())
        assert sorted(set(telegram.keys)) == sorted(states(memory))


async def test_replies_are_sent_however_many_broadcasts_the_platform_is_slow_to_answer(memory: Store) -> None:
    never = asyncio.Event()
    chats = [Destination("telegram", f"{number}") for number in range(40)]
    telegram = ScriptedPlatform({chat.address: [never] for chat in chats})
    add(memory, *[owed(chat.address, chat) for chat in chats])
    async with running(memory, telegram, options=Options(workers=20)) as bench:
        await bench.until(lambda: len(telegram.keys) == 18)
        await bench.until(lambda: bench.seconds() > 5)
        assert len(telegram.keys) == 18
        add(memory, reply("answer", BOB), now=bench.clock.now())
        await bench.until(bench.ended("answer"))
        never.set()
        await bench.until(bench.ended())


async def test_one_platform_s_trouble_is_its_own(memory: Store) -> None:
    never = asyncio.Event()
    telegram = ScriptedPlatform({f"t{number}": [never] for number in range(10)})
    slack = ScriptedPlatform()
    add(memory, *[owed(f"t{number}", Destination("telegram", f"{number}")) for number in range(10)])
    add(memory, owed("s", CHANNEL))
    async with running(memory, telegram, others={"slack": slack}, options=Options(workers=2)) as bench:
        await bench.until(bench.ended("s"))
        assert slack.keys == ["s"]
        never.set()
        await bench.until(bench.ended())


async def test_a_message_the_platform_will_never_take_is_given_up_loudly(memory: Store) -> None:
    telegram = ScriptedPlatform({"1": [Rejected("message is too long")]})
    add(memory, owed("1"), owed("2"))
    async with running(memory, telegram) as bench:
        await bench.until(bench.ended())
        assert states(memory) == {"1": State.FAILED, "2": State.SENT}
        facts = dict(bench.events)["delivery_rejected"]
        assert (facts["key"], facts["error"], facts["became"]) == ("1", "message is too long", "abandoned")


async def test_a_chat_that_is_gone_is_sent_nothing_more(memory: Store) -> None:
    telegram = ScriptedPlatform({"1": [Lost("bot was kicked")]})
    add(memory, owed("1"), owed("2"), owed("bob", BOB))
    async with running(memory, telegram) as bench:
        await bench.until(bench.ended())
        assert states(memory) == {"1": State.FAILED, "2": State.DROPPED, "bob": State.SENT}


async def test_a_topic_that_is_gone_costs_the_other_topics_of_its_chat_nothing(memory: Store) -> None:
    telegram = ScriptedPlatform({"gone": [Lost("message thread not found", thread_only=True)]})
    add(memory, owed("gone", replace(GROUP, thread="5")), owed("other", replace(GROUP, thread="7")), owed("all", GROUP))
    async with running(memory, telegram) as bench:
        await bench.until(bench.ended())
        assert states(memory) == {"gone": State.FAILED, "other": State.SENT, "all": State.SENT}
        assert Ledger(memory).paused() == ()


async def test_a_group_that_became_a_supergroup_gets_its_digest(memory: Store) -> None:
    telegram = ScriptedPlatform({"1": [Moved("-1002001")]})
    add(memory, owed("1", GROUP))
    async with running(memory, telegram) as bench:
        await bench.until(bench.ended())
        assert [delivery.call.arguments["chat_id"] for delivery in telegram.attempts] == ["-2001", "-1002001"]


async def test_an_old_reply_is_not_sent(memory: Store) -> None:
    add(memory, reply("1", expires_at=START + timedelta(seconds=30)), now=START)
    clock = SettableClock(START + timedelta(seconds=31))
    async with running(memory, ScriptedPlatform(), clock=clock) as bench:
        await bench.until(bench.ended())
        assert bench.telegram.keys == []
        assert "deliveries_expired" in bench.names()


async def test_a_request_that_never_ends_is_given_up_as_unclear(memory: Store) -> None:
    telegram = ScriptedPlatform({"1": [asyncio.Event()]})
    add(memory, reply("1"), reply("2"))
    async with running(memory, telegram) as bench:
        await bench.until(lambda: state(memory, "2") is State.SENT, step=1)
        (row,) = Ledger(memory).rows(states={State.UNCERTAIN})
        assert row.error == "no answer within 45 s"


@pytest.mark.parametrize("error", [ValueError("a bug"), asyncio.CancelledError()])
async def test_a_platform_that_breaks_is_a_bug_told_loudly_and_its_message_unclear(
    memory: Store, error: BaseException
) -> None:
    telegram = ScriptedPlatform({"1": [error]})
    add(memory, owed("1"))
    async with running(memory, telegram) as bench:
        await bench.until(lambda: "delivery_uncertain" in bench.names())
        assert state(memory, "1") is State.UNCERTAIN
        assert bench.names() == ["platform_error", "delivery_uncertain"]
        assert isinstance(bench.events[0][1]["exc_info"], Exception)


async def test_a_bug_of_ours_is_told_loudly_and_the_next_chat_is_served(memory: Store) -> None:
    add(memory, owed("1"), owed("bob", BOB))
    telegram = ScriptedPlatform({"1": [Failed("refused")], "bob": [Failed("refused")]})
    async with running(memory, telegram, jitter=iter([]).__next__) as bench:
        await bench.until(lambda: bench.names().count("carrying_error") == 2)
    assert set(states(memory).values()) == {State.SENDING}


async def test_what_is_in_flight_lands_before_the_relay_stops(store: Store) -> None:
    gate = asyncio.Event()
    add(store, owed("1"), owed("2"))
    async with running(store, ScriptedPlatform({"1": [gate]})) as bench:
        await bench.until(lambda: bench.telegram.keys == ["1"])
        bench.stop.set()
        gate.set()
    assert states(store) == {"1": State.SENT, "2": State.PENDING}


async def test_what_does_not_land_in_time_is_unclear_at_the_next_start_and_never_simply_sent_again(
    store: Store,
) -> None:
    add(store, owed("1"), owed("2"))
    async with running(store, ScriptedPlatform({"1": [asyncio.Event()]})) as bench:
        await bench.until(lambda: bench.telegram.keys == ["1"])
        clock = bench.clock
    assert states(store) == {"1": State.SENDING, "2": State.PENDING}
    async with running(store, ScriptedPlatform(), clock=clock) as bench:
        await bench.until(bench.ended(), step=0.5)
        assert bench.telegram.keys == ["1", "2"]
        assert "deliveries_lapsed" in bench.names()
        assert (clock.now() - START).total_seconds() >= 75
    assert Ledger(store).counts()["possibly_double"] == 1


async def test_a_relay_that_is_replaced_waits_for_what_is_in_flight_until_there_is_a_hurry(store: Store) -> None:
    add(store, owed("1"), owed("2", BOB))
    late, hurry, stop = asyncio.Event(), asyncio.Event(), asyncio.Event()
    clock, platform = SettableClock(), ScriptedPlatform({"1": [late], "2": [asyncio.Event()]})
    relaying = asyncio.create_task(Relay(store, {"telegram": platform}, clock).run(stop, hurry))
    await until(lambda: len(platform.keys) == 2, clock, step=0.1)
    stop.set()
    for _ in range(3):
        await clock.advance(10)
    late.set()
    await until(lambda: state(store, "1") is State.SENT, clock, step=0.1)
    assert not relaying.done()
    hurry.set()
    await until(relaying.done, clock, step=1.0)
    assert states(store) == {"1": State.SENT, "2": State.SENDING}


async def test_a_relay_that_dies_in_the_middle_loses_nothing(store: Store) -> None:
    """As after a kill: the first relay's claims stay behind, and nobody says what became of them."""
    chats = [Destination("telegram", f"{number}") for number in range(4)]
    add(store, *[owed(f"{chat.address}/{part}", chat, part=part) for chat in chats for part in (1, 2)])
    for delivery in Outbox(store).claim("telegram", START, limit=3, lease=timedelta(seconds=75)):
        assert delivery.attempt == 1
    async with running(store, ScriptedPlatform()) as bench:
        await bench.until(bench.ended(), step=0.5)
        assert sorted(bench.telegram.keys) == sorted(states(store))
        for chat in chats:
            assert [key for key in bench.telegram.keys if key.startswith(chat.address)] == [
                f"{chat.address}/1",
                f"{chat.address}/2",
            ]


async def test_being_cancelled_while_an_answer_is_written_down_does_not_lose_the_answer(memory: Store) -> None:
    clock = SettableClock()
    telegram = ScriptedPlatform()
    add(memory, owed("1"))
    relay = Relay(memory, {"telegram": telegram}, clock)
    task = asyncio.create_task(relay.run(asyncio.Event()))
    await until(lambda: telegram.keys == ["1"], clock)
    await until(lambda: relay._committer._writing is not None or state(memory, "1") is State.SENT)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert state(memory, "1") is State.SENT


@pytest.fixture
def impatient(tmp_path: Path) -> Any:
    """A store that does not wait for others."""
    store = Store.open(f"sqlite:///{tmp_path}/heatwire.db", patience=0.005)
    store.migrate()
    yield store
    store.close()


@pytest.fixture
def blocker(tmp_path: Path, impatient: Store) -> Any:
    """Another process's view of the same store."""
    other = Store.open(f"sqlite:///{tmp_path}/heatwire.db")
    yield other
    other.close()


async def test_nothing_is_sent_while_it_cannot_be_claimed_and_all_of_it_after(impatient: Store, blocker: Store) -> None:
    add(impatient, owed("1"))
    with blocker.begin():
        async with running(impatient, ScriptedPlatform()) as bench:
            await bench.until(lambda: bench.names().count("claim_failed") > 2)
            assert bench.telegram.keys == []
            assert "database is locked" in bench.events[0][1]["error"]
    async with running(impatient, ScriptedPlatform()) as bench:
        await bench.until(bench.ended())
        assert bench.telegram.keys == ["1"]


async def test_an_answer_is_written_down_as_soon_as_the_store_is_back(impatient: Store, blocker: Store) -> None:
    gate = asyncio.Event()
    add(impatient, owed("1"))
    async with running(impatient, ScriptedPlatform({"1": [gate]})) as bench:
        await bench.until(lambda: bench.telegram.keys == ["1"])
        with blocker.begin():
            gate.set()
            await bench.until(lambda: bench.names().count("settling_failed") > 1)
        await bench.until(bench.ended())
        assert bench.telegram.keys == ["1"]


async def test_an_answer_that_cannot_be_written_down_does_not_keep_the_relay_from_stopping(
    impatient: Store, blocker: Store
) -> None:
    gate = asyncio.Event()
    add(impatient, owed("1"))
    with ExitStack() as blocked:
        async with running(impatient, ScriptedPlatform({"1": [gate]})) as bench:
            await bench.until(lambda: bench.telegram.keys == ["1"])
            blocked.enter_context(blocker.begin())
            gate.set()
            await bench.until(lambda: "settling_failed" in bench.names())
    # As after a kill: unclear, once the lease has run out.
    assert state(impatient, "1") is State.SENDING


async def test_an_unclear_message_that_nobody_was_to_look_for_is_looked_for(memory: Store) -> None:
    add(memory, owed("1"))
    (claimed,) = Outbox(memory).claim("telegram", START, limit=1, lease=timedelta(seconds=75))
    Outbox(memory).settle(claimed, Unresolved(START, "silence"), START)
    with memory.begin() as connection:
        connection.execute(delete(inspection))
    witnesses = {"telegram": ScriptedWitness(Found({"message_id": 7}))}
    async with running(memory, ScriptedPlatform(), witnesses=witnesses) as bench:
        await bench.until(bench.ended())
        assert dict(bench.events)["deliveries_unattended"] == {"number": 1, "keys": ("1",)}
        assert bench.telegram.keys == []


async def test_nothing_is_sent_while_the_store_cannot_be_written(memory: Store) -> None:
    add(memory, owed("1"))
    allow_writing(memory, allowed=False)
    async with running(memory, ScriptedPlatform()) as bench:
        await bench.until(lambda: bench.names().count("claim_failed") > 2)
        assert "housekeeping_failed" in bench.names()
        assert bench.telegram.keys == []
        allow_writing(memory, allowed=True)
        await bench.until(bench.ended())
        assert bench.telegram.keys == ["1"]


def allow_writing(memory: Store, *, allowed: bool) -> None:
    """A store in memory has one connection, so what is set there lasts."""
    with memory.read() as connection:
        connection.exec_driver_sql(f"pragma query_only = {'off' if allowed else 'on'}")
