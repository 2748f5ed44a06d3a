"""Understands the updates of one answer, has them stored, and only then lets Telegram forget them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import Update
from telegram.error import TelegramError

from bot.delivery.outcome import Sighting
from bot.observing import Observe
from bot.platforms.telegram.api import Api
from bot.platforms.telegram.classify import reason
from bot.platforms.telegram.updates import Identity, event, shown
from bot.receiving.received import Received, Receiver

SPINNER_SECONDS = 5.0
"""How long telling a client that its press was heard may take: nothing depends on it."""

RawUpdate = Mapping[str, Any]
Insist = Callable[[Callable[[], Awaitable[bool]]], Awaitable[bool | None]]
"""Tries something until it works; None where the service ends first."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What a number of updates say to us."""

    received: Sequence[Received]
    sightings: Sequence[Sighting]
    presses: Sequence[str]
    """The queries of buttons that were pressed, each of which the client shows as being worked on."""


class Inbox:
    """What comes in for one bot account."""

    def __init__(self, api: Api, identity: Identity, receive: Receiver, observe: Observe) -> None:
        self._api = api
        self._identity = identity
        self._receive = receive
        self._observe = observe
        self._spinners: set[asyncio.Task[None]] = set()

    async def take(self, updates: Sequence[RawUpdate], insist: Insist) -> bool:
        """Have the updates stored, all or none; True once it is safe to tell Telegram so."""
        understood = self._understood(updates)

        async def store() -> bool:
            await self._receive(understood.received, understood.sightings)
            return True

        if not await insist(store):
            return False
        for query in understood.presses:
            self._stop_spinner(query)
        return True

    async def close(self) -> None:
        """Drop what is still under way beside the loop."""
        for spinner in self._spinners:
            spinner.cancel()
        await asyncio.gather(*self._spinners, return_exceptions=True)

    def _understood(self, updates: Sequence[RawUpdate]) -> Understood:
        readings = [self._reading(raw) for raw in updates]
        return Understood(
            received=[received for received, _ in readings if received is not None],
            sightings=[number for raw in updates for number in shown(raw)],
            presses=[press for _, press in readings if press is not None],
        )

    def _reading(self, raw: RawUpdate) -> tuple[Received | None, str | None]:
        """What an update says, and the press that it tells of."""
        try:
            update = Update.de_json(dict(raw), None)
            found = event(update, self._identity)
        # The last line for an update: one that cannot be read must not hold up those around it.
        except Exception as error:  # noqa: BLE001
            self._observe("telegram_update_unreadable", {"update": raw["update_id"], "error": type(error).__name__})
            return None, None
        query = update.callback_query
        received = None if found is None else Received(f"telegram/{update.update_id}", found)
        return received, None if query is None else query.id

    def _stop_spinner(self, query: str) -> None:
        """Let the client stop showing that the button is being worked on, beside the loop."""
        spinner = asyncio.create_task(self._acknowledge(query))
        self._spinners.add(spinner)
        spinner.add_done_callback(self._spinners.discard)

    async def _acknowledge(self, query: str) -> None:
        try:
            await self._api.call("answerCallbackQuery", {"callback_query_id": query}, seconds=SPINNER_SECONDS)
        except TelegramError as error:
            self._observe("telegram_press_not_acknowledged", {"error": reason(error)})
