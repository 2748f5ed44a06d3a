"""Telegram's side of a run: private chats and basic groups, which share their numbers, supergroups and a channel."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from random import Random

from bot.delivery.delivery import Call
from bot.sandbox.telegram.faults import LATEST
from bot.sandbox.telegram.stand_in import PERSON, TelegramStandIn
from tests.faults.side import WORDS, numbers_in
from tests.faults.weather import Weather
from tests.faults.wire import Sent, Wire
from tests.stories.process import TOKENS

PRIVATE, GROUP, SUPERGROUP = 10_000, -10_000, -1_001_000_000_000


class TelegramSide:
    """The stand-in for Telegram behind a wire."""

    name = "telegram"
    unit = LATEST
    sending = "sendMessage"

    def __init__(self, stand_in: TelegramStandIn, wire: Wire, chats: int) -> None:
        self.stand_in = stand_in
        self.wire = wire
        self.posted: Counter[int] = Counter()
        self._seen: dict[int, int] = {}
        self.chats: Sequence[str] = [str(chat_of(at)) for at in range(chats)]
        for at, chat in enumerate(self.chats):
            stand_in.chats.add(int(chat), "channel" if at == 0 else None)
        stand_in.on_change(self._changed)

    def call(self, chat: str, number: int) -> Call:
        """Some with entities, a preview and buttons, as digests have them."""
        arguments = {"chat_id": int(chat), "text": f"<b>Delivery</b> [{number:06}]\n{WORDS.replace('&', '&amp;')}"}
        rich = {
            "link_preview_options": {"is_disabled": True},
            "reply_markup": {"inline_keyboard": [[{"text": "More", "callback_data": "latest"}]]},
        }
        return Call(self.sending, {**arguments, "parse_mode": "HTML", **(rich if number % 3 == 0 else {})})

    async def greet(self) -> None:
        """A first number of each chat, as there is where a bot was ever spoken to or let in."""
        for chat in self.chats:
            await self.stand_in.say(int(chat), "hello")

    def is_heard(self) -> bool:
        """Whether the bot has taken all updates."""
        return not self.stand_in.pending

    def disturb(self, weather: Weather | None) -> None:
        """All calls but the polls."""
        self.stand_in.disturb(weather)

    async def block(self, chat: str) -> None:
        """The bot is told so, as it is by Telegram."""
        await self.stand_in.block(int(chat))

    async def chatter(self, random: Random) -> None:
        """Half of what people write in groups the bot does not hear of: its privacy mode; the numbers it takes up."""
        chat = int(random.choice(self.chats[1:]))
        if random.random() < 0.5 or chat > 0:
            await self.stand_in.say(chat, "interesting")
        else:
            room = self.stand_in.chats.get(chat)
            self.stand_in.chats.post(room, {"text": "indeed"}, None, PERSON)

    def left(self, chat: str) -> list[int]:
        """Which deliveries stand in a chat, in order."""
        return numbers_in([message.get("text", "") for message in self.stand_in.messages(int(chat))])

    def _changed(self, chat: int) -> None:
        messages = self.stand_in.chats.get(chat).messages
        last = next(reversed(messages), 0)
        # Edits and deletions are told as well, and make no new message.
        if last > self._seen.get(chat, 0):
            self._seen[chat] = last
            self.posted.update(numbers_in([messages[last].get("text", "")]))


def chat_of(at: int) -> int:
    """The first is the channel; of the others two in five are private, one a basic group, two are supergroups."""
    match at % 5:
        case 1 | 2 if at:
            return PRIVATE + at
        case 3:
            return GROUP - at
        case _:
            return SUPERGROUP - at


@asynccontextmanager
async def telegram_side(chats: int, seed: int, sent: Sent) -> AsyncIterator[TelegramSide]:
    """A Telegram with so many chats."""
    async with (
        TelegramStandIn(TOKENS["HEATWIRE_TELEGRAM_TOKEN"]) as stand_in,
        Wire("telegram", stand_in.url, TelegramSide.sending, "chat_id", seed, sent) as wire,
    ):
        yield TelegramSide(stand_in, wire, chats)
