"""The requests of one look-up: one after the other, no faster than the chat allows, and not for ever."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from telegram.error import TelegramError, TimedOut

from bot.clock import Clock
from bot.delivery.delivery import Call
from bot.platforms.telegram.asking import Asker
from bot.platforms.telegram.payload import EDITABLE
from bot.platforms.telegram.probing import Sight, sight
from bot.platforms.telegram.rooms import Room
from bot.platforms.telegram.timing import Timing

CONTENT = EDITABLE | {"reply_markup"}
"""What an edit takes of a call that sends: all that is to be seen of the message."""


class Inquiry:
    """Calls about the messages of one chat; TelegramError where an answer says nothing of them."""

    def __init__(self, asker: Asker, room: Room, clock: Clock, timing: Timing) -> None:
        self._asker = asker
        self._room = room
        self._clock = clock
        self._pace = timing.pace if room.is_private else timing.group_pace
        self._deadline = clock.now() + timedelta(seconds=timing.look_up)
        self._never = asyncio.Event()
        self._asked = False

    async def probe(self, number: int) -> Sight:
        """What there is under the number; leaves every text as it is, whoever's it is.

        It would take a picture's caption away, so it is not for where the bot may edit others' posts.
        """
        return await self.look("editMessageCaption", chat_id=self._room.address, message_id=number, caption="")

    async def make(self, number: int, call: Call) -> Sight:
        """Have a text of the bot's own say what the call sends: SAME where it did before, TAKEN where it may not have.

        Where an answer got lost on the way, "not modified" may be what the lost one's edit has done.
        """
        content = {name: value for name, value in call.arguments.items() if name in CONTENT}
        lost = self._asker.lost
        seen = await self.look("editMessageText", chat_id=self._room.address, message_id=number, **content)
        return Sight.TAKEN if seen is Sight.SAME and self._asker.lost > lost else seen

    async def mark(self, number: int, markup: Any, *, at_once: bool = False) -> Mapping[str, Any] | Sight:
        """Put buttons (None: none) under a text of the bot's own; the message, where the answer shows it.

        `at_once`: also where the time is up, since buttons that were put there for a moment have to go.
        """
        arguments = {} if markup is None else {"reply_markup": markup}
        ask = self.ask_at_once if at_once else self.ask
        try:
            shown = await ask("editMessageReplyMarkup", chat_id=self._room.address, message_id=number, **arguments)
        except TelegramError as error:
            return understood(error)
        return shown if isinstance(shown, Mapping) else Sight.TAKEN

    async def remove(self, number: int) -> bool:
        """Delete the message; False where it was gone."""
        seen = await self.look("deleteMessage", chat_id=self._room.address, message_id=number)
        return seen is Sight.TAKEN

    async def look(self, method: str, **arguments: Any) -> Sight:
        """What the answer to a call says of the message that it is about."""
        try:
            await self.ask(method, **arguments)
        except TelegramError as error:
            return understood(error)
        return Sight.TAKEN

    async def ask(self, method: str, **arguments: Any) -> Any:
        """The result of a call that counts as a message does."""
        if self._asked:
            await self._clock.wait(self._never, self._pace)
        self._asked = True
        if self._clock.now() > self._deadline:
            raise TimedOut("not all could be asked in time")
        return await self.ask_at_once(method, **arguments)

    async def ask_at_once(self, method: str, **arguments: Any) -> Any:
        """The result of a call that no limit counts."""
        return await self._asker.ask(method, arguments)


def understood(error: TelegramError) -> Sight:
    """What the refusal says of the message; raises the error where that is nothing."""
    seen = sight(error)
    if seen is None:
        raise error
    return seen
