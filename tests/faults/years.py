"""A year of publishing by three replicas whose clocks differ and jump, that sleep and die, under edits of the plans."""

import heapq
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import takewhile
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.command import Answer, Command
from bot.delivery.delivery import Call, Destination
from bot.delivery.outbox import Outbox
from bot.heartbeat import Heartbeat, ProcessName
from bot.plans import DigestPlan, OnEmpty, Timetable
from bot.platforms.telegram.payload import calls
from bot.publishing import editions
from bot.publishing.editions import EditionState, Mark
from bot.publishing.following import in_words
from bot.publishing.publisher import Publisher
from bot.publishing.results import Doubted
from bot.schedule.due import next_times
from bot.schedule.slots import slots
from bot.store import tables
from bot.store.engine import Store
from digests.newsroom import Newsroom
from digests.rendering.renderer import Renderer
from tests.builders import a_plan
from tests.clock import SettableClock

REPLICAS = 3
SKEW, JUMP = timedelta(seconds=30), timedelta(hours=2)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATENESS = 3 * HOUR
ZONES = ("Europe/Berlin", "America/New_York", "America/Havana", "Australia/Lord_Howe", "America/Santiago", "UTC")
TIMES = (time(0), time(0, 30), time(2), time(2, 30), time(9), time(12), time(18, 5), time(23, 30))
ROUNDS = 150
"""About so many looks of a replica pass between two troubles of a kind."""


class Killed(BaseException):
    """The process is gone; no `except Exception` may keep it."""


@dataclass
class Figures:
    """What happened, to be added up over the years."""

    slots: int = 0
    published: int = 0
    missed: int = 0
    looks: int = 0
    kills: int = 0
    jumps: int = 0
    sleeps: int = 0
    edits: int = 0
    doubted: int = 0
    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    too_late: list[str] = field(default_factory=list)

    def add(self, other: "Figures") -> None:
        """Add another year's."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


class Replica:
    """One process: its publisher, its clock, and which edit of the plans it has heard of."""

    def __init__(self, name: int, world: "Year") -> None:
        self.name = name
        self._world = world
        self.version = 0
        self.offset = world.anything(SKEW)
        self.jumped = False
        self.start()

    def start(self) -> None:
        """A new process, which knows nothing but the plans of the day."""
        self.version = len(self._world.versions) - 1
        self.heartbeat = Heartbeat(self._world.store, SettableClock(), ProcessName.new())
        self.publisher = self._world.publisher()

    @property
    def plans(self) -> Mapping[str, DigestPlan]:
        return self._world.versions[self.version]


class Year:
    """The store, the replicas and all that befalls them; the same for the same seed."""

    def __init__(self, seed: str, newsroom: Newsroom, renderer: Renderer, store: Store) -> None:
        self.random = Random(seed)  # noqa: S311 - to be had again, not to be hard to guess
        self.store = store
        self.figures = Figures()
        self._parts = newsroom, renderer
        self.now = datetime(2025, 1, 1, tzinfo=UTC) + self.random.random() * 730 * DAY
        self._end = self.now + 365 * DAY
        self.versions: list[dict[str, DigestPlan]] = [{name: self._plan(name) for name in ("daily", "twice")}]
        self._oracle = Oracle(store, self.figures)
        self.replicas = [Replica(number, self) for number in range(REPLICAS)]
        self._agenda = [(self.now, replica.name) for replica in self.replicas]

    def anything(self, span: timedelta) -> timedelta:
        """Anything from the span back to the span ahead."""
        return span * self.random.uniform(-1, 1)

    def chance(self, rounds: float) -> bool:
        """Once in so many rounds."""
        return self.random.random() * rounds < 1

    def publisher(self) -> Publisher:
        """One that shares nothing with any other but the store."""
        newsroom, renderer = self._parts
        return Publisher(
            newsroom=newsroom,
            renderer=renderer,
            store=self.store,
            outbox=Outbox(self.store),
            composers={"telegram": self._composed},
        )

    def pass_by(self) -> Figures:
        """Let the year pass."""
        while self.now < self._end:
            self.now, number = heapq.heappop(self._agenda)
            self._look(self.replicas[number])
        self._oracle.audit()
        return self.figures

    def _composed(self, answer: Answer, to: Destination, command: Command | None) -> tuple[Call, ...]:
        """The platform's calls for an answer; the process may die before they are owed."""
        self.die_sometimes()
        return calls(answer, to, command)

    def die_sometimes(self, *_: object) -> None:
        """At a composition, before a commit, or after one."""
        if self.chance(ROUNDS / 3):
            raise Killed

    def _look(self, replica: Replica) -> None:
        """One look of a replica at what is due, and whatever befalls it next."""
        now = self.now + replica.offset
        self.figures.looks += 1
        try:
            if self.chance(4):
                replica.heartbeat.beat(now)
            results = replica.publisher.tick(replica.plans.values(), now)
        except Killed:
            self.figures.kills += 1
            replica.start()
            self._oracle.note(replica.plans, None)
            self._again(replica, self.now + self.random.uniform(1, 600) * timedelta(seconds=1))
            return
        doubted = any(isinstance(result, Doubted) for result in results)
        self.figures.doubted += doubted
        self._oracle.note(replica.plans, None if doubted else now)
        self._befall(replica)

    def _befall(self, replica: Replica) -> None:
        """An edit, a jump of the clock, a sleep; else the next look is at the next fire time, or before."""
        if self.chance(ROUNDS):
            self._edit()
        if replica.version < len(self.versions) - 1 and self.chance(2):
            replica.version = len(self.versions) - 1
        if self.chance(10 if replica.jumped else ROUNDS / 3):
            replica.jumped = not replica.jumped
            replica.offset = self.anything(JUMP if replica.jumped else SKEW)
            self.figures.jumps += 1
        if self.chance(ROUNDS / 2):
            self._sleep([replica])
        elif self.chance(ROUNDS * 2):
            self._sleep(self.replicas)
        else:
            self._again(replica, self._next_look(replica))

    def _sleep(self, replicas: list[Replica]) -> None:
        """For one to 72 hours: a suspended machine, or one switched off, which starts anew."""
        self.figures.sleeps += 1
        until = self.now + self.random.uniform(1, 72) * HOUR
        off = self.chance(2)
        self._agenda = [entry for entry in self._agenda if self.replicas[entry[1]] not in replicas]
        heapq.heapify(self._agenda)
        for replica in replicas:
            if off:
                replica.start()
            self._again(replica, until + self.random.uniform(0, 600) * timedelta(seconds=1))

    def _next_look(self, replica: Replica) -> datetime:
        now = self.now + replica.offset
        alarms = [when for plan in replica.plans.values() for _, when in next_times(plan.timetable, now, 1)]
        ring = min(alarms, default=now + DAY) - replica.offset
        return min(ring, self.now + self.random.expovariate(1 / 12) * HOUR) + self.random.random() * timedelta(
            seconds=15
        )

    def _again(self, replica: Replica, when: datetime) -> None:
        heapq.heappush(self._agenda, (when, replica.name))

    def _edit(self) -> None:
        """Another timetable for a digest, or none for a while; the replicas hear of it one after the other."""
        self.figures.edits += 1
        plans = dict(self.versions[-1])
        name = self.random.choice(("daily", "twice"))
        if name in plans and self.chance(4):
            del plans[name]
        else:
            plans[name] = self._plan(name)
        self.versions.append(plans)
        for replica in self.replicas:
            self._again(replica, self.now + self.random.uniform(1, 300) * timedelta(seconds=1))

    def _plan(self, name: str) -> DigestPlan:
        zone = ZoneInfo(self.random.choice(ZONES))
        at = tuple(self.random.sample(TIMES, 1 if name == "daily" else 2))
        days = frozenset(range(7 if name == "daily" else 5))
        timetable = Timetable(zone, at=at, days=days, lateness=LATENESS)
        return a_plan(name, timetable=timetable, on_empty=OnEmpty.SAY)


