"""A bot as plain as can be: requests and websockets, no SDK."""

from typing import Any

import aiohttp

from bot.sandbox.slack.stand_in import SlackStandIn

TOKEN = "xoxb-test"


class Client:
    """Calls one stand-in."""

    def __init__(self, slack: SlackStandIn, http: aiohttp.ClientSession) -> None:
        self.slack = slack
        self.http = http

    async def call(self, method: str, token: str = TOKEN, **arguments: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.http.post(self.slack.url + method, json=arguments, headers=headers) as response:
            said: dict[str, Any] = await response.json()
            return said

    async def open(self) -> aiohttp.ClientWebSocketResponse:
        said = await self.call("apps.connections.open", "xapp-test")
        socket = await self.http.ws_connect(said["url"])
        assert (await socket.receive_json())["type"] == "hello"
        return socket

    async def acknowledge(self, socket: aiohttp.ClientWebSocketResponse, payload: Any = None) -> dict[str, Any]:
        envelope: dict[str, Any] = await socket.receive_json()
        said = {"envelope_id": envelope["envelope_id"]}
        await socket.send_json(said if payload is None else {**said, "payload": payload})
        return envelope
