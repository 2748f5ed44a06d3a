"""Every answer and every exception of Slack's libraries has its outcome."""

import importlib
import inspect
import json
import pkgutil
import ssl
import warnings
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
import slack_sdk
from aiohttp import client_exceptions
from aiohttp.client_reqrep import ConnectionKey
from slack_sdk import errors
from yarl import URL

from bot.delivery.doubt import Later, Unknowable
from bot.delivery.outcome import Deferred, Failed, Lost, Outcome, Rejected, Sent, Uncertain
from bot.platforms.slack import classify
from bot.platforms.slack.classify import raised, refused, responded, unread

SECRET = "https://hooks.slack.com/commands/T1/1/capability"


def api_error(
    code: str | None = None, status: int = 200, headers: dict[str, str] | None = None, **data: Any
) -> Exception:
    said = {"ok": False, "error": code, **data} if code else "<html>"
    return answered(SimpleNamespace(status_code=status, headers=headers or {}, data=said))


def answered(response: object) -> Exception:
    return errors.SlackApiError("no", response)  # type: ignore[no-untyped-call]  # the SDK's has no annotations


@pytest.mark.parametrize("code", sorted(classify.LOST))
def test_a_channel_that_takes_nothing_is_lost(code: str) -> None:
    assert raised(api_error(code)) == Lost(code)


@pytest.mark.parametrize("code", sorted(classify.THREAD_LOST))
def test_a_thread_that_takes_nothing_is_told_from_its_channel(code: str) -> None:
    assert raised(api_error(code)) == Lost(code, thread_only=True)


@pytest.mark.parametrize("code", sorted(classify.TOKEN))
def test_trouble_that_an_operator_heals_fails_for_now(code: str) -> None:
    assert raised(api_error(code)) == Failed(code)


@pytest.mark.parametrize("code", sorted(classify.REJECTED))
def test_a_message_that_slack_never_takes_is_rejected(code: str) -> None:
    assert raised(api_error(code)) == Rejected(code)


@pytest.mark.parametrize("code", sorted(classify.UNCLEAR))
def test_an_error_after_which_some_of_it_may_stand_is_unclear(code: str) -> None:
    assert raised(api_error(code)) == Uncertain(code)


def test_no_code_has_two_meanings() -> None:
    sets = [classify.WAIT, classify.UNCLEAR, classify.LOST, classify.THREAD_LOST, classify.TOKEN, classify.REJECTED]
    assert len(frozenset().union(*sets)) == sum(map(len, sets))


def test_a_code_nobody_knows_fails_for_now() -> None:
    assert raised(api_error("brand_new")) == Failed("brand_new")


def test_which_block_is_wrong_is_told() -> None:
    metadata = {"messages": ["[ERROR] no more than 3000 [json-pointer:/blocks/0/text]", 5]}
    outcome = raised(api_error("invalid_blocks", response_metadata=metadata))
    assert outcome == Rejected("invalid_blocks: [ERROR] no more than 3000 [json-pointer:/blocks/0/text]")


def test_which_scope_is_missing_is_told() -> None:
    assert raised(api_error("missing_scope", needed="chat:write")) == Failed("missing_scope: chat:write")


@pytest.mark.parametrize(
    ("headers", "seconds"), [({"Retry-After": "7"}, 7.0), ({"retry-after": "soon"}, 30.0), ({}, 30.0)]
)
def test_being_told_to_wait_is_obeyed(headers: dict[str, str], seconds: float) -> None:
    assert raised(api_error(status=429, headers=headers)) == Deferred(seconds)


@pytest.mark.parametrize("code", sorted(classify.WAIT))
def test_being_told_to_wait_in_words_is_obeyed(code: str) -> None:
    assert raised(api_error(code, headers={"Retry-After": "3"})) == Deferred(3.0)


@pytest.mark.parametrize(("code", "status"), [(None, 500), (None, 503), ("channel_not_found", 502), (None, 200)])
def test_an_answer_that_says_nothing_clear_is_unclear(code: str | None, status: int) -> None:
    assert isinstance(raised(api_error(code, status)), Uncertain)


@pytest.mark.parametrize("status", [303, 307, 403, 408, 499])
def test_what_is_not_slacks_own_answer_does_not_tell_what_slack_did(status: int) -> None:
    assert raised(api_error(status=status)) == Uncertain(f"HTTP {status}")


def test_json_of_something_in_between_is_not_slacks() -> None:
    login_page = SimpleNamespace(status_code=403, headers={}, data={"error": "invalid_auth", "needed": "a login"})
    assert raised(answered(login_page)) == Uncertain("HTTP 403")


