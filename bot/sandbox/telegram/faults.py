"""What a server or the way to it can do instead of answering: scripted, one for each call to come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Ending(Enum):
    """How a call that meets a fault ends."""

    ANSWER = "answered with the fault"
    CLOSE = "connection closed without an answer"
    CUT = "connection closed in the middle of the answer"
    HANG = "never answered"


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


def refusal(status: int, description: str, **parameters: int) -> Fault:
    """The Bot API's own refusal: https://core.telegram.org/bots/api#making-requests."""
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return Fault(status=status, body={**body, "parameters": parameters} if parameters else body)


def too_many_requests(seconds: int) -> Fault:
    """429, to be tried again after so many seconds."""
    return refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def blocked() -> Fault:
    """403, as of a person who blocked the bot."""
    return refusal(403, "Forbidden: bot was blocked by the user")


def server_error(status: int = 500, *, accepted: bool = False) -> Fault:
    """A 5xx of the Bot API itself, before or after carrying the call out."""
    fault = refusal(status, "Internal Server Error")
    return Fault(status=status, body=fault.body, accepted=accepted)


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
