"""Answers commands: says what is owed to whoever asked, for the transaction that marks the command as done."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import assert_never

from sqlalchemy import Connection

from bot.clock import Clock
from bot.command import Answer, Command, Composer
from bot.commands.answers import answer, apology, slow_down
from bot.commands.conversation import Conversation
from bot.commands.options import CommandOptions
from bot.commands.throttle import Throttle, Verdict
from bot.delivery.delivery import Priority
from bot.delivery.outbox import Outbox, Owed
from bot.receiving.inbox import Effect
from digests.newsroom import Newsroom
from digests.rendering.renderer import Renderer

STALE = timedelta(minutes=2)
"""An answer that could not be delivered for so long is not delivered any more: nobody waits for it.

It counts from when the answer was composed: who asked while the bot was down is answered once it is back."""


class Answering:
    """Composes answers, and the transaction's part that owes them."""

    def __init__(
        self,
        *,
        newsroom: Newsroom,
        renderer: Renderer,
        outbox: Outbox,
        composers: Mapping[str, Composer],
        options: CommandOptions,
        clock: Clock,
    ) -> None:
        self._newsroom = newsroom
        self._renderer = renderer
        self._outbox = outbox
        self._composers = composers
        self._options = options
        self._clock = clock
        self._throttle = Throttle()

    async def answer(self, command: Command, received_at: datetime) -> Effect:
        """Owe what is said in return; nothing to whoever asks too fast and was told so."""
        verdict = self._throttle.verdict(command.origin.chat, command.key, received_at)
        match verdict:
            case Verdict.ANSWER:
                return await self._said(command, answer)
            case Verdict.SLOW_DOWN:
                return await self._said(command, slow_down)
            case Verdict.SILENCE:
                return _nothing
            case _:
                assert_never(verdict)

    async def apologise(self, command: Command) -> Effect:
        """Owe the words that it did not work: a person who asked is never met with silence."""
        return await self._said(command, apology)

    async def _said(self, command: Command, say: Callable[[Conversation], Answer]) -> Effect:
        now = self._clock.now()
        owed = await asyncio.to_thread(self._composed, command, say, now)
        return partial(self._owe, owed=owed, now=now)

    def _composed(self, command: Command, say: Callable[[Conversation], Answer], now: datetime) -> Sequence[Owed]:
        said = say(Conversation(command, now, self._newsroom, self._renderer, self._options))
        calls = self._composers[command.origin.platform](said, command.origin, command)
        return [
            Owed(
                key=f"reply/{command.key}/{part}",
                destination=command.origin,
                call=call,
                priority=Priority.REPLY,
                part=part,
                expires_at=now + STALE,
            )
            for part, call in enumerate(calls, start=1)
        ]

    def _owe(self, connection: Connection, owed: Sequence[Owed], now: datetime) -> None:
        # Where the first is there, the command was answered before, perhaps in fewer messages: its reply outlives the
        # day for which the inbox knows it.
        if self._outbox.add(connection, owed[:1], now):
            self._outbox.add(connection, owed[1:], now)


def _nothing(_: Connection) -> None:
    """What whoever was told to slow down gets until then."""