def test_a_body_that_is_no_json_is_unclear() -> None:
    response = SimpleNamespace(status=200, headers={})  # aiohttp's, as the SDK hands it over then
    assert raised(answered(response)) == Uncertain("HTTP 200")


@pytest.mark.parametrize("text", ["ok", '{"ok": true}'])
def test_a_response_url_that_took_it_says_ok(text: str) -> None:
    assert responded(200, {}, text) == Sent({})


@pytest.mark.parametrize(
    ("status", "text", "expected"),
    [
        (404, '{"ok": false, "error": "used_url"}', Rejected("used_url")),
        (404, '{"ok": false, "error": "expired_url"}', Rejected("expired_url")),
        (400, "invalid_blocks", Rejected("invalid_blocks")),
        (410, "channel_is_archived", Lost("channel_is_archived")),
        (400, '{"ok": false, "error": "brand_new"}', Failed("brand_new")),
        (403, "<html>proxy</html>", Uncertain("HTTP 403")),
        (403, "Forbidden", Uncertain("HTTP 403")),
        (403, '{"error": "invalid_auth"}', Uncertain("HTTP 403")),
        (408, "", Uncertain("HTTP 408")),
        (307, "", Uncertain("HTTP 307")),
        (200, "", Uncertain("HTTP 200")),
        (200, "[]", Uncertain("HTTP 200")),
        (200, "[" * 100_000, Uncertain("HTTP 200")),
        (200, '{"ok": false, "error": 5}', Uncertain("HTTP 200")),
        (503, "busy", Uncertain("HTTP 503")),
        (429, "", Deferred(30.0)),
    ],
)
def test_what_else_a_response_url_says(status: int, text: str, expected: Outcome) -> None:
    assert responded(status, {}, text) == expected


KEY = ConnectionKey("slack.com", 443, is_ssl=True, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None)
REQUEST = aiohttp.RequestInfo(URL(SECRET), "POST", headers=None, real_url=URL(SECRET))  # type: ignore[arg-type]  # unread
OS = OSError(111, "refused")
MEANINGS: dict[type[Exception], tuple[tuple[Any, ...], type[Any]]] = {
    # python's own, as asyncio and aiohttp raise them
    TimeoutError: ((), Uncertain),
    ConnectionResetError: ((104, "reset by peer"), Uncertain),
    UnicodeDecodeError: (("utf-8", b"\xff", 0, 1, "invalid"), Uncertain),
    json.JSONDecodeError: (("no", "{", 0), Uncertain),
    # aiohttp
    aiohttp.ClientError: ((), Uncertain),
    aiohttp.ClientResponseError: ((REQUEST, ()), Uncertain),
    aiohttp.ContentTypeError: ((REQUEST, ()), Uncertain),
    aiohttp.WSServerHandshakeError: ((REQUEST, ()), Uncertain),
    aiohttp.ClientHttpProxyError: ((REQUEST, ()), Failed),
    aiohttp.TooManyRedirects: ((REQUEST, ()), Uncertain),
    aiohttp.ClientConnectionError: ((), Uncertain),
    aiohttp.ClientConnectionResetError: ((), Uncertain),
    aiohttp.ClientOSError: ((104, "reset by peer"), Uncertain),
    aiohttp.ClientConnectorError: ((KEY, OS), Failed),
    aiohttp.ClientConnectorDNSError: ((KEY, OS), Failed),
    aiohttp.ClientProxyConnectionError: ((KEY, OS), Failed),
    client_exceptions.UnixClientConnectorError: (("/socket", KEY, OS), Failed),
    aiohttp.ClientSSLError: ((KEY, OS), Failed),
    aiohttp.ClientConnectorSSLError: ((KEY, ssl.SSLError(1, "alert")), Failed),
    aiohttp.ClientConnectorCertificateError: ((KEY, ssl.CertificateError("name")), Failed),
    aiohttp.ServerConnectionError: ((), Uncertain),
    aiohttp.ServerDisconnectedError: ((), Uncertain),
    aiohttp.ServerTimeoutError: ((), Uncertain),
    aiohttp.ConnectionTimeoutError: ((), Failed),
    aiohttp.SocketTimeoutError: ((), Uncertain),
    aiohttp.ServerFingerprintMismatch: ((b"a", b"b", "slack.com", 443), Failed),
    aiohttp.ClientPayloadError: ((), Uncertain),
    client_exceptions.UploadAbortedError: ((), Uncertain),
    aiohttp.InvalidURL: ((SECRET,), Rejected),
    aiohttp.InvalidUrlClientError: ((SECRET,), Rejected),
    aiohttp.RedirectClientError: ((), Uncertain),
    aiohttp.NonHttpUrlClientError: ((SECRET,), Rejected),
    aiohttp.InvalidUrlRedirectClientError: ((SECRET,), Uncertain),
    aiohttp.NonHttpUrlRedirectClientError: ((SECRET,), Uncertain),
    # slack_sdk
    errors.SlackClientError: ((), Failed),
    errors.BotUserAccessError: ((), Rejected),
    errors.SlackRequestError: ((), Rejected),
    errors.SlackApiError: (("no", SimpleNamespace(status_code=500, headers={}, data=SECRET)), Uncertain),
    errors.SlackTokenRotationError: ((api_error("invalid_auth"),), Failed),
    errors.SlackClientNotConnectedError: ((), Failed),
    errors.SlackObjectFormationError: ((), Rejected),
    errors.SlackClientConfigurationError: ((), Failed),
}


