"""Packing: nothing lost, nothing out of order, nothing over its limit, no heading left alone."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from digests.dialects.dialect import Part
from digests.rendering.packing import Parts, fits, pack, total

LIMIT, GAP, HEAD = (20, 5), (2, 0), (3, 1)


def entry(name: str, *cost: int) -> Part:
    return Part(name, cost or (4, 1))


def heading(name: str, *cost: int) -> Part:
    return Part(name, cost or (4, 1), leads=True)


def packed(*parts: Part) -> list[str]:
    return ["".join(part.content for part in message) for message in pack(parts, limit=LIMIT, gap=GAP, head=HEAD)]


def test_nothing_makes_no_message() -> None:
    assert packed() == []


def test_what_fits_is_one_message() -> None:
    assert packed(heading("H"), entry("a"), entry("b")) == ["Hab"]


def test_what_comes_after_the_limit_begins_a_message() -> None:
    assert packed(*(entry(name) for name in "abcde")) == ["abc", "de"]


def test_each_limit_counts() -> None:
    assert packed(entry("a", 1, 3), entry("b", 1, 2), entry("c", 1, 1)) == ["ab", "c"]


def test_a_later_message_keeps_room_for_its_heading() -> None:
    assert packed(entry("a", 20, 1), entry("b", 9, 1), entry("c", 5, 1)) == ["a", "b", "c"]
    assert packed(entry("a", 20, 1), entry("b", 9, 1), entry("c", 4, 1)) == ["a", "bc"]


def test_a_heading_goes_with_what_follows_it() -> None:
    assert packed(entry("a", 9, 1), heading("H", 3, 1), heading("S", 3, 1), entry("b")) == ["a", "HSb"]


def test_a_heading_at_the_end_stays_a_message() -> None:
    assert packed(entry("a", 19, 1), heading("H")) == ["a", "H"]


def test_parts_that_can_go_into_no_message_are_an_error() -> None:
    with pytest.raises(ValueError, match=r"parts of cost \(17, 1\) in a message of \(15, 4\)"):
        packed(entry("a"), entry("b", 17, 1))


costs = st.tuples(st.integers(0, 3), st.integers(0, 1))
parts_lists = st.lists(st.builds(Part, st.integers(), costs, st.booleans()), max_size=25)


@given(parts_lists)
def test_packing_loses_nothing_and_keeps_every_limit(parts: list[Part]) -> None:
    assume(not any(all(part.leads for part in parts[at : at + 3]) for at in range(len(parts))))
    messages = pack(parts, limit=LIMIT, gap=GAP, head=HEAD)
    assert [part for message in messages for part in message] == parts
    assert all(map(within, messages, [True] + [False] * len(messages)))
    assert not any(message[-1].leads for message in messages[:-1])


def within(message: Parts, first: bool) -> bool:
    """Whether a message keeps its limits, with the heading it will get."""
    return fits(total(message if first else (Part("", HEAD), *message), GAP), LIMIT)
