"""The outbox's carrier: brings what is owed to the platforms, in order, at their pace, and notes what became of it.

    claim (on disk) → send → outcome → settlement (on disk)
                                └→ unclear → inspection → finding → settlement (on disk)

Nothing is sent without a claim. A relay that dies between the two leaves the claim behind; when its lease has run out
the message counts as uncertain, never as unsent, and is looked for in its chat before anything else happens to it. Each
platform has loops, requests and pace of its own, so that the trouble of one stays its own.
"""

import asyncio
from collections.abc import Callable, Mapping
from random import SystemRandom
from types import MappingProxyType

from bot.clock import Clock
from bot.delivery.carriage import Carriage
from bot.delivery.carrier import Carrier
from bot.delivery.committing import Committer
from bot.delivery.delivery import Platform
from bot.delivery.doubt import Witness
from bot.delivery.housekeeping import Housekeeping
from bot.delivery.inspections import Inspections
from bot.delivery.inspector import Inspector, Mute
from bot.delivery.ledger import Ledger
from bot.delivery.outbox import Outbox
from bot.delivery.pacing import Pacing
from bot.delivery.retry import RetryPolicy
from bot.delivery.tools import Options, Tools
from bot.observing import Observe, ignore
from bot.store.engine import Store

__all__ = ["Options", "Relay"]


class Relay:
    """Carries deliveries for as long as it runs; any number of processes may have one on the same store."""

    def __init__(
        self,
        store: Store,
        platforms: Mapping[str, Platform],
        clock: Clock,
        *,
        witnesses: Mapping[str, Witness] = MappingProxyType({}),
        pacing: Pacing | None = None,
        policy: RetryPolicy = RetryPolicy(),  # noqa: B008 - frozen
        options: Options = Options(),  # noqa: B008 - frozen
        observe: Observe = ignore,
        jitter: Callable[[], float] = SystemRandom().random,  # noqa: B008 - it is called at each use
    ) -> None:
        tools = Tools(Outbox(store), clock, policy, options, observe, jitter)
        pacing = pacing or Pacing()
        self._committer = Committer(tools.outbox.settle_all, clock, observe, tools.pause_after)
        self._carriers = [
            Carrier(name, Carriage(platform, pacing, self._committer, tools), pacing, tools)
            for name, platform in platforms.items()
        ]
        inspections = Inspections(store)
        self._inspectors = [
            Inspector(name, witnesses.get(name, Mute()), tools, inspections, self.wake) for name in platforms
        ]
        self._housekeeping = Housekeeping(tools, inspections, Ledger(store), self.wake)

    def wake(self) -> None:
        """Look at once, since something was added; to be called in the relay's own event loop."""
        for carrier in self._carriers:
            carrier.wake()

    async def run(self, stop: asyncio.Event, hurry: asyncio.Event | None = None) -> None:
        """Carry until `stop`, then let what is in flight land: up to `grace` seconds, from `hurry` on if given."""
        async with self._committer, asyncio.TaskGroup() as loops:
            loops.create_task(self._housekeeping.run(stop))
            for carrier in self._carriers:
                loops.create_task(carrier.run(stop, hurry or stop))
            for inspector in self._inspectors:
                loops.create_task(inspector.run(stop))
            await stop.wait()
            self.wake()
