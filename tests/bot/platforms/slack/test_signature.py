"""Only requests that Slack signed, lately, are taken for Slack's."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.slack.signature import is_genuine, signed

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TIME = str(int(NOW.timestamp()))
BODY = b"command=%2Flatest&text=azure"


def headers(signature: str, time: str = TIME) -> dict[str, str]:
    return {"X-Slack-Request-Timestamp": time, "X-Slack-Signature": signature}


def test_slacks_published_example_is_signed_as_it_says() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foo"
        b"bar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.s"
        b"lack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121"
        b".803a0bc887a14d10d2c447fce8b6703c"
    )
    signature = signed("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body)
    assert signature == "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


def test_what_slack_signed_is_genuine() -> None:
    assert is_genuine("secret", headers(signed("secret", TIME, BODY)), BODY, NOW)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_what_is_older_or_newer_than_five_minutes_is_not(minutes: int) -> None:
    signature = headers(signed("secret", TIME, BODY))
    assert not is_genuine("secret", signature, BODY, NOW + timedelta(minutes=minutes))


def test_what_somebody_else_signed_is_not() -> None:
    assert not is_genuine("secret", headers(signed("other", TIME, BODY)), BODY, NOW)


def test_nothing_is_genuine_without_a_secret() -> None:
    assert not is_genuine("", headers(signed("", TIME, BODY)), BODY, NOW)


@pytest.mark.parametrize("time", ["", "soon", "-5", "1e9", "٣", "9" * 400])
def test_a_time_that_is_none_is_not_genuine(time: str) -> None:
    assert not is_genuine("secret", headers(signed("secret", time, BODY), time), BODY, NOW)


def test_headers_may_be_missing() -> None:
    assert not is_genuine("secret", {}, BODY, NOW)


@settings(max_examples=200)
@given(st.text(), st.text(), st.binary())
def test_whatever_arrives_is_refused_without_a_fuss(time: str, signature: str, body: bytes) -> None:
    assert not is_genuine("secret", headers(signature, time), body, NOW)
    assert not is_genuine("secret", headers(signature), body, NOW)
