"""Which fault the next call meets: one that was told for its method, else one that is drawn."""

from collections import defaultdict, deque
from collections.abc import Iterable

from bot.sandbox.chaos import Chaos
from bot.sandbox.telegram.faults import Ending, Fault, fault_of

SPARED = frozenset({"getUpdates"})
"""Left alone by chaos unless it is named: how often a bot polls is not the same from run to run."""


class Troubles:
    """Faults to come."""

    def __init__(self) -> None:
        self._told: dict[str, deque[Fault]] = defaultdict(deque)
        self._chaos: Chaos | None = None
        self._methods: frozenset[str] = frozenset()

    def tell(self, method: str, faults: Iterable[Fault]) -> None:
        """Let the next calls of the method meet these, one each."""
        self._told[method].extend(faults)

    def disturb(self, chaos: Chaos | None, methods: Iterable[str]) -> None:
        """Let calls of these methods meet what is drawn; of all but the spared ones where none is named."""
        self._chaos, self._methods = chaos, frozenset(methods)

    def next(self, method: str) -> Fault | None:
        """What the call that came in meets."""
        told = self._told.get(method)
        if told:
            return told.popleft()
        if self._chaos is None or not self._concerns(method):
            return None
        drawn = self._chaos.draw()
        return None if drawn is None else fault_of(drawn)

    def twice(self, method: str) -> bool:
        """Whether an update that is brought meets the only fault that it can: to be brought again."""
        fault = self.next(method)
        return fault is not None and fault.ending is Ending.REPEAT

    def _concerns(self, method: str) -> bool:
        return method in self._methods if self._methods else method not in SPARED
