"""What became of deliveries is written down in groups, whatever the store does meanwhile."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest

from bot.delivery.committing import MOST, Committer
from bot.delivery.delivery import Call, Delivery, Priority
from bot.delivery.settlement import Delivered, Settlement
from bot.errors import StoreError
from bot.failpoints import Point, install
from tests.bot.delivery.fakes import ALICE, until
from tests.clock import START, SettableClock

DONE = Delivered({})


def delivery(key: str) -> Delivery:
    return Delivery(key, ALICE, Call("sendMessage", {}), Priority.BROADCAST, 1)


class Ledger:
    """Takes what it is given, except what it was told to fail at."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.late: set[str] = set()
        self.poison: dict[str, Exception] = {}
        self.events: list[tuple[str, Mapping[str, Any]]] = []

    def settle_all(self, settled: Sequence[tuple[Delivery, Settlement]], now: datetime) -> tuple[bool, ...]:
        assert now >= START
        keys = [one.key for one, _ in settled]
        for key in keys:
            if key in self.poison:
                raise self.poison[key]
        self.groups.append(keys)
        return tuple(key not in self.late for key in keys)

    def observe(self, event: str, facts: Mapping[str, Any]) -> None:
        self.events.append((event, facts))

    def committer(self, clock: SettableClock) -> Committer:
        return Committer(self.settle_all, clock, self.observe, float)


async def test_whatever_was_answered_meanwhile_is_the_next_commit() -> None:
    ledger = Ledger()
    async with ledger.committer(SettableClock()) as committer:
        found = await asyncio.gather(*(committer.settle(delivery(str(number)), DONE) for number in range(20)))
        assert await committer.settle(delivery("alone"), DONE)
    assert found == [True] * 20
    assert ledger.groups == [[str(number) for number in range(20)], ["alone"]]


async def test_a_commit_is_of_bounded_size() -> None:
    ledger = Ledger()
    async with ledger.committer(SettableClock()) as committer:
        await asyncio.gather(*(committer.settle(delivery(str(number)), DONE) for number in range(MOST + 1)))
    assert [len(group) for group in ledger.groups] == [MOST, 1]


async def test_what_came_too_late_is_told_apart() -> None:
    ledger = Ledger()
    ledger.late = {"1"}
    async with ledger.committer(SettableClock()) as committer:
        found = await asyncio.gather(*(committer.settle(delivery(key), DONE) for key in "12"))
    assert found == [False, True]


async def test_what_the_store_refuses_is_tried_until_it_takes_it() -> None:
    ledger, clock = Ledger(), SettableClock()
    ledger.poison = {"1": StoreError("disk full")}
    async with ledger.committer(clock) as committer:
        settling = asyncio.ensure_future(committer.settle(delivery("1"), DONE))
        await until(lambda: len(ledger.events) == 3, clock, step=1)
        ledger.poison.clear()
        await until(settling.done, clock, step=1)
    assert ledger.events == [("settling_failed", {"key": "1", "error": "disk full"})] * 3


async def test_one_that_the_store_never_takes_keeps_no_other_out() -> None:
    ledger, clock = Ledger(), SettableClock()
    ledger.poison = {"3": StoreError("out of range")}
    async with ledger.committer(clock) as committer:
        settling = [asyncio.ensure_future(committer.settle(delivery(str(number)), DONE)) for number in range(9)]
        others = [task for number, task in enumerate(settling) if number != 3]
        await until(lambda: all(task.done() for task in others), clock, step=1)
        assert not settling[3].done()
        late = asyncio.ensure_future(committer.settle(delivery("later"), DONE))
        await until(late.done, clock, step=1)
    assert await asyncio.gather(*settling) == [number != 3 for number in range(9)]


async def test_a_bug_is_told_to_whom_it_concerns_alone() -> None:
    ledger, clock = Ledger(), SettableClock()
    ledger.poison = {"1": TypeError("a bug")}
    async with ledger.committer(clock) as committer:
        found = await asyncio.gather(
            *(committer.settle(delivery(str(number)), DONE) for number in range(3)), return_exceptions=True
        )
    assert [repr(one) for one in found] == ["True", "TypeError('a bug')", "True"]


async def test_what_nobody_awaits_any_more_is_written_all_the_same() -> None:
    ledger = Ledger()
    async with ledger.committer(SettableClock()) as committer:
        settling = asyncio.ensure_future(committer.settle(delivery("1"), DONE))
        await asyncio.sleep(0)
        settling.cancel()
    assert ledger.groups == [["1"]]


async def test_at_the_end_what_the_store_does_not_take_is_given_up() -> None:
    ledger, clock = Ledger(), SettableClock()
    ledger.poison = {"1": StoreError("locked")}
    async with ledger.committer(clock) as committer:
        settling = [asyncio.ensure_future(committer.settle(delivery(str(number)), DONE)) for number in range(3)]
        await until(lambda: bool(ledger.events))
    assert await asyncio.gather(*settling) == [True, False, True]
    assert len(ledger.events) == 2


async def test_a_committer_can_be_used_again() -> None:
    ledger, clock = Ledger(), SettableClock()
    committer = ledger.committer(clock)
    async with committer:
        assert await committer.settle(delivery("1"), DONE)
    ledger.poison = {"2": StoreError("locked")}
    async with committer:
        settling = asyncio.ensure_future(committer.settle(delivery("2"), DONE))
        await until(lambda: bool(ledger.events))
        assert not settling.done()
        ledger.poison.clear()
        await until(settling.done, clock, step=1)
        assert settling.result()


@pytest.fixture
def reached() -> Any:
    points: list[Point] = []
    install(points.append)
    yield points
    install(None)


async def test_the_point_at_which_a_delivery_is_on_disk_as_sent_has_a_name(reached: list[Point]) -> None:
    ledger = Ledger()
    ledger.late = {"2"}
    async with ledger.committer(SettableClock()) as committer:
        await asyncio.gather(committer.settle(delivery("1"), DONE), committer.settle(delivery("2"), DONE))
    assert reached == [Point.SENT_COMMITTED]
