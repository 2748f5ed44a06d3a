"""Whether each message that is sent was claimed before: on disk, where another process can see it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from bot.delivery.rows import State
from bot.store.engine import Store
from bot.store.tables import delivery
from tests.faults.side import key_of, numbers_in

CLAIMED = frozenset({State.SENDING, State.UNCERTAIN})
"""A request that took so long that it was given up before we came to look had been claimed as well."""


class Claims:
    """Looks into the store at each request that makes a message."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.missing: list[str] = []
        """What was being sent without a claim."""

    async def see(self, platform: str, arguments: Mapping[str, Any]) -> None:
        """A message is being sent."""
        for number in numbers_in([str(arguments.get("text", ""))]):
            key = key_of(platform, number)
            state = await asyncio.to_thread(self._state, key)
            if state not in CLAIMED:
                self.missing.append(f"{key} is {state}")

    def _state(self, key: str) -> str | None:
        with self._store.read() as connection:
            return connection.scalar(select(delivery.c.state).where(delivery.c.key == key))
