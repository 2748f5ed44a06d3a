"""Which numbers a message can have that nobody confirmed; pure."""

from collections.abc import Collection, Iterator

LOOK_AHEAD = 20
"""Numbers beyond the highest known one, where none is known from after the message: enough for what people wrote
meanwhile in chats that are counted together."""


def end_of(base: int, end: int | None, top: int | None) -> int:
    """The first number that the message cannot have: one known from after it, else some way beyond all known ones."""
    return end if end is not None else max(base, top or 0) + LOOK_AHEAD + 1


def candidates(base: int, end: int, known: Collection[int]) -> Iterator[int]:
    """The numbers between both, each excluded, that are nobody's yet; ascending, for the first are the likeliest."""
    return (number for number in range(base + 1, end) if number not in known)