@pytest.mark.parametrize("kind", MEANINGS, ids=lambda kind: kind.__name__)
def test_each_exception_has_its_meaning_and_shows_no_address(kind: type[Exception]) -> None:
    given, meaning = MEANINGS[kind]
    outcome = raised(kind(*given))
    assert isinstance(outcome, meaning)
    assert "capability" not in str(outcome)


@pytest.mark.parametrize("module", [errors, client_exceptions], ids=["slack_sdk", "aiohttp"])
def test_no_exception_of_the_libraries_is_forgotten(module: Any) -> None:
    known = {
        kind
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, (errors.SlackClientError, aiohttp.ClientError)) and kind.__module__ == module.__name__
    }
    assert known <= MEANINGS.keys()


@pytest.mark.parametrize("package", [slack_sdk, aiohttp], ids=["slack_sdk", "aiohttp"])
def test_what_else_the_libraries_could_raise_is_unclear(package: Any) -> None:
    """Parsers, websockets, servers: nothing of them is meant to come out of a request, and all of them might."""
    others = exceptions_of(package) - MEANINGS.keys()
    # Made without arguments, which each wants others of.
    assert {kind.__name__: type(raised(kind.__new__(kind))) for kind in others} == {
        kind.__name__: Uncertain for kind in others
    }


def exceptions_of(package: Any) -> set[type[Exception]]:
    """Every class of exception that a module of the package defines, as far as the module can be loaded here."""
    found: set[type[Exception]] = set()
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        with suppress(ImportError), warnings.catch_warnings(action="ignore"):
            classes = [kind for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass)]
            found |= {kind for kind in classes if issubclass(kind, Exception) and is_of(package, kind)}
    return found


def is_of(package: Any, kind: type[Exception]) -> bool:
    return kind.__module__.split(".")[0] == str(package.__name__)


@pytest.mark.parametrize("code", sorted(classify.TOKEN - classify.SPEECHLESS))
def test_a_right_that_is_missing_makes_a_look_up_hopeless(code: str) -> None:
    assert unread(api_error(code), 30.0) == Unknowable(code)


@pytest.mark.parametrize("code", sorted(classify.SPEECHLESS | classify.UNCLEAR))
def test_what_an_operator_or_time_heals_lets_a_look_up_wait(code: str) -> None:
    assert unread(api_error(code), 30.0) == Later(30.0, code)


@pytest.mark.parametrize("code", sorted(classify.LOST | classify.THREAD_LOST | classify.REJECTED | {"brand_new"}))
def test_what_is_not_known_to_pass_makes_a_look_up_hopeless(code: str) -> None:
    assert unread(api_error(code), 30.0) == Unknowable(code)


def test_being_told_to_wait_lets_a_look_up_wait_as_long() -> None:
    assert unread(api_error("ratelimited", 429, {"Retry-After": "7"}), 30.0) == Later(7.0, "ratelimited")


@pytest.mark.parametrize("kind", [kind for kind in MEANINGS if kind is not errors.SlackApiError], ids=str)
def test_only_what_cannot_be_asked_is_hopeless_of_what_has_no_answer(kind: type[Exception]) -> None:
    given, meaning = MEANINGS[kind]
    assert isinstance(unread(kind(*given), 30.0), Unknowable if meaning is Rejected else Later)


def test_every_refusal_that_leaves_the_bot_speechless_is_one_of_the_tokens() -> None:
    assert classify.SPEECHLESS <= classify.TOKEN


def test_there_is_no_code_where_there_was_no_answer() -> None:
    assert classify.code_of(TimeoutError()) == ""


def test_why_a_connection_was_refused_is_told() -> None:
    assert raised(aiohttp.ClientConnectorError(KEY, OS)) == Failed("ClientConnectorError: refused")


def test_without_slacks_word_nothing_is_refused() -> None:
    assert refused(404, {}, "") == Uncertain("HTTP 404")
