"""Which numbers are asked about."""

from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.telegram.window import LOOK_AHEAD, candidates, end_of

numbers = st.integers(1, 200)


@given(numbers, numbers, st.frozensets(numbers))
def test_every_unknown_number_in_between_is_asked_about_once_in_order(
    base: int, end: int, known: frozenset[int]
) -> None:
    asked = list(candidates(base, end, known))

    assert asked == sorted(set(asked))
    assert set(asked) == {number for number in range(1, 300) if base < number < end} - known


@given(numbers, numbers, st.none() | numbers)
def test_a_number_known_from_after_it_is_the_end(base: int, end: int, top: int | None) -> None:
    assert end_of(base, end, top) == end


@given(numbers, st.none() | numbers, st.frozensets(numbers))
def test_else_it_is_looked_for_some_way_beyond_all_that_is_known(
    base: int, top: int | None, known: frozenset[int]
) -> None:
    asked = candidates(base, end_of(base, None, top), known)
    highest = max(base, top or 0)

    assert sum(number > highest for number in asked) == LOOK_AHEAD - sum(
        highest < number <= highest + LOOK_AHEAD for number in known
    )
