"""Puts questions to the Bot API: what is asked twice is one question still, so a lost answer is asked for again."""

import asyncio
from collections.abc import Mapping
from typing import Any

from telegram.error import RetryAfter, TelegramError

from bot.clock import Clock
from bot.delivery.doubt import Unknowable
from bot.platforms.telegram.api import Api
from bot.platforms.telegram.classify import seconds
from bot.platforms.telegram.probing import sight, stumped
from bot.platforms.telegram.timing import Timing

TRIES = 5
"""For the answer to one question."""


class Asker:
    """Insists on answers, in bounded time, for one look-up."""

    def __init__(self, api: Api, clock: Clock, timing: Timing) -> None:
        self._api = api
        self._clock = clock
        self._timing = timing
        self._never = asyncio.Event()
        self.lost = 0
        """Answers so far that got lost, so that nobody knows whether the call was carried out."""

    async def ask(self, method: str, arguments: Mapping[str, Any]) -> Any:
        """The result of a call that may be made again; TelegramError where it is refused, or trouble does not end."""
        for _ in range(TRIES - 1):
            try:
                return await self._api.call(method, arguments, seconds=self._timing.probe)
            except TelegramError as error:
                await self._pause(error)
        return await self._api.call(method, arguments, seconds=self._timing.probe)

    async def _pause(self, error: TelegramError) -> None:
        """Wait until it is worth asking once more; raises the error where it is not, or too long to sit there for."""
        if isinstance(error, RetryAfter) and seconds(error.retry_after) <= self._timing.hold:
            await self._clock.wait(self._never, seconds(error.retry_after))
        elif isinstance(error, RetryAfter) or sight(error) is not None or isinstance(stumped(error), Unknowable):
            raise error
        else:
            self.lost += 1
            await self._clock.wait(self._never, self._timing.retry)
