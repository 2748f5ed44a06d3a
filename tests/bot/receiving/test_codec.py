"""What was understood can be written down and read again."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat_events import ChatGone, ChatJoined, ChatMoved
from bot.command import Command
from bot.delivery.delivery import Destination
from bot.receiving.codec import decode, encode
from bot.receiving.received import Event, Received

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
HANDLES = st.dictionaries(st.text(), JSON, max_size=3)
TEXT = st.text(max_size=30)
DESTINATIONS = st.builds(Destination, TEXT, TEXT, st.none() | TEXT)
COMMANDS = st.builds(
    Command, name=TEXT, argument=TEXT, origin=DESTINATIONS, key=st.just("k"), edit=st.none() | HANDLES, reply=HANDLES
)
EVENTS = (
    COMMANDS
    | st.builds(ChatGone, TEXT, TEXT)
    | st.builds(ChatJoined, TEXT, TEXT)
    | st.builds(ChatMoved, TEXT, TEXT, TEXT)
)


@settings(max_examples=200)
@given(EVENTS)
def test_what_is_written_is_read_again(event: Event) -> None:
    assert decode("k", encode(event)) == Received("k", event)


@settings(max_examples=50)
@given(EVENTS)
def test_any_database_takes_what_is_written(event: Event) -> None:
    written = encode(event)
    assert written.isascii()
    assert written.isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "{}",
        '{"kind": "dance"}',
        '{"kind": "gone", "platform": "telegram"}',
        '{"kind": "command", "origin": [1]}',
        '{"kind": "command", "origin": ["telegram", "1", null], "name": "help", "argument": "", "later": 1}',
    ],
)
def test_what_this_program_does_not_write_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode("k", text)


def test_what_is_written_tells_of_nobody() -> None:
    command = Command("help", "", Destination("telegram", "7"), "telegram/1")

    assert set(json.loads(encode(command))) == {"kind", "name", "argument", "origin", "edit", "reply"}
