"""Random faults that can be had again: the same seed and the same order of calls bring the same ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from random import Random
from types import MappingProxyType


class Mishap(StrEnum):
    """What can befall a call, on every platform."""

    RATE_LIMITED = "rate_limited"
    """429, and nothing done."""
    ERROR_BEFORE = "error_before"
    """5xx, and nothing done."""
    ERROR_AFTER = "error_after"
    """5xx, though all was done."""
    TIMEOUT_AFTER = "timeout_after"
    """All is done, and no answer ever comes."""
    RESET_BEFORE = "reset_before"
    """The connection ends, and nothing is done."""
    RESET_AFTER = "reset_after"
    """The connection ends, though all was done."""
    LATE = "late"
    """The connection ends, and all is done some time later."""
    DUPLICATE = "duplicate"
    """What the bot was told already it is told again."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One call's bad luck."""

    mishap: Mishap
    size: float
    """How bad, from 0 up to but not 1; what it measures (a wait, a lateness) is the platform's to say."""


class Chaos:
    """Draws for one call after another."""

    def __init__(self, seed: int, rates: Mapping[str, float]) -> None:
        """Rates are shares of all calls, by name of the mishap; ValueError where they cannot be that."""
        self.seed = seed
        self.rates: Mapping[Mishap, float] = MappingProxyType({Mishap(name): rate for name, rate in rates.items()})
        for name, rate in self.rates.items():
            if not (isfinite(rate) and 0 <= rate <= 1):
                raise ValueError(f"{rate}: no share of all calls, for {name.value}")
        if sum(self.rates.values()) > 1:
            raise ValueError(f"{sum(self.rates.values()):g}: more than all calls")
        self._random = Random(seed)  # noqa: S311  # to be had again, not to be hard to guess

    def draw(self) -> Drawn | None:
        """What the next call meets; None for nothing. Takes as much from the seed either way."""
        luck, size = self._random.random(), self._random.random()
        for mishap, rate in self.rates.items():
            if luck < rate:
                return Drawn(mishap, size)
            luck -= rate
        return None
