"""A running bot and its configuration: what an admin saves is taken over, what is broken is told once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from bot.clock import Clock
from bot.errors import SettingsError
from bot.settings.differences import differences
from bot.settings.loading import load_text, read_text
from bot.settings.secrets import fingerprint
from bot.settings.settings import Settings

EVERY = 1.0
"""Seconds between two looks at the files; a change is taken over at the second look that finds it the same, so that a
file being written is not read in half."""

Apply = Callable[[Settings, tuple[str, ...]], Awaitable[None]]
"""Takes the new settings over; is told the differences in plain words."""

Report = Callable[[SettingsError], None]
"""Tells that the file is broken: once for each state of it."""


class Follower:
    """Follows a configuration file, and the files of the secrets that the environment names.

    They are followed by their content, so that they may be edited, replaced, linked elsewhere, and gone for a while.
    """

    def __init__(
        self,
        path: Path,
        environ: Mapping[str, str],
        current: Settings,
        clock: Clock,
        report: Report,
        *,
        every: float = EVERY,
    ) -> None:
        """`every`: seconds between two looks."""
        self._path = path
        self._environ = environ
        self._clock = clock
        self._report = report
        self._current = current
        self._seen: str | None = None
        self._handled: str | None = None
        self._every = every

    @property
    def current(self) -> Settings:
        """What was taken over last; a broken file changes nothing about it."""
        return self._current

    async def run(self, stop: asyncio.Event, apply: Apply) -> None:
        """Look until told to stop; what `apply` raises ends the loop, and the same content is not tried again."""
        while not await self._clock.wait(stop, self._every):
            await self._look(apply)

    async def _look(self, apply: Apply) -> None:
        try:
            text = read_text(self._path)
        except SettingsError as error:
            if self._stands(f"cannot be read: {error}"):
                self._report(error)
            return
        if self._stands(f"content: {fingerprint(self._environ)} {text}"):
            await self._take_over(text, apply)

    def _stands(self, state: str) -> bool:
        """Whether the file has been in this state for two looks, and it is a new one."""
        still, self._seen = state == self._seen, state
        if not still or state == self._handled:
            return False
        self._handled = state
        return True

    async def _take_over(self, text: str, apply: Apply) -> None:
        try:
            new = load_text(text, self._path, self._environ)
        except SettingsError as error:
            self._report(error)
            return
        if new != self._current:
            await apply(new, differences(self._current, new, self._clock.now()))
            self._current = new
