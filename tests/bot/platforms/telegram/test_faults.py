"""What aiohttp raises and what servers answer is told apart by whether a request can have been taken."""

import asyncio
import json
import ssl
from typing import Any

import aiohttp
import pytest
from aiohttp import client_exceptions
from aiohttp.client_reqrep import ConnectionKey
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut

from bot.platforms.telegram.faults import (
    UNTOLD_WAIT,
    NotSentError,
    TooManyRequests,
    check_answer,
    network_error,
    refusal_in,
    wait_told,
)

KEY = ConnectionKey("telegram", 443, True, True, None, None, None)
REFUSED = OSError(111, "Connection refused")
PLACE = "telegram:443"

NO_REQUEST: Any = None
NEVER_LEFT: tuple[Exception, ...] = (
    aiohttp.ClientConnectorError(KEY, REFUSED),
    aiohttp.ClientConnectorDNSError(KEY, REFUSED),
    aiohttp.ClientProxyConnectionError(KEY, REFUSED),
    aiohttp.ClientSSLError(KEY, REFUSED),
    aiohttp.ClientConnectorSSLError(KEY, ssl.SSLError(1, "handshake")),
    aiohttp.ClientConnectorCertificateError(KEY, ssl.CertificateError("expired")),
    client_exceptions.UnixClientConnectorError("/socket", KEY, REFUSED),
    aiohttp.ConnectionTimeoutError("https://telegram/bot1:SECRET/getMe"),
    aiohttp.ServerFingerprintMismatch(b"a", b"b", "telegram", 443),
    aiohttp.ClientHttpProxyError(NO_REQUEST, ()),
    aiohttp.InvalidURL("telegram"),
    aiohttp.InvalidUrlClientError("telegram"),
    aiohttp.InvalidUrlRedirectClientError("telegram"),
    aiohttp.NonHttpUrlClientError("telegram"),
    aiohttp.NonHttpUrlRedirectClientError("telegram"),
)
PERHAPS_TAKEN: set[type[Exception]] = {
    aiohttp.ClientError,
    aiohttp.ClientConnectionError,
    aiohttp.ClientConnectionResetError,
    aiohttp.ClientOSError,
    aiohttp.ServerConnectionError,
    aiohttp.ServerDisconnectedError,
    aiohttp.ServerTimeoutError,
    aiohttp.SocketTimeoutError,
    aiohttp.ClientPayloadError,
    client_exceptions.UploadAbortedError,
    aiohttp.RedirectClientError,
    aiohttp.ClientResponseError,
    aiohttp.ContentTypeError,
    aiohttp.TooManyRedirects,
    aiohttp.WSServerHandshakeError,
}
NOT_OF_REQUESTS = {client_exceptions.WSMessageTypeError}


def everything_below(kind: type[Exception]) -> set[type[Exception]]:
    return {kind}.union(*(everything_below(child) for child in kind.__subclasses__()))


def test_no_exception_of_aiohttp_is_unknown_to_these_tables() -> None:
    known = {kind for kind in everything_below(aiohttp.ClientError) if kind.__module__.startswith("aiohttp")}

    assert known - NOT_OF_REQUESTS == {*map(type, NEVER_LEFT), *PERHAPS_TAKEN}


@pytest.mark.parametrize("cause", NEVER_LEFT, ids=lambda cause: type(cause).__name__)
def test_what_never_connected_was_surely_not_sent(cause: Exception) -> None:
    assert isinstance(network_error(cause, PLACE), NotSentError)


@pytest.mark.parametrize("kind", sorted(PERHAPS_TAKEN, key=str))
def test_what_broke_on_the_way_may_have_been_taken(kind: type[Exception]) -> None:
    responding = issubclass(kind, aiohttp.ClientResponseError)
    error = network_error(kind(NO_REQUEST, ()) if responding else kind(), PLACE)

    assert not isinstance(error, NotSentError)
    assert isinstance(error, NetworkError)


@pytest.mark.parametrize("cause", [TimeoutError(), aiohttp.SocketTimeoutError()])
def test_silence_is_a_time_out(cause: Exception) -> None:
    assert type(network_error(cause, PLACE)) is TimedOut


def test_no_text_shows_the_url() -> None:
    texts = [str(network_error(cause, PLACE)) for cause in NEVER_LEFT]

    assert not any("SECRET" in text for text in texts)
    assert all(PLACE in text for text in texts)


def refusal(status: int, description: str = "Bad Request: no", **parameters: Any) -> bytes:
    body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    return json.dumps(body).encode()


@pytest.mark.parametrize("status", [200, 204, 500, 502, 504])
def test_success_and_server_errors_are_left_to_the_library(status: int) -> None:
    check_answer(status, b"<html>", None)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
def test_refusals_of_the_bot_api_are_left_to_the_library(status: int) -> None:
    check_answer(status, refusal(status), None)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 400, 401, 403, 404, 407, 408, 409, 451, 499])
@pytest.mark.parametrize("body", [b"", b"<html>no</html>", b"[]", b'{"error": 1}', b'{"ok": true}', b"\xff"])
def test_what_something_in_between_says_does_not_tell_what_the_bot_api_did(status: int, body: bytes) -> None:
    with pytest.raises(NetworkError, match=str(status)) as caught:
        check_answer(status, body, None)

    assert type(caught.value) is NetworkError


def test_a_refusal_with_a_status_of_its_own_is_about_the_message() -> None:
    with pytest.raises(BadRequest, match="Request Entity Too Large"):
        check_answer(413, refusal(413, "Request Entity Too Large"), None)


def test_a_refusal_without_words_says_its_status() -> None:
    with pytest.raises(BadRequest, match="status 418"):
        check_answer(418, b'{"ok": false}', None)


@pytest.mark.parametrize(
    ("body", "header", "expected"),
    [
        (refusal(429, retry_after=35), None, 35),
        (refusal(429, retry_after=35), "3", 35),
        (refusal(429, retry_after=0), "3", 3),
        (b"<html>", "3", 3),
        (b"<html>", "Wed, 21 Oct 2026 07:28:00 GMT", UNTOLD_WAIT),
        (b"<html>", "0", UNTOLD_WAIT),
        (b'{"ok": false, "parameters": []}', None, UNTOLD_WAIT),
        (b'{"ok": false}', None, UNTOLD_WAIT),
    ],
)
def test_too_many_requests_say_how_long_to_wait(body: bytes, header: str | None, expected: float) -> None:
    with pytest.raises(TooManyRequests) as caught:
        check_answer(429, body, header)

    assert caught.value.retry_after.total_seconds() == expected


def test_a_wait_without_a_refusal_is_the_headers() -> None:
    assert wait_told(None, "9") == 9


def test_only_a_refusal_is_one() -> None:
    assert refusal_in(b'{"ok": true, "result": 1}') is None


async def test_a_time_out_of_the_loop_counts_as_silence() -> None:
    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(0):
            await asyncio.Event().wait()

    assert isinstance(network_error(caught.value, PLACE), TelegramError)
