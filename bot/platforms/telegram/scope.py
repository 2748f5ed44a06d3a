"""Which numbers a delivery's message can have, by what is known of all others."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from bot.delivery.doubt import Doubt, Later, Sightings, Unknowable
from bot.platforms.telegram.rooms import Room
from bot.platforms.telegram.timing import Timing
from bot.platforms.telegram.window import SPAN, candidates, end_of, is_sparse

MOST_PROBES = 64
"""Numbers that are asked about for one delivery."""

TOO_MANY = f"more than {MOST_PROBES} message numbers are in question"
UNNUMBERED = "a message that an operator saw there could be taken for it"
SPARSE = "the bot is told of too few messages to know how far their numbers went"


@dataclass(frozen=True, slots=True)
class Scope:
    """What is worth asking about."""

    numbers: tuple[int, ...]
    """Ascending."""
    limitation: Later | Unknowable | None
    """Why the message may have yet another number; None where it surely has not."""


def scope(sightings: Sightings, room: Room, doubt: Doubt, now: datetime, timing: Timing) -> Scope | Later | Unknowable:
    """The numbers in question; `Later` while a message from after the delivery may yet show where they end.

    That is waited for a while, once Telegram has made up its mind. Where too many are in question, what is found of
    others that are in doubt may yet leave fewer: that is waited for longer.
    """
    sequence = room.sequence
    base, end = sightings.base(sequence, doubt.before), sightings.end(sequence, doubt.settled)
    if base is None:
        return Unknowable("no message number is known from before the first request")
    if doubt.unnumbered is not None and not _is_past(sightings.end(sequence, doubt.unnumbered), base):
        return Unknowable(UNNUMBERED)
    passed = (now - doubt.settled).total_seconds()
    if end is None and 0 <= passed < timing.successor:
        return Later(timing.successor - passed, "no message number is known from after it yet")
    top = max(base, sightings.top(sequence) or 0)
    recent = sightings.known(sequence, top - SPAN, top + 1)
    sparse = end is None and is_sparse(recent, None if room.is_heard else top - SPAN)
    end = end_of(end, top)
    numbers = tuple(islice(candidates(base, end, sightings.known(sequence, base, end)), MOST_PROBES + 1))
    if len(numbers) <= MOST_PROBES:
        return Scope(numbers, Unknowable(SPARSE) if sparse else None)
    crowded = passed < timing.crowd
    return Scope(numbers[:MOST_PROBES], Later(timing.ask_again, TOO_MANY) if crowded else Unknowable(TOO_MANY))


def _is_past(after: int | None, base: int) -> bool:
    """Whether no number beyond the base is from before the instant after which this one was given."""
    return after is not None and after <= base
