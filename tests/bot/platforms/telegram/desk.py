"""Sends as the relay does, keeping what is known of message numbers in a real store, and looks for what got lost."""

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import Any

from aiohttp import ClientSession

from bot.delivery.delivery import Delivery
from bot.delivery.doubt import Doubt, Finding, Found
from bot.delivery.outcome import Sent, Sighting
from bot.delivery.sightings import StoredSightings, last_serial, note
from bot.observing import ignore
from bot.platforms.telegram.api import Api
from bot.platforms.telegram.platform import Telegram
from bot.platforms.telegram.timing import Timing
from bot.platforms.telegram.witness import TelegramWitness
from bot.sandbox.telegram import faults
from bot.sandbox.telegram.faults import Fault
from bot.sandbox.telegram.stand_in import TelegramStandIn
from bot.store.engine import Store
from tests.bot.platforms.telegram.stage import PERSON, TOKEN, sending
from tests.clock import SettableClock

AT_ONCE = Timing(retry=0.0, hold=0.0, pace=0.0, group_pace=0.0, successor=0.0)
LOG = -1_000_000_000_777
SETTLE = timedelta(seconds=60)
TAKEN = faults.close(accepted=True)
"""The call is carried out, and nobody is told."""
NOT_TAKEN = faults.close()
QUESTIONS = frozenset({"editMessageCaption", "editMessageText", "forwardMessage", "deleteMessage"})


@dataclass
class Desk:
    telegram: TelegramStandIn
    session: ClientSession
    store: Store
    clock: SettableClock
    timing: Timing = AT_ONCE
    log_chat: str | None = None

    def __post_init__(self) -> None:
        self._numbers = count(1)
        self.sightings = StoredSightings(self.store)
        self.platform = Telegram(
            TOKEN,
            self.telegram.url,
            session=self.session,
            clock=self.clock,
            receive=_unheard,
            names={},
            descriptions={},
            observe=ignore,
            timing=self.timing,
            sightings=self.sightings,
            log_chat=self.log_chat,
        )

    @property
    def witness(self) -> TelegramWitness:
        return self.platform.witness

    def with_log_chat(self) -> "Desk":
        """The same, with a chat to read messages in."""
        self.telegram.chats.add(LOG, "channel")
        return replace(self, log_chat=str(LOG))

    def claim(self, text: str = "news", chat: int = PERSON, **more: Any) -> Doubt:
        """A second later, a message that is about to be sent, as one that may come into doubt."""
        self.clock.set(self.clock.now() + timedelta(seconds=1))
        with self.store.read() as connection:
            before = last_serial(connection)
        delivery = replace(sending({"text": text, **more}, chat=chat), key=f"edition/{chat}/{next(self._numbers)}")
        return Doubt(delivery, self.clock.now(), before, self.clock.now() + SETTLE)

    async def attempt(self, doubt: Doubt, fault: Fault | None = None) -> int | None:
        """Send it, and know its number; None where nobody is told."""
        if fault is not None:
            self.telegram.fail("sendMessage", fault)
        became = await self.platform.send(doubt.delivery)
        if not isinstance(became, Sent):
            return None
        self.note(became.sighting, doubt)
        return int(became.receipt["message_id"])

    async def confirmed(self, text: str = "before", chat: int = PERSON, **more: Any) -> int:
        """Send, and know it; the number."""
        number = await self.attempt(self.claim(text, chat, **more))
        assert number is not None
        return number

    async def unclear(self, fault: Fault, text: str = "news", chat: int = PERSON, **more: Any) -> Doubt:
        """Send, and hear of it no more."""
        doubt = self.claim(text, chat, **more)
        assert await self.attempt(doubt, fault) is None
        return doubt

    async def stray(self, delivery: Delivery) -> int:
        """A request of the delivery's is carried out that nobody counts on any more; the number."""
        message = await Api(TOKEN, self.telegram.url, self.session).call(delivery.call.method, delivery.call.arguments)
        return int(message["message_id"])

    async def found(self, doubt: Doubt) -> int | Finding:
        """Look for it, and know it if it is found: its number, or what was found instead."""
        finding = await self.witness.find(doubt)
        if not isinstance(finding, Found):
            return finding
        self.note(finding.sighting, doubt)
        return int(finding.receipt["message_id"])

    async def settles(self) -> None:
        """Let the time pass in which Telegram may make up its mind."""
        self.clock.set(self.clock.now() + 2 * SETTLE)

    async def uncrowded(self) -> None:
        """Let the time pass in which others that are in doubt may be found."""
        self.clock.set(self.clock.now() + timedelta(seconds=self.timing.crowd))

    def note(self, sighting: Sighting | None, doubt: Doubt) -> None:
        assert sighting is not None
        with self.store.begin() as connection:
            note(connection, [sighting], self.clock.now(), doubt.since)

    def questions(self) -> list[str]:
        """What was asked and done to find out."""
        return [call.method for call in self.telegram.calls if call.method in QUESTIONS]

    def texts(self, chat: int = PERSON) -> list[str]:
        return [message["text"] for message in self.telegram.history(chat)]


async def _unheard(received: object, sightings: object = ()) -> None:
    """Nobody listens."""
