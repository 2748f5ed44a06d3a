"""What the words after a command ask for."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.request import MOST, Request, page_argument, parse
from tests.builders import NOW


@pytest.mark.parametrize(
    ("argument", "request_"),
    [
        ("", Request()),
        ("azure", Request("azure")),
        ("  Diablo   4 ", Request("Diablo 4")),
        ("n5", Request("n5")),
        ("o3 @home", Request("o3 @home")),
    ],
)
def test_typed_words_are_a_topic_until_nobody_knows_it(argument: str, request_: Request) -> None:
    assert parse(argument, NOW) == request_


@pytest.mark.parametrize(
    ("words", "topic", "number"),
    [("azure 5", "azure", 5), ("management tools 12", "management tools", 12), ("7", "", 7), ("azure -3", "azure", -3)],
)
def test_a_trailing_number_is_how_many(words: str, topic: str, number: int) -> None:
    assert Request(words).without_number() == Request(topic, number)


@pytest.mark.parametrize("words", ["", "azure", "azure 5x", "azure 12345678901"])
def test_without_a_trailing_number_there_is_nothing_to_read_again(words: str) -> None:
    assert Request(words).without_number() is None


def test_a_number_is_read_once() -> None:
    assert Request("windows 11", number=5).without_number() is None


@pytest.mark.parametrize(("number", "count"), [(None, 5), (0, 1), (-3, 1), (1, 1), (20, 20), (21, MOST), (999, MOST)])
def test_the_number_of_stories_stays_between_one_and_twenty(number: int | None, count: int) -> None:
    assert Request(number=number).count(5) == count


@pytest.mark.parametrize(("number", "said"), [(None, False), (1, False), (20, False), (0, True), (21, True)])
def test_a_number_that_cannot_be_given_is_known_as_such(number: int | None, said: bool) -> None:
    assert Request(number=number).out_of_range is said


@settings(max_examples=50)
@given(
    topic=st.sampled_from(["", "azure", "diablo-4", "management tools"]),
    count=st.integers(1, MOST),
    start=st.integers(0, 9999),
    age=st.timedeltas(timedelta(0), timedelta(days=29)),
)
def test_a_page_button_is_read_back_as_it_was_meant(topic: str, count: int, start: int, age: timedelta) -> None:
    as_of = (NOW - age).replace(microsecond=0)
    assert parse(page_argument(topic, count, start, as_of), NOW) == Request(topic, count, start, as_of)


def test_the_first_second_of_1970_is_a_number_too() -> None:
    assert page_argument("", 5, 0, datetime.fromisoformat("1970-01-01T00:00:00Z")) == "n5 o0 @0"


def test_an_old_page_button_shows_the_present() -> None:
    assert parse(page_argument("azure", 5, 10, NOW - timedelta(days=31)), NOW) == Request("azure", 5, 10, None)


def test_a_button_from_the_future_counts_as_pressed_now() -> None:
    assert parse("azure n5 o0 @zzzzzzzz", NOW).as_of == NOW


@settings(max_examples=100)
@given(st.text(max_size=80))
def test_whatever_is_sent_in_a_button_is_understood_somehow(argument: str) -> None:
    assert 1 <= parse(argument, NOW).count(5) <= MOST
