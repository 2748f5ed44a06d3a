"""Which numbers are asked about."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.telegram.window import LOOK_AHEAD, candidates, end_of, is_sparse

numbers = st.integers(1, 200)


@given(numbers, numbers, st.frozensets(numbers))
def test_every_unknown_number_in_between_is_asked_about_once_in_order(
    base: int, end: int, known: frozenset[int]
) -> None:
    asked = list(candidates(base, end, known))

    assert asked == sorted(set(asked))
    assert set(asked) == {number for number in range(1, 300) if base < number < end} - known


@given(numbers, numbers)
def test_a_number_known_from_after_it_is_the_end(end: int, top: int) -> None:
    assert end_of(end, top) == end


@given(numbers)
def test_else_it_is_looked_for_some_way_beyond_all_that_is_known(top: int) -> None:
    assert list(candidates(top, end_of(None, top), ())) == list(range(top + 1, top + LOOK_AHEAD + 1))


@given(st.frozensets(numbers, min_size=2))
def test_numbers_are_sparse_where_two_neighbours_are_further_apart_than_is_looked_ahead(known: frozenset[int]) -> None:
    ordered = sorted(known)

    assert is_sparse(known) == any(b - a > LOOK_AHEAD for a, b in pairwise(ordered))


def test_one_number_tells_nothing_except_at_the_beginning() -> None:
    assert not is_sparse({LOOK_AHEAD})
    assert is_sparse({LOOK_AHEAD + 1})


def test_where_not_all_is_told_of_neighbours_tell_nothing_unless_they_reach_far_enough_back() -> None:
    assert not is_sparse({100, 101})
    assert is_sparse({100, 101}, since=101 - 100)
    assert not is_sparse(set(range(20, 102, 5)), since=101 - 100)
    assert not is_sparse({1, 2}, since=2 - 100)


def test_where_nothing_is_known_it_cannot_be_told_either() -> None:
    assert is_sparse(())
