"""The queue of updates that a bot polls, as the Bot API keeps it: one poller, and only an offset takes away."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.sandbox.telegram.refusals import RefusedError
from bot.sandbox.telegram.requests import Arguments, integer

LONGEST_POLL = 50
MOST_UPDATES = 100
FIRST_UPDATE = 1000

TAKEN_OVER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"

Update = Mapping[str, Any]


class Updates:
    """What happened and was not taken yet."""

    def __init__(self, given: Callable[[Update], None] = lambda _: None) -> None:
        """`given` is called with each update that a poll is answered with."""
        self.pending: list[Update] = []
        self.news = asyncio.Event()
        """Set whenever something comes in."""
        self.allowed: frozenset[str] = frozenset()
        """Kinds that the bot asked for; all where it did not say."""
        self._given = given
        self._taken: deque[Update] = deque(maxlen=MOST_UPDATES)
        self._next = FIRST_UPDATE
        self._poll: asyncio.Future[bool] | None = None

    def push(self, kind: str, content: Mapping[str, Any]) -> int:
        """Something happened; its number."""
        number, self._next = self._next, self._next + 1
        if not self.allowed or kind in self.allowed:
            self.put({"update_id": number, kind: content})
        return number

    def put(self, update: Update) -> None:
        """An update in any form, to be given out as it is."""
        self.pending.append(update)
        self.news.set()
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(True)

    def drop(self, taken: Callable[[Update], bool] = lambda _: True) -> None:
        """Take away all that are so."""
        self._taken.extend(update for update in self.pending if taken(update))
        self.pending = [update for update in self.pending if not taken(update)]

    def allow(self, arguments: Arguments) -> None:
        """Note which kinds are asked for from now on; where nothing is said it stays as it is."""
        allowed: Iterable[str] | None = arguments.get("allowed_updates")
        if allowed is not None:
            self.allowed = frozenset(allowed)

    async def take(self, arguments: Arguments, webhook: str, *, again: bool = False) -> list[Update]:
        """A poll: what is pending from the offset on, or, after waiting as long as asked, nothing.

        Args:
            arguments: Those of `getUpdates`.
            webhook: The address that is set; empty for none.
            again: Whether what was taken before is given out once more.

        Raises:
            RefusedError: 409, where a webhook is set or another poll came in meanwhile.
        """
        if webhook:
            raise RefusedError(409, WEBHOOK)
        self.end_poll()
        before = tuple(self._taken) if again else ()
        self._confirm(integer(arguments, "offset"))
        self.allow(arguments)
        if not self.pending and not before:
            await self._wait(min(integer(arguments, "timeout"), LONGEST_POLL))
        limit = min(integer(arguments, "limit") or MOST_UPDATES, MOST_UPDATES)
        found = [*before, *self.pending][:limit]
        for update in found:
            self._given(update)
        return found

    def end_poll(self) -> None:
        """Let a poll that waits be refused."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(False)

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            kept = {id(update) for update in self.pending[offset:]}
            self.drop(lambda update: id(update) not in kept)
        else:
            self.drop(lambda update: update["update_id"] < offset)

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


def kind_of(update: Update) -> str:
    """What an update is, such as `message` or `callback_query`."""
    return next((name for name in update if name != "update_id"), "")
