"""Thousands of deliveries under every fault, while the process is killed again and again: none lost, none double."""

import asyncio
from pathlib import Path

import pytest

from tests.faults.run import Run, a_run
from tests.faults.weather import LATE, RATES

DELIVERIES, KILLS, CHATS = 10_000, 200, 500
"""Of each platform, at full size."""
FEWEST_CHATS = 200
WHILE_STARTING = 0.15
"""Share of the kills that do not wait until the process serves."""
LONGEST_LIFE = 3.0
"""Seconds that a process lives at most, once it serves."""


@pytest.mark.parametrize("late", [False, True], ids=["never-late", "late-too"])
async def test_nothing_is_lost_or_double_however_often_the_process_is_killed(
    late: bool, place: str, tmp_path: Path, size: float, seed: int
) -> None:
    kills = round(KILLS * size)
    async with a_run(tmp_path, place, max(round(CHATS * size), FEWEST_CHATS), seed) as run:
        await run.greet()
        run.disturb({**RATES, **LATE} if late else RATES, seed)
        await run.shut()
        for kill in range(kills):
            await run.owe(round(DELIVERIES * size / kills))
            if kill == kills // 2:
                await run.shut()
            await live_and_die(run)
        await run.bot.serve()
        await run.settled()
        assert await run.bot.stop() == 0
        await run.judge(LATE["late"] if late else 0.0)


async def live_and_die(run: Run) -> None:
    """One process, from its start to a kill at a random instant."""
    if run.random.random() < WHILE_STARTING:
        await run.bot.start()
        await asyncio.sleep(run.random.random())
    else:
        await run.bot.serve()
        await asyncio.sleep(LONGEST_LIFE * run.random.random())
    await run.bot.kill()
