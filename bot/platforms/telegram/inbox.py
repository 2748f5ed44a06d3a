"""Takes one update after another: understands it, hands it on, and insists while the bot is briefly unable."""

import asyncio
from collections.abc import Mapping
from typing import Any

from telegram import Update
from telegram.error import TelegramError

from bot.chat_events import Noted
from bot.clock import Clock
from bot.command import Answerer, Command
from bot.observing import Observe
from bot.platforms.telegram.api import Api
from bot.platforms.telegram.classify import reason
from bot.platforms.telegram.updates import Event, Identity, event

ATTEMPTS = 3
"""How often a command is offered before it is given up: the store may be away for a moment."""

SPINNER_SECONDS = 5.0
"""How long telling a client that its press was heard may take: nothing depends on it."""

"""What is told of a chat that moved, shut the bot out or let it in."""


class Inbox:
    """What comes in for one bot account; in order, one at a time."""

    def __init__(
        self, api: Api, identity: Identity, clock: Clock, answer: Answerer, noted: Noted | None, observe: Observe
    ) -> None:
        self._api = api
        self._identity = identity
        self._clock = clock
        self._answer = answer
        self._noted = noted
        self._observe = observe
        self._spinners: set[asyncio.Task[None]] = set()

    async def take(self, raw: Mapping[str, Any], stop: asyncio.Event) -> None:
        """Have the update answered or noted; returns once it is safe to tell Telegram so."""
        try:
            update = Update.de_json(dict(raw), None)
            found = event(update, self._identity)
        # The last line of the loop: an update that cannot be read must not hold up those behind it.
        except Exception as error:  # noqa: BLE001
            self._observe("telegram_update_unreadable", {"update": raw["update_id"], "error": type(error).__name__})
            return
        if found is not None:
            await self._hand_on(found, stop)
        if update.callback_query is not None:
            self._stop_spinner(update.callback_query.id)

    async def close(self) -> None:
        """Drop what is still under way beside the loop."""
        for spinner in self._spinners:
            spinner.cancel()
        await asyncio.gather(*self._spinners, return_exceptions=True)

    async def _hand_on(self, found: Event, stop: asyncio.Event) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await self._act(found)
            # The last line of the loop: whatever is wrong with one command, the next may be right.
            except Exception as error:  # noqa: BLE001
                fields = {"kind": type(found).__name__, "attempt": attempt, "error": repr(error)}
                self._observe("telegram_update_failed", fields)
            if attempt < ATTEMPTS and await self._clock.wait(stop, float(attempt)):
                return None
        return None

    async def _act(self, found: Event) -> None:
        if isinstance(found, Command):
            await self._answer(found)
        elif self._noted is not None:
            await self._noted(found)

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
