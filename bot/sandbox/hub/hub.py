"""The sandbox as one: a Telegram and a Slack, their people, the recording of it all, and the page."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Any, Self

from bot.sandbox.drawing.slack import post
from bot.sandbox.drawing.telegram import bubble
from bot.sandbox.hub.board import Board, Draw
from bot.sandbox.hub.control import Control
from bot.sandbox.hub.rooms import BROADCAST, DIRECT, FORUM, NEWS, PRIVATE, RESEARCH, SLACK, TELEGRAM
from bot.sandbox.hub.site import Site
from bot.sandbox.hub.tokens import Tokens
from bot.sandbox.recording import Recorder
from bot.sandbox.slack.stand_in import SlackStandIn
from bot.sandbox.slack.workspace import BOT
from bot.sandbox.telegram.stand_in import PERSON, TelegramStandIn

PAUSE = 0.03
"""Seconds in which the changes of a chat are gathered before the pages are told."""


class Hub:
    """All of it while its context is entered; everything is in memory, and gone afterwards."""

    def __init__(self, *, port: int = 0, tokens: Tokens | None = None) -> None:
        """The page is at `port`, Telegram and Slack at the next two; 0: wherever the system has room.

        Raises:
            RealTokenError: one of the tokens looks like a real one.
        """
        self.tokens = tokens or Tokens()
        self.tokens.check()
        self._port = port
        self.recorder = Recorder()
        self.telegram = TelegramStandIn(self.tokens.telegram, port=port and port + 1, recorder=self.recorder)
        self.slack = SlackStandIn(
            bot_token=self.tokens.slack_bot,
            app_token=self.tokens.slack_app,
            signing_secret=self.tokens.slack_signing_secret,
            port=port and port + 2,
            channels=(NEWS, RESEARCH, DIRECT),
            recorder=self.recorder,
        )
        self._board = Board(drawings())
        self._site = Site(self._board, self.recorder, replay=False)
        self._changed: dict[tuple[str, Any], None] = {}
        self._telling: asyncio.TimerHandle | None = None
        self._open = AsyncExitStack()
        self.address = ""
        """Where the page is."""

    async def __aenter__(self) -> Self:
        """Listen; OSError where a port is taken."""
        async with self._open:
            await self._open.enter_async_context(self.telegram)
            await self._open.enter_async_context(self.slack)
            self._furnish()
            self.address = await self._site.open(self._port, Control(self.telegram, self.slack).routes())
            self._open.push_async_callback(self._site.close)
            self._open.callback(self.recorder.follow(self._site.tell_entry))
            self._open = self._open.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close, with every connection."""
        if self._telling is not None:
            self._telling.cancel()
        await self._open.aclose()

    def _furnish(self) -> None:
        chats = self.telegram.chats
        chats.add(PRIVATE, title="Ada")
        chats.add(FORUM, title="Newsroom", forum=True)
        chats.add(BROADCAST, "channel", title="Daily")
        self.slack.workspace.users["U1"]["profile"]["real_name"] = PERSON["first_name"]
        self.telegram.on_change(partial(self._note, TELEGRAM))
        self.slack.on_change(partial(self._note, SLACK))

    def _note(self, platform: str, chat: Any) -> None:
        self._changed[platform, chat] = None
        if self._telling is None:
            self._telling = asyncio.get_running_loop().call_later(PAUSE, self._tell)

    def _tell(self) -> None:
        changed, self._changed, self._telling = tuple(self._changed), {}, None
        for platform, chat in changed:
            if self._board.meet(platform, chat):
                self._site.tell_rooms()
            self._site.tell_change(self._board.update(platform, chat, self._messages(platform, chat)))

    def _messages(self, platform: str, chat: Any) -> Sequence[Mapping[str, Any]]:
        if platform == TELEGRAM:
            return self.telegram.history(chat)
        users = self.slack.workspace.users
        return [
            {**message, "channel": chat, "user_profile": users.get(message["user"], {}).get("profile")}
            for message in self.slack.messages(chat)
        ]


def drawings() -> dict[str, Draw]:
    """How messages look on either platform, with this machine's time."""
    zone = datetime.now().astimezone().tzinfo
    assert zone is not None  # noqa: S101 - an aware time has one

    def named(message: Mapping[str, Any]) -> str:
        # Slack's clients know by which name an app is mentioned; the message itself does not say it.
        text = str(message.get("text", "")).replace(f"<@{BOT['user_id']}>", f"<@{BOT['user_id']}|{BOT['user']}>")
        return post({**message, "text": text}, zone)

    return {TELEGRAM: partial(bubble, zone=zone), SLACK: named}
