"""The queue of updates that a bot polls, as the Bot API keeps it: one poller, and only an offset takes away."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from bot.sandbox.telegram.chats import RefusedError

LONGEST_POLL = 50
MOST_UPDATES = 100
FIRST_UPDATE = 1000

TAKEN_OVER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


class Updates:
    """What happened and was not taken yet."""

    def __init__(self) -> None:
        self.pending: list[Mapping[str, Any]] = []
        self._next = FIRST_UPDATE
        self._allowed: frozenset[str] = frozenset()
        self._poll: asyncio.Future[bool] | None = None

    def push(self, kind: str, content: Mapping[str, Any]) -> int:
        """Something happened; its number."""
        number, self._next = self._next, self._next + 1
        if not self._allowed or kind in self._allowed:
            self.pending.append({"update_id": number, kind: content})
            self._wake()
        return number

    def put(self, update: Mapping[str, Any]) -> None:
        """An update in any form, to be given out as it is."""
        self.pending.append(update)
        self._wake()

    async def take(self, arguments: Mapping[str, Any], webhook: str) -> list[Mapping[str, Any]]:
        """A poll: what is pending from the offset on, or, after waiting as long as asked, nothing.

        Raises:
            RefusedError: 409, where a webhook is set or another poll came in meanwhile.
        """
        if webhook:
            raise RefusedError(409, WEBHOOK)
        self._end_poll()
        self._remember(arguments)
        limit = min(int(arguments.get("limit") or MOST_UPDATES), MOST_UPDATES)
        if not self.pending:
            await self._wait(min(float(arguments.get("timeout") or 0), LONGEST_POLL))
        return self.pending[:limit]

    def _remember(self, arguments: Mapping[str, Any]) -> None:
        offset = int(arguments.get("offset") or 0)
        if offset < 0:
            self.pending = self.pending[offset:]
        else:
            self.pending = [one for one in self.pending if one["update_id"] >= offset]
        allowed: Iterable[str] | None = arguments.get("allowed_updates")
        if allowed is not None:
            self._allowed = frozenset(allowed)

    async def _wait(self, seconds: float) -> None:
        poll = self._poll = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                if not await poll:
                    raise RefusedError(409, TAKEN_OVER)
        except TimeoutError:
            return
        finally:
            if self._poll is poll:
                self._poll = None

    def _wake(self) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(True)

    def _end_poll(self) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(False)
