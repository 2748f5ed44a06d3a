"""What a platform can find out about a message that it never confirmed: the seam between inspector and platforms."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.delivery.delivery import Delivery
from bot.delivery.outcome import Sighting


@dataclass(frozen=True, slots=True)
class Doubt:
    """A delivery of which it has to be found out whether, or how often, it is in its chat."""

    delivery: Delivery
    since: datetime
    """When the first request was claimed that may have brought it there; no copy is older."""
    before: int
    """The serial of the last sighting made before that request: see `Sightings`."""
    settled: datetime
    """By then the platform had surely made up its mind about every request for it."""
    receipt: Mapping[str, Any] | None = None
    """The copy that is to stay; None while none is known to be there."""
    unnumbered: datetime | None = None
    """When an operator last said to have seen a message in this chat: nobody knows what the platform calls that."""


@dataclass(frozen=True, slots=True)
class Found:
    """It is there; `receipt` as a `Sent` has it."""

    receipt: Mapping[str, Any]
    sighting: Sighting | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """It is certainly not there."""


@dataclass(frozen=True, slots=True)
class Unknowable:
    """The platform gives no way to find out, now or later, for the reason given."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """Nothing was found out this time; it is worth asking again in so many seconds."""

    seconds: float
    reason: str


Finding = Found | Absent | Unknowable | Later


@dataclass(frozen=True, slots=True)
class Swept:
    """No copy but the one of the receipt is left."""

    removed: int = 0
    """Copies that were deleted."""
    sightings: Collection[Sighting] = ()
    """What they were called."""


Sweeping = Swept | Unknowable | Later


class Sightings(Protocol):
    """Which numbers of a sequence are known to be some message's: sent by us, or seen in an update.

    Each sighting has a serial, and whoever claims a delivery writes down the highest: numbers with a serial up to that
    one were given before the request was made, whatever any clock says. All methods are synchronous.
    """

    def base(self, sequence: str, before: int) -> int | None:
        """The highest number sighted with a serial up to `before`; None where there is none."""

    def end(self, sequence: str, instant: datetime) -> int | None:
        """The lowest number that was surely given after the instant; None where there is none."""

    def top(self, sequence: str) -> int | None:
        """The highest number sighted so far; None where there is none."""

    def known(self, sequence: str, above: int, below: int) -> frozenset[int]:
        """The numbers sighted between the two, both excluded."""


class NothingSighted:
    """The sightings of a process that looks for no message."""

    def base(self, sequence: str, before: int) -> int | None:
        """None."""

    def end(self, sequence: str, instant: datetime) -> int | None:
        """None."""

    def top(self, sequence: str) -> int | None:
        """None."""

    def known(self, sequence: str, above: int, below: int) -> frozenset[int]:  # noqa: ARG002 - the protocol's names
        """No number."""
        return frozenset()


class Witness(Protocol):
    """A platform that can be asked about its chats; never raises for what the platform did.

    While it is asked about a delivery nothing is sent to that chat, and nothing to it is in flight. Asking may be
    broken off at any instant, by a time-out or a crash, and is then done again from the beginning.
    """

    async def find(self, doubt: Doubt) -> Finding:
        """Look for the message in its chat."""

    async def sweep(self, doubt: Doubt) -> Sweeping:
        """Remove every copy of the message but the one that `doubt.receipt` names."""
