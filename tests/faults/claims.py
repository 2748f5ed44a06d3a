"""Whether each message that is sent was claimed before: on disk, where another process can see it."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from bot.store.engine import Store
from bot.store.tables import delivery
from tests.faults.side import key_of, numbers_in


class Claims:
    """Looks into the store at each request that makes a message: as many claims are there as requests were made.

    The state then says less: on a busy machine a request may come after the bot gave up waiting for its answer.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._requests: Counter[str] = Counter()
        self.missing: list[str] = []
        """What was being sent without a claim."""

    async def see(self, platform: str, arguments: Mapping[str, Any]) -> None:
        """A message is being sent."""
        for number in numbers_in([str(arguments.get("text", ""))]):
            key = key_of(platform, number)
            self._requests[key] += 1
            requests, claims = self._requests[key], await asyncio.to_thread(self._claims, key)
            if requests > claims:
                self.missing.append(f"{key} was sent {requests} times, claimed {claims}")

    def _claims(self, key: str) -> int:
        with self._store.read() as connection:
            return int(connection.scalar(select(delivery.c.claims).where(delivery.c.key == key)) or 0)
