"""What is left of a stranger's text, where it may be cut, and how long it is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.dialects.text import cells, clean, shortened, units, visible
from tests.digests.hostile import texts

FAMILY = "👨‍👩‍👧"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a\x00b\x1b[31mc\x07\x7f\x9b", "ab[31mc"),
        ("one\ttwo\r\nthree\u2028four\u00a0five", "one two three four five"),
        ("a \u200b b", "a b"),
        ("\u202egnp.exe\u2066\u2069\u200f", "gnp.exe"),
        ("flag \U0001f3f4\U000e0067\U000e0062\U000e007f", "flag \U0001f3f4"),
        ("\ud800a\udfff\ufdd0\uffff\U0010ffff", "a"),
        ("\u3164\u2800\u115f", ""),
        ("\u0645\u06cc\u200c\u062e\u0648", "\u0645\u06cc\u200c\u062e\u0648"),
        (FAMILY, FAMILY),
        ("a\u200d\u200c\u200db", "a\u200db"),
        ("e\u0301\u0302\u0303\u0304\u0305", "e\u0301\u0302\u0303"),
        ("e\u0301\u0302\u0303\u200d\u0304\u0305!", "e\u0301\u0302\u0303\u200d!"),
        ("“…”— €", "“…”— €"),
    ],
)
def test_cleaning_leaves_what_can_be_read(text: str, left: str) -> None:
    assert clean(text) == left


@given(texts)
def test_a_clean_text_can_be_sent_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert clean(cleaned) == cleaned
    assert not {"Cc", "Cs", "Zl", "Zp"} & set(map(unicodedata.category, cleaned))


@pytest.mark.parametrize(
    ("text", "seen"), [("a", True), ("🔥", True), ("!", True), ("", False), ("\u0301\u200d", False)]
)
def test_only_what_shows_something_is_visible(text: str, seen: bool) -> None:
    assert visible(text) is seen


def test_units_are_those_of_utf_16() -> None:
    assert units("aé🔥") == 4


def test_wide_letters_take_two_cells_and_marks_none() -> None:
    assert (cells("aé—"), cells("日本🔥"), cells("e\u0301\u200d")) == (3, 6, 1)


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("as it is", 8, "as it is"),
        ("cut between words, please", 20, "cut between words…"),
        (
            "no space in reach of the cut: aaaaaaaaaaaaaaaaaaaaaaaaa",
            49,
            "no space in reach of the cut: aaaaaaaaaaaaaaaaaa…",
        ),
        ("anything", 1, ""),
        ("anything", 0, ""),
        ("ab" + FAMILY + "cd", 6, "ab…"),
        ("ae\u0301\u0302b", 4, "a…"),
        ("👍🏽👍🏽", 2, ""),
        ("🇩🇪🇫🇷", 3, "🇩🇪…"),
        ("🇩🇪🇫🇷!", 4, "🇩🇪…"),
    ],
)
def test_a_text_is_cut_where_a_reader_would(text: str, limit: int, short: str) -> None:
    assert shortened(text, limit) == short


@given(texts, st.integers(min_value=0, max_value=50))
def test_a_shortened_text_is_never_longer_than_asked_for(text: str, limit: int) -> None:
    assert len(shortened(clean(text), limit)) <= limit
