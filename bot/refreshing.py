"""Keeps the newsroom up to date with its archive; what cannot be read is said once, not at every look."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import timedelta

from bot.clock import Clock
from bot.supervision import Observe
from digests.article import Problem
from digests.index import Refreshed

NAMED = 20
"""Unreadable files named in the log after one look; of more, only how many there are."""
NOT_BELIEVED = "so many files are gone that the look is not believed"


class Refreshing:
    """Looks at the archive every so often."""

    def __init__(
        self, refresh: Callable[[], Refreshed], *, every: Callable[[], timedelta], clock: Clock, observe: Observe
    ) -> None:
        self._refresh = refresh
        self._every = every
        self._clock = clock
        self._observe = observe
        self._problems: frozenset[Problem] = frozenset()
        self._trouble: str | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Look now and then every so often, until `stop`; trouble (a folder that is away, git's) is tried again."""
        while not stop.is_set():
            try:
                refreshed = await asyncio.to_thread(self._refresh)
            except Exception as error:  # noqa: BLE001 - the last line of the loop: readers keep what was read before
                self._tell_trouble(f"{type(error).__name__}: {error}")
            else:
                self._tell(refreshed)
            await self._clock.wait(stop, self._every().total_seconds())

    def _tell(self, refreshed: Refreshed) -> None:
        self._tell_trouble(NOT_BELIEVED if refreshed.held else None)
        if refreshed.read or refreshed.gone:
            self._observe("archive_refreshed", {"read": refreshed.read, "gone": refreshed.gone})
        problems = frozenset(refreshed.problems)
        self._tell_problems(sorted(problems - self._problems, key=str))
        self._problems = problems

    def _tell_problems(self, problems: Iterable[Problem]) -> None:
        problems = tuple(problems)
        for problem in problems[:NAMED]:
            self._observe("article_unreadable", {"file": problem.file, "line": problem.line, "reason": problem.reason})
        if len(problems) > NAMED:
            self._observe("articles_unreadable", {"more": len(problems) - NAMED})

    def _tell_trouble(self, trouble: str | None) -> None:
        """Said when it begins, when it changes and when it is over."""
        if trouble == self._trouble:
            return
        self._trouble = trouble
        if trouble is None:
            self._observe("archive_readable_again", {})
        else:
            self._observe("archive_failed", {"error": trouble})
