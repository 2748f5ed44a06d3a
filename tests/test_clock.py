"""The clock that tests set does not run ahead of what is at work."""

import asyncio
from threading import Event

from tests.clock import START, SettableClock


async def test_no_time_passes_while_a_thread_is_at_work() -> None:
    clock, done = SettableClock(), Event()
    working = asyncio.create_task(asyncio.to_thread(done.wait))
    await asyncio.sleep(0)

    advancing = asyncio.create_task(clock.advance(60))
    for _ in range(100):
        await asyncio.sleep(0)
    assert clock.now() == START

    done.set()
    await advancing
    assert working.done()
    assert (clock.now() - START).total_seconds() == 60
