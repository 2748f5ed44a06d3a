"""The sandbox, open, and somebody who asks it things over HTTP."""

import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack

import aiohttp
import pytest

from bot.sandbox.hub.hub import Hub
from tests.bot.sandbox.hub.asking import Asking


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
