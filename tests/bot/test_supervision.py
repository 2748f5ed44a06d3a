"""The loops of the service run side by side, and trouble in one stops no other."""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.supervision import Grace, Loop, run_together
from tests.clock import SettableClock


class Breaking:
    """A loop that breaks so many times before it runs well."""

    def __init__(self, times: int) -> None:
        self.starts = 0
        self.well = asyncio.Event()
        self._times = times

    async def __call__(self, stop: asyncio.Event) -> None:
        self.starts += 1
        if self.starts <= self._times:
            raise ValueError(f"broken {self.starts}")
        self.well.set()
        await stop.wait()


async def waiting(stop: asyncio.Event) -> None:
    await stop.wait()


async def run_until(well: asyncio.Event, loops: Mapping[str, Loop]) -> tuple[list[tuple[str, Any]], tuple[str, ...]]:
    told: list[tuple[str, Any]] = []
    stop, clock = asyncio.Event(), SettableClock()
    running = asyncio.create_task(
        run_together(loops, stop, clock=clock, observe=lambda event, facts: told.append((event, facts)), grace=Grace(5))
    )
    while not well.is_set():
        await clock.advance(1)
    stop.set()
    return told, await running


async def test_a_broken_loop_is_reported_and_begun_again() -> None:
    breaking = Breaking(2)

    told, _ = await run_until(breaking.well, {"breaking": breaking, "waiting": waiting})

    assert [(event, facts["error"], facts["again_in"]) for event, facts in told] == [
        ("loop_failed", "ValueError: broken 1", 1.0),
        ("loop_failed", "ValueError: broken 2", 2.0),
    ]


async def test_all_loops_end_when_the_service_stops() -> None:
    breaking = Breaking(0)

    _, cut_off = await run_until(breaking.well, {"breaking": breaking, "waiting": waiting})

    assert cut_off == ()


async def test_a_loop_that_does_not_end_is_cut_off_and_named() -> None:
    stop, begun = asyncio.Event(), asyncio.Event()

    async def deaf(_: asyncio.Event) -> None:
        begun.set()
        await asyncio.Event().wait()

    running = asyncio.create_task(
        run_together(
            {"deaf": deaf}, stop, clock=SettableClock(), observe=lambda _event, _facts: None, grace=Grace(0.01)
        )
    )
    await begun.wait()
    stop.set()

    assert await running == ("deaf",)


async def test_a_loop_that_ends_by_itself_is_not_begun_again() -> None:
    starts: list[int] = []
    stop, ended = asyncio.Event(), asyncio.Event()

    async def brief(_: asyncio.Event) -> None:
        starts.append(1)
        ended.set()

    running = asyncio.create_task(
        run_together({"brief": brief}, stop, clock=SettableClock(), observe=lambda _event, _facts: None, grace=Grace(5))
    )
    await ended.wait()
    stop.set()
    await running

    assert starts == [1]


async def test_trouble_after_a_long_good_run_is_a_first_trouble() -> None:
    told: list[float] = []
    stop, clock = asyncio.Event(), SettableClock()

    async def breaks_late(stop: asyncio.Event) -> None:
        if len(told) > 1:
            stop.set()
            return
        await clock.wait(stop, 600)
        raise ValueError("late")

    running = asyncio.create_task(
        run_together(
            {"late": breaks_late},
            stop,
            clock=clock,
            observe=lambda _, facts: told.append(facts["again_in"]),
            grace=Grace(5),
        )
    )
    while not stop.is_set():
        await clock.advance(601)
    await running

    assert told == [1.0, 1.0]


async def test_where_there_is_no_hurry_a_loop_may_take_its_time() -> None:
    stop, begun, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(stop: asyncio.Event) -> None:
        begun.set()
        await stop.wait()
        await done.wait()

    grace = Grace(0, unhurried=30, hurry=asyncio.Event())
    running = asyncio.create_task(
        run_together({"slow": slow}, stop, clock=SettableClock(), observe=lambda _event, _facts: None, grace=grace)
    )
    await begun.wait()
    stop.set()
    for _ in range(9):
        await asyncio.sleep(0)
    done.set()

    assert await running == ()


async def test_a_hurry_ends_the_waiting() -> None:
    stop, begun, hurry = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def deaf(_: asyncio.Event) -> None:
        begun.set()
        await asyncio.Event().wait()

    grace = Grace(0.01, unhurried=30, hurry=hurry)
    running = asyncio.create_task(
        run_together({"deaf": deaf}, stop, clock=SettableClock(), observe=lambda _event, _facts: None, grace=grace)
    )
    await begun.wait()
    stop.set()
    await asyncio.sleep(0)
    hurry.set()

    assert await running == ("deaf",)
