"""A bot that knows HTTP and nothing else, and the chats it is tried in."""

from typing import Any

import aiohttp

from bot.sandbox.telegram.stand_in import TelegramStandIn

TOKEN = "123456:TEST"
PERSON, GROUP, SUPERGROUP, CHANNEL = 7, -55, -1001234567890, -1009876543210
KEYBOARD = {"inline_keyboard": [[{"text": "Older", "callback_data": "latest 2"}]]}


class Client:
    """A bot that knows HTTP and nothing else."""

    def __init__(self, telegram: TelegramStandIn, session: aiohttp.ClientSession) -> None:
        self.telegram = telegram
        self.session = session

    async def answer(self, method: str, token: str = TOKEN, **arguments: Any) -> tuple[int, dict[str, Any]]:
        url = f"{self.telegram.url}/bot{token}/{method}"
        async with self.session.post(url, json=arguments) as response:
            return response.status, await response.json()

    async def call(self, method: str, **arguments: Any) -> Any:
        status, body = await self.answer(method, **arguments)
        assert (status, body["ok"]) == (200, True)
        return body["result"]

    async def refused(self, method: str, **arguments: Any) -> tuple[int, str]:
        status, body = await self.answer(method, **arguments)
        assert (body["ok"], body["error_code"]) == (False, status)
        return status, body["description"]
