"""Which numbers a message can have that nobody confirmed; pure."""

from collections.abc import Collection, Iterator
from itertools import pairwise

LOOK_AHEAD = 20
"""Numbers beyond the highest known one, where none is known from after the message: enough for what people wrote
meanwhile in chats that are counted together."""

SPAN = 100
"""Numbers up to the highest known one that show how many of them the bot is told of."""


def end_of(end: int | None, top: int) -> int:
    """The first number that the message cannot have: one known from after it, else some way beyond all known ones."""
    return top + LOOK_AHEAD + 1 if end is None else end


def candidates(base: int, end: int, known: Collection[int]) -> Iterator[int]:
    """The numbers between both, each excluded, that are nobody's yet; ascending, for the first are the likeliest."""
    return (number for number in range(base + 1, end) if number not in known)


def is_sparse(recent: Collection[int], since: int | None = None) -> bool:
    """Whether the known ones of the last `SPAN` numbers lie so far apart that the next may be beyond `LOOK_AHEAD`.

    So it is in groups where the bot is told of commands alone, Telegram's "privacy mode"
    (https://core.telegram.org/bots/features#privacy-mode); and where too few are known to tell. There a digest of
    several messages makes neighbours, too, so the first has to be near `since`, the number that these are recent from.
    """
    numbers = sorted(recent)
    if numbers and since is not None:
        numbers = [max(since, 0), *numbers]
    if len(numbers) < 2:  # noqa: PLR2004 - a distance needs two
        return not numbers or numbers[0] > LOOK_AHEAD
    return any(later - earlier > LOOK_AHEAD for earlier, later in pairwise(numbers))
