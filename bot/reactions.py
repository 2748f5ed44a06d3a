"""What follows from what a platform reports: an answer is owed to whoever asked, or a note is taken of a chat."""

from datetime import datetime
from functools import partial
from typing import assert_never

from sqlalchemy import Connection

from bot.chat_events import ChatEvent, ChatGone, ChatJoined, ChatMoved
from bot.clock import Clock
from bot.command import Command
from bot.commands.answering import Answering
from bot.delivery import destinations
from bot.receiving.inbox import Effect
from bot.receiving.received import Event


class Reactions:
    """The inbox's `Acting`."""

    def __init__(self, answering: Answering, clock: Clock) -> None:
        self._answering = answering
        self._clock = clock

    async def act(self, event: Event, received_at: datetime) -> Effect:
        """Answer a command that came in at that instant, or take note of what became of a chat."""
        if isinstance(event, Command):
            return await self._answering.answer(event, received_at)
        return partial(note, event=event, now=self._clock.now())

    async def give_up(self, event: Event) -> Effect:
        """An apology, where there is somebody to hear it; a note is tried once more."""
        if isinstance(event, Command):
            return await self._answering.apologise(event)
        return partial(note, event=event, now=self._clock.now())


def note(connection: Connection, event: ChatEvent, now: datetime) -> None:
    """Write down what a platform reported of a chat, so that nothing is sent where nobody is."""
    match event:
        case ChatGone(platform, address):
            destinations.pause(connection, (platform, address), "the bot was removed or blocked", now)
        case ChatJoined(platform, address):
            destinations.resume(connection, [(platform, address)], now)
        case ChatMoved(platform, old, new):
            destinations.move(connection, (platform, old), new, now)
        case _:
            assert_never(event)
