"""Goes through the numbers that a delivery's message can have: for the message itself, or for copies too many."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from telegram.error import TelegramError

from bot.delivery.delivery import Call
from bot.delivery.doubt import Absent, Finding, Found, Later, Sweeping, Swept, Unknowable
from bot.delivery.outcome import Sighting
from bot.platforms.telegram.inquiry import Inquiry
from bot.platforms.telegram.probing import Sight
from bot.platforms.telegram.reading import Reader, Reading
from bot.platforms.telegram.rooms import Room
from bot.platforms.telegram.topics import is_in_topic


@dataclass(frozen=True, slots=True)
class Search:
    """One look-up; its questions raise TelegramError where they are not answered."""

    room: Room
    inquiry: Inquiry
    reader: Reader
    numbers: tuple[int, ...]
    """Those in question, ascending."""
    limitation: Later | Unknowable | None = None
    """Why the message may have another number than these; None where it surely has not."""

    async def find(self, call: Call) -> Finding:
        """The message that the call sends.

        What a text of the bot's own says can in most chats be found out in one way only: have it say what the call
        sends. "Not modified" means that it did. Else it was a stray, which the edit has just made the message: so
        there is one, unless a later number shows that there was one already, and then the stray is deleted. What
        stands in another topic is left alone: no edit can make that the message.

        Should that be broken off in between, the next look-up takes the made one for the message, and the other is
        left to the sweep after the delivery that the stray was a copy of.
        """
        made: list[int] = []
        for number in self.numbers:
            seen = await self._made(number, call)
            if seen is Sight.SAME:
                return await self._one(number, made)
            if seen is Sight.TAKEN:
                made.append(number)
        if made:
            return await self._one(made[0], made[1:])
        return self.limitation or Absent()

    async def sweep(self, call: Call, kept: int | None) -> Sweeping:
        """Delete the copies of what the call sends, but the one that is kept.

        Where nobody can read what they say, all unknown texts of the bot's own are deleted. What was confirmed is
        known, so these are strays, be it of other deliveries; or one is a delivery's that has yet to be looked for: a
        digest's is then found to be missing, and sent again. A reply's is lost, as unclear replies may be. Those in
        other topics are left to the sweeps of what was sent there.
        """
        removed = 0
        for number in self.numbers:
            if number == kept or await self.reader.read(number) is Reading.OTHER:
                continue
            if await self._stands_in_topic(number, call):
                removed += await self.inquiry.remove(number)
        return self.limitation or Swept(removed)

    async def _made(self, number: int, call: Call) -> Sight:
        """What there is under the number; TAKEN where it has just been made the message."""
        reading = await self.reader.read(number)
        if reading is Reading.OTHER or not await self._stands_in_topic(number, call):
            return Sight.FOREIGN
        return Sight.SAME if reading is Reading.SAME else await self.inquiry.make(number, call)

    async def _stands_in_topic(self, number: int, call: Call) -> bool:
        has_topics = self.room.is_forum or "message_thread_id" in call.arguments
        return not has_topics or await is_in_topic(self.inquiry, number, call)

    async def _one(self, number: int, others: Iterable[int]) -> Found:
        for other in others:
            # A copy that cannot be deleted now is left to a sweep: the message is found all the same.
            with suppress(TelegramError):
                await self.inquiry.remove(other)
        return Found({"message_id": number}, Sighting(self.room.sequence, number))