class Oracle:
    """Knows which slots there must be, from the timetables and what the store says of when each began."""

    def __init__(self, store: Store, figures: Figures) -> None:
        self._store = store
        self._figures = figures
        self._marks: dict[str, Mark] = {}
        self._met: dict[str, datetime] = {}

    def note(self, plans: Mapping[str, DigestPlan], now: datetime | None) -> None:
        """After a look under these plans at `now`: every slot up to then is in the store (None: it was broken off)."""
        for name in ("daily", "twice"):
            with self._store.read() as connection:
                mark = editions.mark_of(connection, name)
            if mark is None:
                self._marks.pop(name, None)
                continue
            known = self._marks.get(name)
            if known is None or known.timetable != mark.timetable:
                self._met[name] = mark.high_water
            self._marks[name] = mark
            plan = plans.get(name)
            if now is not None and plan is not None and in_words(plan.timetable) == mark.timetable:
                self._met[name] = self._expect(plan, self._met[name], now)

    def _expect(self, plan: DigestPlan, after: datetime, now: datetime) -> datetime:
        for slot, _ in takewhile(lambda pair: pair[1] <= now, slots(plan.timetable, after)):
            self._figures.slots += 1
            with self._store.read() as connection:
                if not editions.recorded(connection, f"{plan.name}/{slot.key}"):
                    self._figures.lost.append(f"{plan.name}/{slot.key}")
        return max(after, now)

    def audit(self) -> None:
        """Once the year is over: what each edition came to."""
        owed = tables.delivery.c
        with self._store.read() as connection:
            rows = connection.execute(select(tables.edition).order_by(tables.edition.c.due_at)).all()
            deliveries = Counter(connection.execute(select(owed.edition)).scalars())
        for row in rows:
            if row.state == EditionState.MISSED:
                self._figures.missed += 1
                if row.reason is None or deliveries[row.key]:
                    self._figures.lost.append(row.key)
                continue
            self._figures.published += 1
            if deliveries[row.key] != 1:
                self._figures.double.append(f"{row.key}: {deliveries[row.key]} deliveries")
            if row.recorded_at - row.due_at > LATENESS / timedelta(milliseconds=1):
                self._figures.too_late.append(row.key)
