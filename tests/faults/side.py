"""One platform's side of a run: its chats, its weather, and what was ever posted there."""

import re
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Protocol

from bot.delivery.delivery import Call
from tests.faults.weather import Weather
from tests.faults.wire import Wire

NUMBER = re.compile(r"\[(\d{6})\]")
"""How a message says which delivery it is."""

WORDS = "hot stories of the morning, picked from an archive of news by how much was said of them & when"


class Side(Protocol):
    """What a run asks of a platform."""

    name: str
    unit: float
    """Seconds that the stand-in makes of a lateness of 1."""
    sending: str
    """The method that makes messages."""
    chats: Sequence[str]
    wire: Wire
    posted: Counter[int]
    """How often each delivery was ever posted, whatever became of it."""

    def call(self, chat: str, number: int) -> Call:
        """What is posted for a delivery."""

    async def greet(self) -> None:
        """Have something said in every chat."""

    def is_heard(self) -> bool:
        """Whether the bot has taken all that it was told."""

    def disturb(self, weather: Weather | None) -> None:
        """Let calls meet the weather."""

    async def block(self, chat: str) -> None:
        """Shut the bot out of a chat."""

    async def chatter(self, random: Random) -> None:
        """Have somebody write somewhere, with or without the bot's hearing of it."""

    def left(self, chat: str) -> list[int]:
        """Which deliveries stand in a chat, in order, each as often as it does."""


def numbers_in(texts: Sequence[str]) -> list[int]:
    """The deliveries that texts say they are."""
    return [int(found[1]) for text in texts if (found := NUMBER.search(text))]


def key_of(platform: str, number: int) -> str:
    """A delivery's key, of one length so that none begins with another."""
    return f"{platform} {number:06}"


def number_of(key: str) -> int:
    """The delivery that a key names."""
    return int(key.rpartition(" ")[2])
