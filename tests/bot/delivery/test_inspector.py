"""What the relay does about messages that nobody confirmed: it asks, and goes by what it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.delivery.doubt import Found, Later, Swept, Unknowable
from bot.delivery.ledger import Ledger
from bot.delivery.outcome import Uncertain
from bot.delivery.retry import OnUnclear, RetryPolicy
from bot.delivery.rows import State
from bot.delivery.settlement import Reason
from bot.delivery.tools import Options
from bot.store.engine import Store
from tests.bot.delivery.fakes import BOB, ScriptedPlatform, ScriptedWitness, add, inspect, owed, reply, state
from tests.bot.delivery.test_relay import Bench, allow_writing, memory, running
from tests.clock import START

__all__ = ["memory"]


@asynccontextmanager
async def unclear(store: Store, witness: ScriptedWitness, **arguments: Any) -> AsyncIterator[Bench]:
    """A relay, and a digest of two messages of which the first was never confirmed."""
    add(store, owed("1", edition="morning"), owed("2", edition="morning"))
    telegram = ScriptedPlatform({"1": [Uncertain("silence")]})
    async with running(store, telegram, witnesses={"telegram": witness}, **arguments) as bench:
        yield bench


async def test_what_is_there_is_not_sent_again(store: Store) -> None:
    async with unclear(store, ScriptedWitness(Found({"message_id": 7}))) as bench:
        await bench.until(bench.ended(), step=1)
        assert bench.telegram.keys == ["1", "2"]
        assert Ledger(store).receipt("1") == {"message_id": 7}
        assert "delivery_found" in bench.names()


async def test_what_is_not_there_is_sent_again_and_its_chat_swept_later(store: Store) -> None:
    witness = ScriptedWitness(sweepings=[Later(30, "told to wait"), Swept(1)])
    async with unclear(store, witness) as bench:
        await bench.until(bench.ended(), step=1)
        assert bench.telegram.keys == ["1", "1", "2"]
        arrived = bench.seconds()
        await bench.until(lambda: len(witness.swept) == 2, step=5)
        assert bench.seconds() - arrived >= 600
        await bench.until(lambda: bench.names().count("delivery_swept") == 2)
        assert witness.swept[-1].receipt == {"of": "1"}
        assert dict(bench.events)["delivery_swept"]["removed"] == 1
    assert inspect(store, START.replace(year=2030)) == ()
    assert Ledger(store).counts()["possibly_double"] == 0


async def test_a_chat_that_cannot_be_swept_is_left(memory: Store) -> None:
    async with unclear(memory, ScriptedWitness(sweepings=[Unknowable("no history")])) as bench:
        await bench.until(lambda: "delivery_swept" in bench.names(), step=10)
        await bench.until(lambda: inspect(memory, START.replace(year=2030)) == ())


async def test_it_is_asked_again_when_the_platform_says_so(memory: Store) -> None:
    async with unclear(memory, witness := ScriptedWitness(Later(120, "told to wait"), Found({}))) as bench:
        await bench.until(bench.ended(), step=1)
        assert len(witness.doubts) == 2
        assert bench.seconds() >= 180


async def test_where_nobody_can_know_it_is_sent_again_and_counted(memory: Store) -> None:
    async with unclear(memory, ScriptedWitness(Unknowable("no history"))) as bench:
        await bench.until(bench.ended(), step=1)
        assert bench.telegram.keys == ["1", "1", "2"]
        assert Ledger(memory).counts()["possibly_double"] == 1
        assert dict(bench.events)["delivery_unknowable"]["reason"] == "no history"


async def test_where_nobody_can_know_it_waits_for_an_operator_if_so_configured(memory: Store) -> None:
    policy = RetryPolicy(on_unclear=OnUnclear.HOLD)
    async with unclear(memory, ScriptedWitness(Unknowable("no history")), policy=policy) as bench:
        await bench.until(lambda: bench.seconds() > 3600, step=60)
        assert bench.telegram.keys == ["1"]
        (row,) = Ledger(memory).rows(states={State.UNCERTAIN})
        assert (row.reason, row.error) == (Reason.HELD, "perhaps delivered: no history")
        Ledger(memory).mark_sent("1", bench.clock.now())
        await bench.until(bench.ended())
        assert bench.telegram.keys == ["1", "2"]


async def test_a_platform_without_a_witness_cannot_be_asked(memory: Store) -> None:
    add(memory, owed("1"))
    async with running(memory, ScriptedPlatform({"1": [Uncertain("silence")]})) as bench:
        await bench.until(bench.ended(), step=1)
        assert dict(bench.events)["delivery_unknowable"]["reason"] == "telegram cannot be asked what is in its chats"
        await bench.until(lambda: "delivery_swept" in bench.names(), step=10)


async def test_what_cannot_be_written_down_is_looked_for_again_once_the_store_is_back(memory: Store) -> None:
    witness = ScriptedWitness(Found({}), Found({"message_id": 7}))
    witness.gate = asyncio.Event()
    async with unclear(memory, witness) as bench:
        await bench.until(lambda: len(witness.doubts) == 1, step=1)
        allow_writing(memory, allowed=False)
        witness.gate.set()
        await bench.until(lambda: "inspection_not_put_off" in bench.names())
        allow_writing(memory, allowed=True)
        await bench.until(bench.ended(), step=5)
        assert Ledger(memory).receipt("1") == {"message_id": 7}


async def test_a_witness_that_breaks_is_told_and_asked_again(memory: Store) -> None:
    async with unclear(memory, ScriptedWitness(ValueError("a bug"), Found({}))) as bench:
        await bench.until(bench.ended(), step=1)
        assert dict(bench.events)["inspection_failed"]["error"] == "ValueError('a bug')"
        assert bench.telegram.keys == ["1", "2"]


async def test_only_so_many_are_looked_for_at_the_same_time(memory: Store) -> None:
    add(memory, owed("1"), owed("2", BOB))
    telegram = ScriptedPlatform({"1": [Uncertain("silence")], "2": [Uncertain("silence")]})
    witness = ScriptedWitness(Found({"message_id": 7}), Found({"message_id": 8}))
    witness.gate = asyncio.Event()
    one = Options(inspectors=1)
    async with running(memory, telegram, witnesses={"telegram": witness}, options=one) as bench:
        await bench.until(lambda: len(witness.doubts) == 1, step=1)
        begun = bench.seconds()
        await bench.until(lambda: bench.seconds() - begun > 30, step=1)
        assert len(witness.doubts) == 1
        witness.gate.set()
        await bench.until(bench.ended(), step=1)
        assert len(witness.doubts) == 2


async def test_a_search_is_broken_off_when_the_relay_stops_and_begun_again_by_the_next(memory: Store) -> None:
    witness = ScriptedWitness()
    witness.gate = asyncio.Event()
    async with unclear(memory, witness) as bench:
        await bench.until(lambda: len(witness.doubts) == 1, step=1)
    async with running(
        memory, ScriptedPlatform(), witnesses={"telegram": ScriptedWitness(Found({}))}, clock=bench.clock
    ) as bench:
        await bench.until(bench.ended(), step=1)
        assert bench.telegram.keys == ["2"]


async def test_an_unclear_reply_is_looked_for_and_never_repeated(memory: Store) -> None:
    add(memory, reply("there"), reply("not there", BOB))
    telegram = ScriptedPlatform({"there": [Uncertain("silence")], "not there": [Uncertain("silence")]})
    witness = ScriptedWitness(Found({"message_id": 7}))
    async with running(memory, telegram, witnesses={"telegram": witness}) as bench:
        await bench.until(bench.ended(), step=1)
        assert sorted(bench.telegram.keys) == ["not there", "there"]
        assert {state(memory, "there"), state(memory, "not there")} == {State.SENT, State.FAILED}


async def test_a_store_that_is_away_is_waited_for(memory: Store) -> None:
    async with unclear(memory, ScriptedWitness(Found({}))) as bench:
        await bench.until(lambda: state(memory, "1") is State.UNCERTAIN)
        with memory.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE inspection RENAME TO away")
        await bench.until(lambda: "inspecting_failed" in bench.names(), step=1)
        with memory.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO inspection")
        await bench.until(bench.ended(), step=1)
        assert bench.telegram.keys == ["1", "2"]
