"""Takes commands in and puts their answers into the outbox, each once, ahead of digests; the platforms' `Answerer`."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import assert_never

from bot.clock import Clock
from bot.command import Answer, Command, Composer
from bot.commands.answers import answer, apology, slow_down
from bot.commands.conversation import Conversation
from bot.commands.options import CommandOptions
from bot.commands.throttle import Throttle, Verdict
from bot.delivery.delivery import Priority
from bot.delivery.outbox import Outbox, Owed
from bot.observing import Observe
from bot.store.engine import Store
from digests.newsroom import Newsroom
from digests.rendering.renderer import Renderer

STALE = timedelta(minutes=2)
"""An answer that could not be delivered for so long is not delivered any more: nobody waits for it."""


class Answering:
    """Answers commands; call it with one, and it returns once the answer is in the outbox."""

    def __init__(
        self,
        *,
        newsroom: Newsroom,
        renderer: Renderer,
        store: Store,
        outbox: Outbox,
        composers: Mapping[str, Composer],
        options: CommandOptions,
        clock: Clock,
        wake: Callable[[], None],
        observe: Observe,
    ) -> None:
        self._newsroom = newsroom
        self._renderer = renderer
        self._store = store
        self._outbox = outbox
        self._composers = composers
        self._options = options
        self._clock = clock
        self._wake = wake
        self._observe = observe
        self._throttle = Throttle()

    async def __call__(self, command: Command) -> None:
        """Answer a command; one that is delivered again (the same key) adds nothing."""
        now = self._clock.now()
        talk = Conversation(command, now, self._newsroom, self._renderer, self._options)
        verdict = self._throttle.verdict(command.origin.chat, now)
        match verdict:
            case Verdict.ANSWER:
                said = await asyncio.to_thread(self._answer, talk)
            case Verdict.SLOW_DOWN:
                said = slow_down(talk)
            case Verdict.SILENCE:
                return
            case _:
                assert_never(verdict)
        await asyncio.to_thread(self._owe, command, said, now)
        self._wake()

    def _answer(self, talk: Conversation) -> Answer:
        try:
            return answer(talk)
        except Exception as error:  # noqa: BLE001 - the last line of answering: a person who asked is never met with silence
            told = f"{type(error).__name__}: {error}"
            self._observe("command_failed", {"command": talk.command.name, "error": told})
            return apology(talk)

    def _owe(self, command: Command, said: Answer, now: datetime) -> None:
        calls = self._composers[command.origin.platform](said, command.origin, command)
        owed = [
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
        with self._store.begin() as connection:
            # Where the first is there, the command was answered before, perhaps in fewer messages.
            if self._outbox.add(connection, owed[:1], now):
                self._outbox.add(connection, owed[1:], now)
