"""The faults that a delivery has to stand, and how often each comes."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.sandbox.chaos import Chaos, Drawn, Mishap

RATES: Mapping[str, float] = MappingProxyType(
    {
        "rate_limited": 0.05,
        "error_before": 0.03,
        "error_after": 0.02,
        "timeout_after": 0.02,
        "reset_before": 0.01,
        "reset_after": 0.02,
    }
)
"""Shares of all calls."""

LATE = {"late": 0.005}
"""In addition, where platforms also do things long after they were told to."""

BLOCKED = 0.005
"""Share of the chats that are shut to the bot."""


class Weather(Chaos):
    """Chaos in short time: waits of a second, and lateness up to a time of the test's."""

    def __init__(self, seed: int, rates: Mapping[str, float], lateness: float, unit: float) -> None:
        """`lateness`: seconds at most; `unit`: seconds that a stand-in makes of a size of 1."""
        super().__init__(seed, rates)
        self._share = lateness / unit

    def draw(self) -> Drawn | None:
        """What the next call meets; None for nothing."""
        drawn = super().draw()
        if drawn is None:
            return None
        match drawn.mishap:
            case Mishap.RATE_LIMITED:
                return Drawn(drawn.mishap, 0.0)
            case Mishap.LATE:
                return Drawn(drawn.mishap, drawn.size * self._share)
            case _:
                return drawn
