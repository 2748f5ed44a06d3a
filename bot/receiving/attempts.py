"""One attempt at acting on something received, and what follows where that breaks."""

import asyncio
from datetime import datetime
from typing import Any, Protocol

from bot.clock import Clock
from bot.command import Command
from bot.observing import Observe
from bot.receiving.inbox import Effect, Inbox, Pending
from bot.receiving.received import Event

ATTEMPTS = 3
"""How often something is tried before it is given up."""


class Acting(Protocol):
    """What follows from an event."""

    async def act(self, event: Event, received_at: datetime) -> Effect:
        """What follows; raises where that cannot be said, and is asked again then."""

    async def give_up(self, event: Event) -> Effect:
        """What follows where it never could be said."""


class UnreadableError(Exception):
    """A row of the inbox is not what this program writes."""


class Attempts:
    """Brings about what follows from an event; what breaks on the way counts as soon as it can be written down."""

    def __init__(self, inbox: Inbox, acting: Acting, clock: Clock, observe: Observe) -> None:
        self._inbox = inbox
        self._acting = acting
        self._clock = clock
        self._observe = observe

    async def make(self, one: Pending) -> Pending | None:
        """Try once: None where nothing is left to do, else what is to be tried again after a pause.

        Raises where the store takes nothing at present: which is no fault of what was received, and does not count.
        """
        try:
            await self._act(one)
        except Exception as error:  # noqa: BLE001 - the last line of acting: whatever is wrong with this, the next may be right
            return await self._count(one, error)
        return None

    async def _act(self, one: Pending) -> None:
        if one.event is None:
            raise UnreadableError(f"row {one.key!r} of the inbox")
        effect = await self._acting.act(one.event, one.received_at)
        await asyncio.to_thread(self._inbox.settle, one, effect, self._clock.now())

    async def _count(self, one: Pending, error: Exception) -> Pending | None:
        told = f"{type(error).__name__}: {error}"
        is_last = one.event is None or one.attempt + 1 >= ATTEMPTS
        if is_last:
            await self._give_up(one, told)
            left = None
        else:
            left = await asyncio.to_thread(self._inbox.put_off, one, told)
            if left is None:  # the store said that it failed, and yet had done it; or another process was faster
                return None
        fields = {"attempt": one.attempt + 1, "given_up": is_last, "error": told}
        self._observe(*_failure(one, {**fields, "exc_info": error} if is_last else fields))
        return left

    async def _give_up(self, one: Pending, told: str) -> None:
        try:
            effect = None if one.event is None else await self._acting.give_up(one.event)
            await asyncio.to_thread(self._inbox.settle, one, effect, self._clock.now(), told)
        except Exception:  # noqa: BLE001 - the last line of giving up: it must not be tried for ever
            await asyncio.to_thread(self._inbox.settle, one, None, self._clock.now(), told)


def _failure(one: Pending, fields: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """How an operator hears of it: never what the person said."""
    if isinstance(one.event, Command):
        return "command_failed", {"platform": one.chat[0], "command": one.event.name, **fields}
    return "chat_event_failed", {"platform": one.chat[0], "event": type(one.event).__name__, **fields}
