"""The relay's loop that settles doubts: asks platforms for messages that nobody confirmed, and removes extra copies."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta

from bot.delivery.doubt import Doubt, Finding, Found, Later, Sweeping, Swept, Unknowable, Witness
from bot.delivery.inspections import Inspection, Inspections
from bot.delivery.retry import verdict
from bot.delivery.tools import Tools
from bot.failpoints import Point, reach

AFTER_FAULT = 60.0
"""Seconds until a look-up is tried again that broke, which is a bug, or that took too long."""


class Mute:
    """The witness of a platform that cannot be asked."""

    async def find(self, doubt: Doubt) -> Finding:
        """Nothing can be known."""
        return Unknowable(f"{doubt.delivery.destination.platform} cannot be asked what is in its chats")

    async def sweep(self, doubt: Doubt) -> Sweeping:
        """Nothing can be known."""
        return Unknowable(f"{doubt.delivery.destination.platform} cannot be asked what is in its chats")


class Inspector:
    """Carries out one platform's inspections; while one goes on nothing is sent to its chat."""

    def __init__(
        self, name: str, witness: Witness, tools: Tools, inspections: Inspections, changed: Callable[[], None]
    ) -> None:
        self._name = name
        self._witness = witness
        self._tools = tools
        self._inspections = inspections
        self._changed = changed
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Inspect what is due until `stop`; what is under way then is broken off, to be done again."""
        troubles = 0
        try:
            while not stop.is_set():
                try:
                    await self._begin()
                    troubles = 0
                except Exception as error:  # noqa: BLE001 - the last line of this loop, which goes on once the store is back
                    troubles += 1
                    self._tools.observe("inspecting_failed", {"platform": self._name, "exc_info": error})
                pause = self._tools.pause_after(troubles) if troubles else self._tools.options.poll
                await self._tools.clock.wait(stop, pause)
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _begin(self) -> None:
        options, now = self._tools.options, self._tools.clock.now()
        room = options.inspectors - len(self._under_way)
        if room <= 0:
            return
        lease = timedelta(seconds=options.inspection_lease)
        claimed = await asyncio.to_thread(self._inspections.claim, self._name, now, limit=room, lease=lease)
        for inspection in claimed:
            task = asyncio.create_task(self._inspect(inspection), name=f"inspect {inspection.doubt.delivery.key}")
            self._under_way.add(task)
            task.add_done_callback(self._has_ended)

    def _has_ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            # Its chat rests until the lease has run out.
            self._tools.observe("inspection_not_put_off", {"platform": self._name, "error": str(error)})

    async def _inspect(self, inspection: Inspection) -> None:
        """Ask, and write down what was found; whatever goes wrong, the chat may go on."""
        try:
            async with asyncio.timeout(self._tools.options.inspection):
                await (self._sweep(inspection) if inspection.is_sweep else self._look_up(inspection))
        except asyncio.CancelledError:
            await self._put_off(inspection, 0.0)
            raise
        except Exception as error:  # noqa: BLE001 - the last line of an inspection, which is done again
            facts = {"key": inspection.doubt.delivery.key, "error": repr(error), "exc_info": error}
            self._tools.observe("inspection_failed", facts)
            await self._put_off(inspection, AFTER_FAULT)
        self._changed()

    async def _look_up(self, inspection: Inspection) -> None:
        tools, doubt = self._tools, inspection.doubt
        finding = await self._witness.find(doubt)
        reach(Point.LOOKED_UP)
        now = tools.clock.now()
        became = verdict(finding, doubt.delivery, now=now, policy=tools.policy)
        facts: dict[str, object] = {"became": type(became).__name__.lower()}
        if isinstance(became, Later):
            await self._put_off(inspection, became.seconds)
        else:
            facts["recorded"] = await asyncio.to_thread(tools.outbox.conclude, inspection, became, now)
            reach(Point.ADOPTED if isinstance(finding, Found) else Point.REPEATED)
        self._report(f"delivery_{type(finding).__name__.lower()}", doubt, finding, facts)

    async def _sweep(self, inspection: Inspection) -> None:
        swept = await self._witness.sweep(inspection.doubt)
        reach(Point.SWEPT)
        if isinstance(swept, Later):
            await self._put_off(inspection, swept.seconds)
        else:
            left = swept if isinstance(swept, Swept) else None
            await asyncio.to_thread(self._inspections.finish_sweep, inspection, left, self._tools.clock.now())
        facts = {"removed": swept.removed} if isinstance(swept, Swept) else {}
        self._report("delivery_swept", inspection.doubt, swept, facts)

    async def _put_off(self, inspection: Inspection, seconds: float) -> None:
        until = self._tools.clock.now() + timedelta(seconds=seconds)
        await asyncio.to_thread(self._inspections.put_off, inspection, until)

    def _report(self, event: str, doubt: Doubt, said: Finding | Sweeping, facts: Mapping[str, object]) -> None:
        reason = {"reason": said.reason} if isinstance(said, Unknowable | Later) else {}
        about = {"key": doubt.delivery.key, "destination": str(doubt.delivery.destination)}
        self._tools.observe(event, {**about, **facts, **reason})
