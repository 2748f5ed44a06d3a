"""What a server or the way to it can do instead of answering: scripted, one for each call to come, or drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from bot.sandbox.chaos import Drawn, Mishap
from bot.sandbox.telegram.refusals import refusal_body, too_many

LONGEST_WAIT = 5
"""Seconds at most that a drawn 429 asks for."""
LATEST = 30.0
"""Seconds at most that a drawn call is late."""


class Ending(Enum):
    """How a call that meets a fault ends."""

    ANSWER = "answered with the fault"
    CLOSE = "connection closed without an answer"
    CUT = "connection closed in the middle of the answer"
    HANG = "never answered"
    REPEAT = "answered, with updates that were told before"


@dataclass(frozen=True, slots=True)
class Fault:
    """One call's bad luck; made by the functions below."""

    ending: Ending = Ending.ANSWER
    status: int = 200
    body: str | Mapping[str, Any] = ""
    """JSON where it is a mapping, else text as it is."""
    accepted: bool = False
    """Whether the call is carried out all the same: the case that makes clients send twice."""
    headers: Mapping[str, str] = field(default_factory=dict)
    late: float = 0.0
    """Seconds until an accepted call is carried out; until then nothing can be seen of it."""

    @property
    def name(self) -> str:
        """What happens, in a few words."""
        how = str(self.status) if self.ending is Ending.ANSWER else self.ending.name.lower()
        when = f", accepted {self.late:g} s later" if self.late else ", accepted" if self.accepted else ""
        return f"{how}{when}"


def refusal(status: int, description: str, **parameters: int) -> Fault:
    """The Bot API's own refusal: https://core.telegram.org/bots/api#making-requests."""
    return Fault(status=status, body=refusal_body(status, description, parameters))


def too_many_requests(seconds: int) -> Fault:
    """429, to be tried again after so many seconds."""
    return Fault(status=429, body=too_many(seconds).body())


def blocked() -> Fault:
    """403, as of a person who blocked the bot."""
    return refusal(403, "Forbidden: bot was blocked by the user")


def server_error(status: int = 500, *, accepted: bool = False) -> Fault:
    """A 5xx of the Bot API itself, before or after carrying the call out."""
    return Fault(status=status, body=refusal_body(status, "Internal Server Error"), accepted=accepted)


def page(status: int, *, accepted: bool = False, **headers: str) -> Fault:
    """An HTML page, as a proxy, a firewall or a load balancer answers."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fault(status=status, body=f"<html>{status}</html>", accepted=accepted, headers=names)


def close(*, accepted: bool = False) -> Fault:
    """The connection ends without an answer."""
    return Fault(Ending.CLOSE, accepted=accepted)


def cut(*, accepted: bool = True) -> Fault:
    """The connection ends in the middle of the answer."""
    return Fault(Ending.CUT, accepted=accepted)


def hang(*, accepted: bool = True) -> Fault:
    """No answer ever comes."""
    return Fault(Ending.HANG, accepted=accepted)


def late(seconds: float) -> Fault:
    """The connection ends without an answer, and the call is carried out so many seconds later."""
    return Fault(Ending.CLOSE, accepted=True, late=seconds)


def repeat() -> Fault:
    """Updates that were taken already are given out again (getUpdates), or are posted twice (a webhook)."""
    return Fault(Ending.REPEAT, accepted=True)


def fault_of(drawn: Drawn) -> Fault:
    """The fault that was drawn, in Telegram's form."""
    made: Mapping[Mishap, Fault] = {
        Mishap.RATE_LIMITED: too_many_requests(1 + int(drawn.size * LONGEST_WAIT)),
        Mishap.ERROR_BEFORE: server_error(502),
        Mishap.ERROR_AFTER: server_error(500, accepted=True),
        Mishap.TIMEOUT_AFTER: hang(),
        Mishap.RESET_BEFORE: close(),
        Mishap.RESET_AFTER: close(accepted=True),
        Mishap.LATE: late(drawn.size * LATEST),
        Mishap.DUPLICATE: repeat(),
    }
    return made[drawn.mishap]
