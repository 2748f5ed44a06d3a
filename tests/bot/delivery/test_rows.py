"""Rows and values."""

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.rows import LONGEST_ERROR, readdressed, storable


def test_a_new_address_takes_the_place_of_the_old_one_and_stays_the_number_or_text_it_was() -> None:
    arguments = {"chat_id": -5, "from_chat_id": "-5", "text": "from -5", "reply": True, "rows": [-5]}
    assert readdressed(arguments, "-5", "-1005") == {**arguments, "chat_id": -1005, "from_chat_id": "-1005"}


def test_nothing_but_the_address_is_touched() -> None:
    assert readdressed({"disable": True, "chat_id": "@news"}, "True", "-1") == {"disable": True, "chat_id": "@news"}


@given(st.text(st.characters(codec=None), max_size=600))
def test_any_error_can_be_stored(error: str) -> None:
    stored = storable(error)
    assert len(stored) <= LONGEST_ERROR
    assert "\0" not in stored
    stored.encode()
