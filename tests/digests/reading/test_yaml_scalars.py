"""What plain scalars mean, case by case, as YAML 1.2's core schema has it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.reading.yaml_scalars import plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("FALSE", False),
        ("12", 12),
        ("-1001234567890", -1001234567890),
        ("012", 12),
        ("0o17", 15),
        ("0xff", 255),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-.inf", -math.inf),
    ],
)
def test_words_and_numbers_have_their_meaning(text: str, value: object) -> None:
    found = plain(text)

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "no",
        "on",
        "off",
        "y",
        "09:00",
        "1:30",
        "2024-13-45",
        "2021-01-02T03:04:05Z",
        "1_000",
        "0b1",
        "+",
        "-",
        ".",
        "tRue",
    ],
)
def test_everything_else_stays_the_text_it_is(text: str) -> None:
    assert plain(text) == text


def test_not_a_number_is_read() -> None:
    assert math.isnan(plain(".nan"))  # type: ignore[arg-type]  # it is a float, or the test fails


def test_a_number_too_long_to_be_one_is_refused() -> None:
    with pytest.raises(ValueError, match="number of 5000 characters, at most 100"):
        plain("9" * 5000)


@given(st.integers(-(10**90), 10**90))
def test_an_integer_is_read_back(number: int) -> None:
    assert plain(str(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_read_back(number: float) -> None:
    assert plain(repr(number)) == number
