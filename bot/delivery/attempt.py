"""One attempt to send: whatever a platform does, an outcome comes back, and in bounded time."""

import asyncio

from bot.clock import Clock
from bot.delivery.delivery import Delivery, Platform
from bot.delivery.outcome import Outcome, Uncertain


class PlatformError(Exception):
    """A platform raised, which is a bug: it promised to say what happened by its outcome."""


async def attempt(platform: Platform, delivery: Delivery, *, clock: Clock, patience: float) -> Outcome:
    """Send, and say what became of it; uncertain if there is no answer within `patience` seconds.

    PlatformError, from what the platform raised, if it raised.
    """
    answered = asyncio.Event()
    sending = asyncio.ensure_future(platform.send(delivery))
    sending.add_done_callback(_looked_at)
    sending.add_done_callback(lambda _: answered.set())
    try:
        if not await clock.wait(answered, patience):
            return Uncertain(f"no answer within {patience:g} s")
    finally:
        sending.cancel()
    return _outcome(sending)


def _looked_at(sending: "asyncio.Future[Outcome]") -> None:
    """Let nobody complain that what a request raised after it was given up was never looked at."""
    if not sending.cancelled():
        sending.exception()


def _outcome(sending: "asyncio.Future[Outcome]") -> Outcome:
    if sending.cancelled():
        raise PlatformError("the platform cancelled its own request")
    error = sending.exception()
    if error is not None:
        raise PlatformError(f"{type(error).__name__}: {error}") from error
    return sending.result()
