"""What a platform hands over: a command or what became of a chat, under the name by which it is told again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, assert_never

from bot.chat_events import ChatEvent, ChatGone, ChatJoined, ChatMoved
from bot.command import Command
from bot.delivery.outcome import Sighting

Event = Command | ChatEvent


@dataclass(frozen=True, slots=True)
class Received:
    """An event, once, however often it is told."""

    key: str
    """Unique per update or event of the platform: a command's own key."""
    event: Event


class Receiver(Protocol):
    """What platforms hand everything to that means something."""

    async def __call__(self, received: Sequence[Received], sightings: Collection[Sighting] = ()) -> None:
        """Take these; once this returns they are on disk, and the platform may forget them.

        `sightings` are the message numbers that were shown on the way. Raises where nothing of it could be stored, so
        that the platform is not told that it arrived.
        """


def chat_of(event: Event) -> tuple[str, str]:
    """The chat that an event is about: events of one chat are acted on in order."""
    match event:
        case Command():
            return event.origin.chat
        case ChatGone(platform, address) | ChatJoined(platform, address) | ChatMoved(platform, address, _):
            return (platform, address)
        case _:
            assert_never(event)
