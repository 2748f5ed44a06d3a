"""Puts right in the outbox what nobody else does: leases that ran out, messages that grew too old or were forgotten."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.delivery.inspections import Inspections
from bot.delivery.ledger import Ledger
from bot.delivery.retry import lapse
from bot.delivery.tools import Tools

PURGING = timedelta(hours=1)
"""How often old replies are forgotten."""


class Housekeeping:
    """The relay's loop that sends nothing."""

    def __init__(self, tools: Tools, inspections: Inspections, ledger: Ledger, changed: Callable[[], None]) -> None:
        self._tools = tools
        self._inspections = inspections
        self._ledger = ledger
        self._changed = changed
        self._purged: datetime | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Keep house once in every `poll` until `stop`."""
        troubles = 0
        while not stop.is_set():
            try:
                if await asyncio.to_thread(self.keep_house, self._tools.clock.now()):
                    self._changed()
                troubles = 0
            except Exception as error:  # noqa: BLE001 - the last line of this loop, which goes on once the store is back
                troubles += 1
                self._tools.observe("housekeeping_failed", {"error": str(error), "exc_info": error})
            await self._tools.clock.wait(
                stop, self._tools.pause_after(troubles) if troubles else self._tools.options.poll
            )

    def keep_house(self, now: datetime) -> bool:
        """One round; synchronous. Answers whether something may be sent now that could not before."""
        lapsed = self._settle_overdue(now)
        expired = self._tools.outbox.expire(now)
        unattended = self._inspections.schedule_missing()
        for event, keys in (("lapsed", lapsed), ("expired", expired), ("unattended", unattended)):
            if keys:
                self._tools.observe(f"deliveries_{event}", {"number": len(keys), "keys": keys[:10]})
        self._purge(now)
        return bool(lapsed or expired)

    def _settle_overdue(self, now: datetime) -> tuple[str, ...]:
        outbox = self._tools.outbox
        return tuple(delivery.key for delivery in outbox.overdue(now) if outbox.settle(delivery, lapse(now), now))

    def _purge(self, now: datetime) -> None:
        if self._purged is None or now - self._purged >= PURGING:
            self._ledger.purge(now - self._tools.options.keep_replies)
            self._purged = now
