"""Reads the messages of a chat as far as a bot can, and leaves them as they are."""

from enum import Enum

from bot.delivery.delivery import Call
from bot.platforms.telegram.inquiry import Inquiry
from bot.platforms.telegram.log_chat import LogChat, Words, came_from, said
from bot.platforms.telegram.probing import Sight
from bot.platforms.telegram.rooms import Room


class Reading(Enum):
    """What a message is to whoever looks for a delivery."""

    OTHER = "somebody else's, or it says something else, or there is none"
    OWN = "a text of the bot's own, of which nobody can read what it says"
    SAME = "a text that says what the delivery says"


class Reader:
    """Reads for one delivery: by what refusals say, and in the log chat where there is one."""

    def __init__(self, inquiry: Inquiry, room: Room, call: Call, log_chat: LogChat | None) -> None:
        """Where the bot may edit others' posts there has to be a log chat."""
        self._inquiry = inquiry
        self._room = room
        self._call = call
        self._log_chat = log_chat
        self._meant: Words | None = None

    async def read(self, number: int) -> Reading:
        """What there is under the number; TelegramError where Telegram does not tell."""
        if not self._room.edits_others and await self._inquiry.probe(number) is not Sight.OWN_TEXT:
            return Reading.OTHER
        return Reading.OWN if self._log_chat is None else await self._compared(self._log_chat, number)

    async def _compared(self, log_chat: LogChat, number: int) -> Reading:
        shown = await log_chat.shown(self._room, number)
        if shown is Sight.FOREIGN and not self._room.edits_others:
            return Reading.OWN  # the chat does not let its messages be passed on
        if isinstance(shown, Sight) or (self._room.edits_others and not came_from(shown, self._room, number)):
            return Reading.OTHER
        if self._meant is None:
            self._meant = await log_chat.meant(self._call)
        return Reading.SAME if said(shown) == self._meant else Reading.OTHER
