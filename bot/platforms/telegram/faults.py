"""What can go wrong between us and the Bot API, told apart by whether the request can have been taken."""

import json
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from aiohttp import (
    ClientConnectorError,
    ClientHttpProxyError,
    ConnectionTimeoutError,
    InvalidURL,
    NonHttpUrlClientError,
    ServerFingerprintMismatch,
)
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut

UNTOLD_WAIT = 5.0
"""Seconds to wait where a 429 names none: something in front of the Bot API said it."""

NEVER_CONNECTED = (
    ClientConnectorError,
    ClientHttpProxyError,
    ConnectionTimeoutError,
    InvalidURL,
    NonHttpUrlClientError,
    ServerFingerprintMismatch,
)
"""What aiohttp raises before the first byte of a request is written."""

JUDGED = frozenset({400, 401, 403, 404, 409})
"""Statuses that python-telegram-bot has an exception of its own for; all else becomes a bare NetworkError there."""


class NotSentError(NetworkError):
    """The request surely reached no Bot API, and the cause may heal; `__cause__` is aiohttp's exception, if any."""


class TooManyRequests(RetryAfter):
    """A 429: RetryAfter without the deprecation warning that python-telegram-bot 22 gives for making one."""

    def __init__(self, seconds: float) -> None:
        TelegramError.__init__(self, f"too many requests: retry after {seconds:g} s")
        self._retry_after = timedelta(seconds=seconds)

    @property
    def retry_after(self) -> timedelta:
        """How long to wait."""
        return self._retry_after


def network_error(cause: Exception, place: str) -> NetworkError:
    """What aiohttp's exception means, in words that do not show the URL, for the token is part of it."""
    if isinstance(cause, ConnectionTimeoutError):
        return NotSentError(f"no connection to {place} in time")
    if isinstance(cause, NEVER_CONNECTED):
        return NotSentError(f"no connection to {place}: {type(cause).__name__}")
    if isinstance(cause, TimeoutError):
        return TimedOut(f"no answer from {place} in time")
    return NetworkError(f"connection to {place} lost: {type(cause).__name__}")


def check_answer(status: int, body: bytes, retry_after: str | None) -> None:
    """Raise where python-telegram-bot would misread an answer; return where it reads it rightly.

    It takes a proxy's 403 for "blocked" and its 404 for a bad token, and keeps no status for 413 or 429. Only an
    answer in the form of https://core.telegram.org/bots/api#making-requests comes from the Bot API. What something
    in front of it says (a 408, a 499, a page that hides a 502) may come after the request was passed on.

    Raises:
        TooManyRequests: 429, from whomever.
        NetworkError: something in front of the Bot API answered, and nobody knows what that did.
        BadRequest: the Bot API's own refusal with a status that has no exception of its own.
    """
    if not HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return
    refusal = refusal_in(body)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise TooManyRequests(wait_told(refusal, retry_after))
    if refusal is None:
        raise NetworkError(f"status {status} from something in front of the Bot API")
    if status not in JUDGED:
        raise BadRequest(str(refusal.get("description") or f"status {status}"))


def refusal_in(body: bytes) -> Mapping[str, Any] | None:
    """The Bot API's `{"ok": false, …}`, or None where the body is none."""
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) and answer.get("ok") is False else None


def wait_told(refusal: Mapping[str, Any] | None, header: str | None) -> float:
    """Seconds to wait: `parameters.retry_after`, else the Retry-After header, else `UNTOLD_WAIT`."""
    parameters = refusal.get("parameters") if refusal else None
    told = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if isinstance(told, int | float) and told > 0:
        return float(told)
    if header is not None and header.isascii() and header.isdecimal() and int(header) > 0:
        return float(header)
    return UNTOLD_WAIT
