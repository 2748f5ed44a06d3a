"""What Slack posts to the bot is read in each of its forms, and anything else is nothing."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.slack.http_mode import fields

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def test_a_command_is_a_form() -> None:
    assert fields(b"command=%2Flatest&text=", FORM) == {"command": "/latest", "text": ""}


def test_an_event_is_json() -> None:
    assert fields(b'{"type": "event_callback"}', JSON) == {"type": "event_callback"}


def test_a_press_is_json_in_a_form() -> None:
    body = urlencode({"payload": json.dumps({"type": "block_actions", "text": "a=b&c"})}).encode()
    assert fields(body, FORM) == {"type": "block_actions", "text": "a=b&c"}


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (b"", JSON),
        (b"", FORM),
        (b"{", JSON),
        (b"[]", JSON),
        (b"payload=%7B", FORM),
        (b"payload=[]", FORM),
        (b"\xff", FORM),
        (b"[" * 100_000, JSON),
    ],
)
def test_what_is_neither_is_nothing(raw: bytes, content_type: str) -> None:
    assert fields(raw, content_type) is None


@settings(max_examples=100)
@given(st.binary(), st.sampled_from([FORM, JSON, ""]))
def test_any_bytes_are_taken_or_left(raw: bytes, content_type: str) -> None:
    assert isinstance(fields(raw, content_type), dict | None)
