"""The Bot API as the rest of this package calls it: a method, its arguments, its result."""

from collections.abc import Mapping
from typing import Any

from aiohttp import ClientSession
from telegram import Bot
from telegram.error import TelegramError
from telegram.request import BaseRequest

from bot.platforms.telegram.http import AiohttpRequest
from bot.platforms.telegram.timing import TIMING, Timing

UPDATES = ("message", "channel_post", "callback_query", "my_chat_member")
"""What is asked for; without a list Telegram would go by that of whoever polled last."""


class Api(Bot):
    """python-telegram-bot's client, posting exactly the arguments it is given.

    Its typed methods add defaults and refuse arguments newer than they are, and `do_api_request` warns where a typed
    method exists; all of them end in the call below.
    """

    def __init__(self, token: str, base_url: str, session: ClientSession, timing: Timing = TIMING) -> None:
        if not token:
            raise ValueError("the token is empty")
        request = AiohttpRequest(session, base_url, token, seconds=timing.send)
        self._timing = timing
        super().__init__("…", AiohttpRequest.PLACE, request=request, get_updates_request=request)

    async def call(self, method: str, arguments: Mapping[str, Any], *, seconds: float | None = None) -> Any:
        """The result as JSON gives it, waited for `seconds` (by default as long as a send is).

        Raises:
            TelegramError: One of its subclasses, or of `faults`.
        """
        waiting = BaseRequest.DEFAULT_NONE if seconds is None else seconds
        return await self._post(method, dict(arguments), read_timeout=waiting)

    async def updates(self, offset: int | None) -> list[Mapping[str, Any]]:
        """Updates from `offset` on, as soon as there are any; this tells Telegram that those before it are taken.

        Raises:
            TelegramError: As `call`, also where the answer is no list of updates.
        """
        arguments = {"offset": offset, "timeout": self._timing.poll, "allowed_updates": UPDATES}
        found = await self.call("getUpdates", arguments, seconds=self._timing.poll + self._timing.poll_grace)
        if not isinstance(found, list) or not all(has_identity(update) for update in found):
            raise TelegramError("answer is no list of updates")
        return found


def has_identity(update: object) -> bool:
    """Whether it is an object with the number by which an update is taken."""
    return isinstance(update, dict) and isinstance(update.get("update_id"), int)
