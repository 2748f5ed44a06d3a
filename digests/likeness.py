"""How alike two texts are: the one door to rapidfuzz."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process


def likeness(one: str, other: str) -> float:
    """How alike two texts are letter by letter, from 0 (nothing in common) to 100 (equal)."""
    return fuzz.ratio(one, other)


def nearest(text: str, choices: Iterable[str], *, limit: int = 3, at_least: float = 65) -> tuple[str, ...]:
    """The choices that a person most likely meant by `text`, nearest first; none where nothing comes near.

    A part of a choice (`data` of `databases`) comes near it too.
    """
    found = process.extract(text, tuple(choices), scorer=fuzz.WRatio, score_cutoff=at_least, limit=limit)
    return tuple(choice for choice, _, _ in found)
