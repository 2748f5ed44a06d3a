"""The loop that turns the alarm's ring into publishing."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.delivery.delivery import Destination
from bot.desk import Desk
from bot.heartbeat import Heartbeat, ProcessName
from bot.plans import DigestPlan, OnEmpty
from digests.digest import DigestSpec
from tests.bot.office import Office
from tests.builders import GROUP, NOW, a_plan, a_timetable
from tests.clock import SettableClock
from tests.waiting import PATIENCE

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOWHERE = Destination("pigeon", "1")


class Bench:
    """A desk over an office, with what it did to the things around it."""

    def __init__(self, office: Office, *plans: DigestPlan) -> None:
        self.office = office
        self.clock = SettableClock(NOW - HOUR)
        self.plans = {plan.name: plan for plan in plans}
        self.alarms: list[list[datetime]] = []
        self.woken = 0
        self.events: list[tuple[str, Mapping[str, Any]]] = []
        self.looked = asyncio.Event()
        self.desk = Desk(
            office.publisher,
            plans=self.plans,
            clock=self.clock,
            set_alarm=self._set_alarm,
            wake=self._wake,
            observe=lambda event, fields: self.events.append((event, fields)),
        )

    def _set_alarm(self, instants: Iterable[datetime]) -> None:
        self.alarms.append(list(instants))
        self.looked.set()

    def _wake(self) -> None:
        self.woken += 1

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The desk at work, after its first look."""
        stop = asyncio.Event()
        task = asyncio.create_task(self.desk.run(stop))
        await self._one_look()
        yield
        stop.set()
        async with asyncio.timeout(PATIENCE):
            await task

    async def ring_at(self, now: datetime) -> None:
        """The alarm rings at this instant, and the desk has looked."""
        self.clock.set(now)
        self.desk.ring()
        await self._one_look()

    async def _one_look(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self.looked.wait()
        self.looked.clear()
        await asyncio.sleep(0)

    def told(self, event: str) -> list[Mapping[str, Any]]:
        return [fields for name, fields in self.events if name == event]


async def test_a_ring_at_a_fire_time_publishes_and_wakes_the_relay(office: Office) -> None:
    office.add_story("one")
    bench = Bench(office, a_plan())
    async with bench.running():
        await bench.ring_at(NOW)
    assert len(office.posted()) == 1
    assert bench.woken == 1
    assert bench.events == [
        ("edition_published", {"edition": "morning/2026-11-22T09:00", "articles": 1, "deliveries": 1, "late": "0s"})
    ]


async def test_a_ring_at_any_other_time_does_nothing(office: Office) -> None:
    bench = Bench(office, a_plan())
    async with bench.running():
        await bench.ring_at(NOW - HOUR / 2)
    assert bench.events == []
    assert bench.woken == 0


async def test_the_alarm_is_set_for_each_plans_next_time(office: Office) -> None:
    bench = Bench(office, a_plan(), a_plan("evening", timetable=a_timetable("18:00")))
    async with bench.running():
        await bench.ring_at(NOW)
    assert bench.alarms == [[NOW, NOW + 9 * HOUR], [NOW + DAY, NOW + 9 * HOUR]]


async def test_a_restart_looks_at_once(office: Office) -> None:
    office.add_story("one")
    async with Bench(office, a_plan()).running():
        pass
    restarted = Bench(office, a_plan())
    restarted.clock.set(NOW + HOUR)
    async with restarted.running():
        pass
    assert restarted.told("edition_published")[0]["late"] == "1h"


async def test_changed_plans_count_from_the_next_ring(office: Office) -> None:
    office.add_story("one")
    bench = Bench(office)
    async with bench.running():
        bench.plans["morning"] = a_plan()
        await bench.ring_at(NOW - HOUR / 2)
        await bench.ring_at(NOW)
    assert len(bench.told("edition_published")) == 1


async def test_an_empty_day_is_told_with_its_reason_and_wakes_nobody(office: Office) -> None:
    bench = Bench(office, a_plan())
    async with bench.running():
        await bench.ring_at(NOW)
    ((event, fields),) = bench.events
    assert event == "edition_empty"
    assert (fields["reason"], fields["detail"]) == ("no_articles", "no new article since 2026-11-21 09:00")
    assert bench.woken == 0


async def test_an_empty_day_that_is_said_wakes_the_relay(office: Office) -> None:
    bench = Bench(office, a_plan(on_empty=OnEmpty.SAY))
    async with bench.running():
        await bench.ring_at(NOW)
    assert bench.woken == 1


async def test_what_was_missed_is_told(office: Office) -> None:
    bench = Bench(office, a_plan())
    async with bench.running():
        await bench.ring_at(NOW + 4 * HOUR)
    [missed] = bench.told("edition_missed")
    assert (missed["reason"], missed["detail"]) == ("too_late", "4h late, 3h allowed")


async def test_a_clock_that_is_doubted_is_told_once(office: Office) -> None:
    Heartbeat(office.store, SettableClock(), ProcessName.new()).beat(NOW + DAY)
    bench = Bench(office, a_plan())
    async with bench.running():
        await bench.ring_at(NOW - HOUR)
    assert bench.told("clock_doubted") == [{"last_heartbeat": (NOW + DAY).isoformat()}]


async def test_unknown_topics_are_told(office: Office) -> None:
    office.add_story("one")
    bench = Bench(office, a_plan(spec=DigestSpec(("azure", "typo"))))
    async with bench.running():
        await bench.ring_at(NOW)
    assert bench.told("edition_published")[0]["unknown_topics"] == ["typo"]


async def test_a_plan_that_breaks_is_told_once_and_tried_until_it_heals(office: Office) -> None:
    office.add_story("one")
    bench = Bench(office, a_plan("broken", to=(NOWHERE,)), a_plan())
    async with bench.running():
        await bench.ring_at(NOW)
        await bench.ring_at(NOW + HOUR)
        bench.plans["broken"] = a_plan("broken", to=(GROUP,))
        await bench.ring_at(NOW + 2 * HOUR)
    assert len(bench.told("digest_failed")) == 1
    assert [fields["edition"] for fields in bench.told("edition_published")] == [
        "morning/2026-11-22T09:00",
        "broken/2026-11-22T09:00",
    ]


async def test_a_clock_that_had_been_far_ahead_is_told(office: Office) -> None:
    bench = Bench(office, a_plan())
    bench.clock.set(NOW + 400 * DAY)
    async with bench.running():
        await bench.ring_at(NOW)
    assert bench.told("clock_set_back") == [{"digest": "morning", "was": (NOW + 400 * DAY).isoformat()}]


async def test_an_edition_that_the_store_has_is_told_as_taken(office: Office) -> None:
    office.add_story("one")
    bench = Bench(office, a_plan())
    async with bench.running():
        await bench.ring_at(NOW)
        # The clock jumps to another year and back: the mark starts anew before an edition that is there already.
        await bench.ring_at(NOW + 400 * DAY)
        await bench.ring_at(NOW - HOUR)
        await bench.ring_at(NOW)
    assert bench.told("edition_taken") == [{"edition": "morning/2026-11-22T09:00"}]
    assert len(office.posted()) == 1


@pytest.mark.parametrize("rings", [1, 5])
async def test_many_rings_at_once_are_one_look_more_at_most(office: Office, rings: int) -> None:
    office.add_story("one")
    bench = Bench(office, a_plan())
    async with bench.running():
        for _ in range(rings):
            bench.desk.ring()
        await bench.ring_at(NOW)
    assert len(bench.alarms) == 2
