"""Polls for updates: all of an answer are taken before Telegram is told so, and trouble is waited out and reported."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.clock import Clock
from bot.errors import StoreError
from bot.failpoints import Point, reach
from bot.observing import Observe
from bot.platforms.telegram.api import Api
from bot.platforms.telegram.classify import reason, seconds
from bot.platforms.telegram.timing import TIMING, Timing
from bot.waiting import unless

T = TypeVar("T")
RawUpdate = Mapping[str, Any]
Trouble = TelegramError | StoreError


class Poller:
    """A loop of long polls; the offset moves past an update only once `take` has returned."""

    def __init__(self, api: Api, clock: Clock, observe: Observe, timing: Timing = TIMING) -> None:
        self._api = api
        self._timing = timing
        self._clock = clock
        self._observe = observe
        self._offset: int | None = None
        self._has_taken = False
        self.trouble: str | None = None
        """Why polling fails at present; None while it works."""

    async def run(self, take: Callable[[Sequence[RawUpdate]], Awaitable[bool]], stop: asyncio.Event) -> None:
        """Poll until `stop` is set; a poll under way is dropped, and Telegram gives what it would have brought later.

        `take` says whether it has taken all updates of an answer.
        """
        while not stop.is_set():
            updates = await self.insist(self._poll, stop)
            if updates and await take(updates):
                self._offset = updates[-1]["update_id"] + 1
                self._has_taken = True

    async def _poll(self) -> Sequence[RawUpdate]:
        """The next updates; by asking for them Telegram is told that those before them are taken."""
        updates = await self._api.updates(self._offset)
        if self._has_taken:
            reach(Point.OFFSET_ADVANCED)
            self._has_taken = False
        return updates

    async def insist(self, attempt: Callable[[], Awaitable[T]], stop: asyncio.Event) -> T | None:
        """Try until it works, with growing pauses while Telegram or the store is away; None once `stop` is set."""
        failures = 0
        while not stop.is_set():
            try:
                result = await unless(stop, attempt())
            except (TelegramError, StoreError) as error:
                failures += 1
                await self._clock.wait(stop, self._paused(error, failures))
            else:
                self._recovered()
                return result
        return None

    def _paused(self, error: Trouble, failures: int) -> float:
        """How long to wait; told are the first failure, the second, the fourth, the eighth and so on."""
        wait = pause(error, failures, self._timing)
        self.trouble = reason(error) if isinstance(error, TelegramError) else str(error)
        if failures & (failures - 1) == 0:
            self._observe(trouble_event(error), {"error": self.trouble, "failures": failures, "retry_in": wait})
        return wait

    def _recovered(self) -> None:
        if self.trouble is not None:
            self.trouble = None
            self._observe("telegram_recovered", {})


def pause(error: Trouble, failures: int, timing: Timing = TIMING) -> float:
    """Seconds to wait after so many failures in a row: as told, else doubling up to a limit."""
    if isinstance(error, RetryAfter):
        return seconds(error.retry_after)
    limit = timing.longest_pause_without_token if isinstance(error, InvalidToken) else timing.longest_pause
    return min(limit, 2.0 ** min(failures - 1, 16))


def trouble_event(error: Trouble) -> str:
    """What an operator should hear: what only they can change, apart from what heals."""
    match error:
        case InvalidToken():
            return "telegram_token_refused"
        case Conflict():
            return "telegram_polled_elsewhere"
        case StoreError():
            return "telegram_updates_not_stored"
        case _:
            return "telegram_unreachable"
