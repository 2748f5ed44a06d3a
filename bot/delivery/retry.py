"""What an outcome means for a delivery; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import isfinite
from typing import Any, assert_never

from bot.delivery.delivery import Delivery, Priority
from bot.delivery.doubt import Absent, Finding, Found, Later, Unknowable
from bot.delivery.outcome import Deferred, Failed, Lost, Moved, Outcome, Rejected, Sent, Sighting, Uncertain
from bot.delivery.settlement import (
    Abandoned,
    Delivered,
    Held,
    Postponed,
    Readdressed,
    Reason,
    Repeated,
    Settlement,
    Unreachable,
    Unresolved,
)

LONGEST_WAIT = 24 * 60 * 60.0
"""Seconds: what a platform asks for beyond a day is taken for a day."""

DOUBLINGS = 20
"""Clamped before the power of two is computed, which has no upper end."""


class OnUnclear(StrEnum):
    """What happens to a message that may or may not have been delivered, where the platform cannot be asked."""

    RESEND = "resend"
    """It is sent again: rather twice than never."""
    HOLD = "hold"
    """It waits for an operator, and the digests after it in its chat with it: rather never than twice."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long, how often and how far apart."""

    on_unclear: OnUnclear = OnUnclear.RESEND
    attempts: int = 400
    """Attempts in all; with the pauses below, about a day of a platform's absence."""
    repeats: int = 2
    """How often an unclear attempt is repeated blindly: each one may leave another copy in the chat."""
    first_pause: timedelta = timedelta(seconds=2)
    longest_pause: timedelta = timedelta(minutes=5)
    """Doubled from the one to the other, and shortened by up to half so that not all come back at once."""
    settle: timedelta = timedelta(seconds=60)
    """How long after an unclear attempt a platform may still act on it: the request may be travelling yet."""
    sweep: timedelta = timedelta(minutes=10)
    """How long after a message that was repeated had arrived its chat is searched for another copy."""


def settlement(  # noqa: PLR0911 - one answer for each outcome
    outcome: Outcome, delivery: Delivery, *, now: datetime, jitter: float, policy: RetryPolicy
) -> Settlement:
    """What becomes of a delivery whose attempt ended at `now`; `jitter` is a random number from 0 to 1."""
    match outcome:
        case Sent(receipt, sighting):
            return _delivered(receipt, sighting, delivery, now, policy)
        case Deferred(retry_after):
            return Postponed(now + timedelta(seconds=seconds_to_wait(retry_after)), "told to wait", spent=False)
        case Failed(error):
            return _tried_again(error, delivery, now + pause(delivery.attempt, jitter, policy), policy)
        case Uncertain(error):
            return Unresolved(now + policy.settle, error)
        case Rejected(error):
            return Abandoned(Reason.REJECTED, error)
        case Lost(error, thread_only=True):
            # What else is owed to the chat goes to other threads, and a chat is paused as a whole.
            thread = delivery.destination.thread
            return Abandoned(Reason.UNREACHABLE, error if thread is None else f"thread {thread}: {error}")
        case Lost(error):
            return Unreachable(error)
        case Moved(address):
            # It counts as an attempt, so that two chats which point at each other come to an end.
            return Readdressed(address) if delivery.attempt < policy.attempts else _spent(f"moved to {address}")
        case _:
            assert_never(outcome)


def lapse(now: datetime) -> Settlement:
    """What becomes of a delivery whose lease ran out: the process that was sending it died, before or after it did.

    The lease is longer than the settle time, so there is nothing more to wait for.
    """
    return Unresolved(now, "whoever was sending it never said what came of it")


def verdict(finding: Finding, delivery: Delivery, *, now: datetime, policy: RetryPolicy) -> Settlement | Later:
    """What becomes of an unclear delivery that was looked for; `Later` where it has to be looked for again.

    A reply is never repeated, found or not: whoever asked can ask again.
    """
    match finding:
        case Found(receipt, sighting):
            return _delivered(receipt, sighting, delivery, now, policy)
        case Later():
            return finding
        case Absent() if delivery.priority is Priority.REPLY:
            return Abandoned(Reason.UNCLEAR, "not in its chat, and a reply is not repeated")
        case Absent():
            return _repeated(Repeated("looked for, and not in its chat"), delivery, policy)
        case Unknowable(reason):
            return _unknown(reason, delivery, policy)
        case _:
            assert_never(finding)


def pause(attempt: int, jitter: float, policy: RetryPolicy) -> timedelta:
    """How long to wait after this attempt, from 1: doubled each time up to the longest, then half to all of it."""
    full = min(policy.first_pause * (1 << min(attempt - 1, DOUBLINGS)), policy.longest_pause)
    return full * (0.5 + jitter / 2)


def seconds_to_wait(retry_after: float) -> float:
    """What a platform asked for, within reason: from 0 to a day, whatever it said."""
    return min(max(retry_after, 0.0), LONGEST_WAIT) if isfinite(retry_after) else LONGEST_WAIT


def _delivered(
    receipt: Mapping[str, Any], sighting: Sighting | None, delivery: Delivery, now: datetime, policy: RetryPolicy
) -> Settlement:
    # One request can bring one message; only after a repeat there may be another.
    return Delivered(receipt, sighting, now + policy.sweep if delivery.repeats else None)


def _tried_again(error: str, delivery: Delivery, not_before: datetime, policy: RetryPolicy) -> Settlement:
    if delivery.attempt < policy.attempts:
        return Postponed(not_before, error)
    return _spent(f"{error}, at attempt {delivery.attempt} of {policy.attempts}")


def _spent(error: str) -> Settlement:
    return Abandoned(Reason.ATTEMPTS_SPENT, error)


def _unknown(reason: str, delivery: Delivery, policy: RetryPolicy) -> Settlement:
    if delivery.priority is Priority.REPLY:
        return Abandoned(Reason.UNCLEAR, f"perhaps delivered, and a reply is not repeated: {reason}")
    # Who would be told that something is held has to be told, be it twice.
    if policy.on_unclear is OnUnclear.HOLD and delivery.edition is not None:
        return Held(f"perhaps delivered: {reason}")
    if delivery.blind_repeats >= policy.repeats:
        times = f"at repeat {delivery.blind_repeats} of {policy.repeats}"
        return Abandoned(Reason.UNCLEAR, f"perhaps delivered, {times}: {reason}")
    return _repeated(Repeated(f"perhaps delivered: {reason}", blindly=True), delivery, policy)


def _repeated(settlement: Repeated, delivery: Delivery, policy: RetryPolicy) -> Settlement:
    if delivery.attempt < policy.attempts:
        return settlement
    return _spent(f"{settlement.error}, at attempt {delivery.attempt} of {policy.attempts}")
