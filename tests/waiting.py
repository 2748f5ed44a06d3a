"""Waiting for what another process, a thread or a library does, and sets no event for."""

import asyncio
from collections.abc import Callable

STEP = 0.002
"""Seconds between looks."""

PATIENCE = 60.0
"""Real seconds until what a test waits for counts as never coming: a machine may be busy with anything."""


async def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until the condition holds; TimeoutError after so long."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(STEP)
