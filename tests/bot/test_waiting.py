"""Work goes on until it is done or a stop comes."""

import asyncio

import pytest
from telegram.error import NetworkError

from bot.waiting import unless


async def test_work_gives_its_result_while_nobody_stops_it() -> None:
    async def work() -> int:
        return 7

    assert await unless(asyncio.Event(), work()) == 7


async def test_work_is_cancelled_when_the_stop_comes() -> None:
    stop, cancelled = asyncio.Event(), asyncio.Event()

    async def work() -> int:
        stop.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        return 7

    assert await unless(stop, work()) is None
    assert cancelled.is_set()


async def test_work_that_fails_says_so() -> None:
    async def work() -> None:
        raise NetworkError("down")

    with pytest.raises(NetworkError):
        await unless(asyncio.Event(), work())
