"""The sandbox, open, and somebody who asks it things over HTTP."""

import json
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot.sandbox.hub.hub import Hub


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


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    async with Hub() as hub:
        yield hub


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
        yield session


@pytest.fixture
def asking(hub: Hub, session: aiohttp.ClientSession) -> Asking:
    return Asking(session, hub.address)


@pytest.fixture
def unused_ports() -> int:
    """The first of three TCP ports in a row that nobody listens at."""
    while True:
        with ExitStack() as stack:
            first = bound(stack, 0)
            if first and bound(stack, first + 1) and bound(stack, first + 2):
                return first


def bound(stack: ExitStack, port: int) -> int:
    """The port, where it can be had as long as the stack lasts; else 0."""
    probe = stack.enter_context(socket.socket())
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        return 0
    return int(probe.getsockname()[1])
