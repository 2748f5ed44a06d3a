"""Restarts that the operator asks for: each ends within ten seconds and well, and loses or doubles nothing."""

import asyncio
from dataclasses import replace
from pathlib import Path
from time import monotonic

from bot.sandbox.telegram.faults import hang
from tests.faults.run import PACE, Run, a_run
from tests.faults.subject import Subject, subject
from tests.faults.telegram import TelegramSide
from tests.faults.weather import RATES
from tests.stories.process import eventually

RESTARTS = 100
"""At full size."""
CHATS = 100
OWED = 80
"""On each platform, for each restart."""
LONGEST = 0.2
"""Seconds at most from the first message of those to the signal: about as long as they take."""
PROMISE = 10.0
"""Seconds within which a process is gone that was told to end."""


async def test_rolling_restarts_during_a_broadcast_lose_and_double_nothing(
    place: str, tmp_path: Path, size: float, seed: int
) -> None:
    async with a_run(tmp_path, place, CHATS, seed) as run, subject(run.config, PACE) as successor:
        run.others.append(successor)
        await run.greet()
        run.disturb(RATES, seed)
        await run.bot.serve()
        old, new = run.bot, successor
        seconds, in_flight = list[float](), list[int]()
        for _ in range(round(RESTARTS * size)):
            await new.serve()
            await in_the_middle(run)
            in_flight.append(sum(side.wire.under_way for side in run.sides))
            seconds.append(await seconds_to_end(old))
            old, new = new, old
        await run.settled()
        seconds.append(await seconds_to_end(old))
        print(f"{in_flight} in flight, slowest end: {max(seconds):.1f} s")  # noqa: T201 - what was measured
        assert any(in_flight)
        await run.judge()


async def test_what_is_in_flight_when_the_service_is_told_to_end_is_kept_and_looked_for(
    place: str, tmp_path: Path, seed: int
) -> None:
    # The answer would be waited for longer than the process may take to end.
    patient = replace(PACE, answer=12.0, lease=13.0)
    async with a_run(tmp_path, place, CHATS, seed, pace=patient) as run, subject(run.config, PACE) as successor:
        run.others.append(successor)
        await run.greet()
        telegram = telegram_of(run)
        telegram.stand_in.fail(telegram.sending, hang(accepted=True), hang(accepted=False))
        await run.owe(OWED)
        await run.bot.serve()
        # One of them is there, for all that the bot knows not.
        await eventually(lambda: run.posted() > OWED and telegram.wire.under_way >= 2)
        took = await seconds_to_end(run.bot)
        print(f"ended in {took:.1f} s")  # noqa: T201 - what was measured
        await successor.serve()
        await run.settled()
        await seconds_to_end(successor)
        await run.judge()


async def in_the_middle(run: Run) -> None:
    """Until part of a broadcast is out."""
    before = run.posted()
    await run.owe(OWED)
    await eventually(lambda: run.posted() > before)
    await asyncio.sleep(LONGEST * run.random.random())


async def seconds_to_end(bot: Subject) -> float:
    """How long a process takes that is told to end; it is to end well, and in time."""
    begun = monotonic()
    assert await bot.stop(PROMISE) == 0
    return monotonic() - begun


def telegram_of(run: Run) -> TelegramSide:
    """Telegram's side of a run."""
    (found,) = (side for side in run.sides if isinstance(side, TelegramSide))
    return found
