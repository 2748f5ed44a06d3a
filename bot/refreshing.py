"""Keeps the newsroom up to date with its archive; what cannot be read is said once, not at every look."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.durations import duration_text
from bot.observing import Observe
from digests.article import Problem
from digests.indexing.index import Refreshed

NAMED = 20
"""Unreadable files named in the log after one look; of more, only how many there are."""
SOON = 5.0
"""Seconds until the next look where files were too fresh to be read: by then they are whole."""
DOUBTED = timedelta(minutes=30)
"""A disk that is away comes back before that, or is reported as one; what is gone for longer was taken away."""
NOT_BELIEVED = f"so many files are gone that they are kept until they have been for {duration_text(DOUBTED)}"


class Refreshing:
    """Looks at the archive every so often."""

    def __init__(
        self,
        refresh: Callable[[bool], Refreshed],
        *,
        stocked: Callable[[], bool],
        every: timedelta,
        clock: Clock,
        observe: Observe,
    ) -> None:
        """`refresh` looks once, with doubt or without; `stocked` tells whether earlier looks found articles."""
        self._refresh = refresh
        self._stocked = stocked
        self._every = every
        self._clock = clock
        self._observe = observe
        self.tried = asyncio.Event()
        """Set once the first look is over, well or not: before, no question can be answered."""
        self.looked = asyncio.Event()
        """Set once there was a look at the archive, or there is what earlier ones found: who chooses waits for that."""
        self._problems: frozenset[Problem] = frozenset()
        self._trouble: str | None = None
        self._held_since: datetime | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Look now and then every so often, until `stop`; trouble (a folder that is away, git's) is tried again."""
        while not stop.is_set():
            waiting = await self._look(stop)
            self.tried.set()
            every = self._every.total_seconds()
            await self._clock.wait(stop, min(every, SOON) if waiting else every)

    async def _look(self, stop: asyncio.Event) -> int:
        """Look once; answers how many files were too fresh to be read."""
        try:
            refreshed = await asyncio.to_thread(self._refresh, self._is_doubted())
        except Exception as error:  # noqa: BLE001 - the last line of the loop: readers keep what was read before
            if stop.is_set():
                return 0  # the look was broken off, which is no trouble
            self._tell_trouble(f"{type(error).__name__}: {error}")
            if await asyncio.to_thread(self._stocked):
                self.looked.set()
            return 0
        self.looked.set()
        self._tell(refreshed)
        return refreshed.waiting

    def _is_doubted(self) -> bool:
        """Whether it is too early to believe that a large part of the archive is gone."""
        return self._held_since is None or self._clock.now() - self._held_since < DOUBTED

    def _tell(self, refreshed: Refreshed) -> None:
        if not refreshed.held:
            self._held_since = None
        elif self._held_since is None:
            self._held_since = self._clock.now()
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
