"""The desk: whenever the alarm rings, what is due is published, and the alarm is set for what comes next."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import assert_never

from bot.clock import Clock
from bot.durations import duration_text
from bot.observing import Observe
from bot.plans import DigestPlan
from bot.publishing.publisher import Publisher
from bot.publishing.results import Doubted, Empty, Faulted, Missed, Published, Result, Rewound, Taken
from bot.schedule.due import next_times
from bot.waiting import first_of


class Desk:
    """Carries out the plans; a plan that breaks is reported once, and tried again at every ring."""

    def __init__(
        self,
        publisher: Publisher,
        *,
        plans: Mapping[str, DigestPlan],
        clock: Clock,
        set_alarm: Callable[[Iterable[datetime]], None],
        wake: Callable[[], None],
        observe: Observe,
    ) -> None:
        self._publisher = publisher
        self._plans = plans
        self._clock = clock
        self._set_alarm = set_alarm
        self._wake = wake
        self._observe = observe
        self._rung = asyncio.Event()
        self._faults: dict[str, str] = {}
        self._doubted = False

    def ring(self) -> None:
        """Look at once what is due: the alarm's ring, and whoever changed the plans."""
        self._rung.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Look now and at every ring, until `stop`."""
        while not stop.is_set():
            self._rung.clear()
            await self._look()
            await first_of(self._rung, stop)

    async def _look(self) -> None:
        now, plans = self._clock.now(), tuple(self._plans.values())
        results = await asyncio.to_thread(self._publisher.tick, plans, now)
        self._set_alarm(when for plan in plans for _, when in next_times(plan.timetable, now, 1))
        for result in results:
            self._tell(result)
        self._doubted = any(isinstance(result, Doubted) for result in results)
        self._faults = {result.digest: result.error for result in results if isinstance(result, Faulted)}
        if any(isinstance(result, Published | Empty) and result.deliveries for result in results):
            self._wake()

    def _tell(self, result: Result) -> None:
        match result:
            case Published(edition, _, articles, deliveries, late, unknown):
                facts = {"articles": articles, "deliveries": deliveries, "late": duration_text(late)}
                self._observe("edition_published", {"edition": edition, **facts, **_unknown(unknown)})
            case Empty(edition, _, reason, detail, _, unknown):
                facts = {"reason": reason.value, "detail": detail}
                self._observe("edition_empty", {"edition": edition, **facts, **_unknown(unknown)})
            case Missed(edition, _, reason, detail):
                self._observe("edition_missed", {"edition": edition, "reason": reason.value, "detail": detail})
            case Taken(edition, _):
                self._observe("edition_taken", {"edition": edition})
            case Rewound(digest, was):
                self._observe("clock_set_back", {"digest": digest, "was": was.isoformat()})
            case Doubted(last):
                if not self._doubted:
                    self._observe("clock_doubted", {"last_heartbeat": last.isoformat()})
            case Faulted(digest, error):
                if self._faults.get(digest) != error:
                    self._observe("digest_failed", {"digest": digest, "error": error})
            case _:
                assert_never(result)


def _unknown(topics: tuple[str, ...]) -> dict[str, object]:
    return {"unknown_topics": list(topics)} if topics else {}
