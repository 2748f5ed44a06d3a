"""The service under its configuration, as that is edited: a valid edit replaces what runs, a broken one nothing."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bot.app import Surroundings, opened_service
from bot.errors import BotError, SettingsError
from bot.failpoints import Point, reach
from bot.settings.following import Follower
from bot.settings.settings import Settings
from bot.supervision import keep
from digests.errors import NewsError


class Server:
    """Runs the service, and follows its configuration file.

    A change replaces the whole service rather than parts of it: what has to survive is in the store anyway, and there
    is one way for every setting to take effect. Where the new service cannot be opened, the old one runs on.
    """

    def __init__(self, path: Path, environ: Mapping[str, str], settings: Settings, around: Surroundings) -> None:
        self._around = around
        self._wanted = settings
        self._served: Settings | None = None
        self._replace = asyncio.Event()
        self._follower = Follower(path, environ, settings, around.clock, self._report, every=around.timings.following)

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop`; BotError or NewsError where the first configuration cannot be served."""
        following = keep("configuration", self._follow, stop, clock=self._around.clock, observe=self._around.observe)
        async with _beside(following), _beside(self._pass_on(stop)):
            # What ends without anything else being wanted was told to: by a signal, or by `quit` at the console.
            while not stop.is_set() and self._wanted is not self._served:
                self._replace = asyncio.Event()
                await self._serve(self._wanted, stop)

    async def _serve(self, settings: Settings, stop: asyncio.Event) -> None:
        try:
            async with opened_service(settings, self._around) as service:
                self._served = settings
                self._around.observe("service_started", {"digests": list(settings.digests)})
                await service.run(self._replace, hurry=stop)
        except (BotError, NewsError) as error:
            if self._served is None or self._served is settings:
                raise
            self._around.observe("configuration_failed", {"error": str(error)})
            self._wanted, self._served = self._served, None
        else:
            self._around.observe("service_stopped", {})

    async def _follow(self, stop: asyncio.Event) -> None:
        await self._follower.run(stop, self._apply)

    async def _apply(self, new: Settings, differences: tuple[str, ...]) -> None:
        self._around.protect(new.secrets)
        for difference in differences:
            self._around.observe("configuration_changed", {"change": difference})
        self._wanted = new
        reach(Point.CONFIGURATION_SWAPPED)
        self._replace.set()

    async def _pass_on(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._replace.set()

    def _report(self, error: SettingsError) -> None:
        for problem in error.problems:
            self._around.observe("configuration_rejected", {"problem": str(problem)})


@asynccontextmanager
async def _beside(work: Coroutine[object, object, None]) -> AsyncIterator[None]:
    """Do the work beside the block, and no longer than that."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
