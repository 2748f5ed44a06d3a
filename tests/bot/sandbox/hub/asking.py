"""What asks the sandbox: a page, a program, the bot."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.sandbox.hub.hub import Hub
from tests.stories.process import eventually
from tests.waiting import PATIENCE


@dataclass(frozen=True)
class Asking:
    """What a page, or a program, can ask."""

    session: aiohttp.ClientSession
    address: str

    async def get(self, path: str, **headers: str) -> tuple[int, Any]:
        async with self.session.get(self.address + path, headers=headers) as answer:
            return answer.status, await answer.json()

    async def post(self, path: str, said: Any, **headers: str) -> tuple[int, Any]:
        kinds = {"Content-Type": "application/json", **headers}
        async with self.session.post(self.address + path, data=json.dumps(said), headers=kinds) as answer:
            return answer.status, await answer.json()


class Stream:
    """The live stream, event by event."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def next(self, kind: str) -> Any:
        """The next event of this kind."""
        said = None
        async with asyncio.timeout(PATIENCE):
            async for line in self._answer.content:
                name, _, rest = line.decode().strip().partition(": ")
                if name == "event":
                    said = rest
                elif name == "data" and said == kind:
                    return json.loads(rest)
        raise EOFError(kind)


@asynccontextmanager
async def streaming(asking: Asking) -> AsyncIterator[Stream]:
    async with asking.session.get(asking.address + "api/stream") as answer:
        assert answer.content_type == "text/event-stream"
        yield Stream(answer)


async def call_telegram(hub: Hub, asking: Asking, method: str, **arguments: Any) -> Any:
    address = f"{hub.telegram.url}/bot{hub.tokens.telegram}/{method}"
    async with asking.session.post(address, json=arguments) as answer:
        return (await answer.json())["result"]


async def call_slack(hub: Hub, asking: Asking, method: str, **arguments: Any) -> Any:
    token = {"Authorization": f"Bearer {hub.tokens.slack_bot}"}
    async with asking.session.post(f"{hub.slack.url}{method}", json=arguments, headers=token) as answer:
        return await answer.json()


@asynccontextmanager
async def connected(hub: Hub, asking: Asking) -> AsyncIterator[list[dict[str, Any]]]:
    """A bot in Socket Mode that acknowledges everything; what it was told."""
    token = {"Authorization": f"Bearer {hub.tokens.slack_app}"}
    async with asking.session.post(f"{hub.slack.url}apps.connections.open", headers=token) as answer:
        address = (await answer.json())["url"]
    told: list[dict[str, Any]] = []
    async with asking.session.ws_connect(address) as socket:
        await socket.receive_json(timeout=PATIENCE)

        async def listen() -> None:
            async for frame in socket:
                told.append(json.loads(frame.data))
                await socket.send_json({"envelope_id": told[-1]["envelope_id"]})

        listening = asyncio.create_task(listen())
        await eventually(lambda: hub.slack.sockets.count == 1)
        yield told
    await listening
