"""Points are reached without effect, unless a test says otherwise."""

from collections.abc import Iterator

import pytest

from bot.failpoints import Point, install, reach


@pytest.fixture(autouse=True)
def nothing_stays_installed() -> Iterator[None]:
    yield
    install(None)


def test_reaching_a_point_does_nothing_by_itself() -> None:
    for point in Point:
        reach(point)


def test_a_hook_is_told_of_every_point_in_order() -> None:
    reached: list[Point] = []
    install(reached.append)
    for point in Point:
        reach(point)
    assert reached == list(Point)


def test_a_later_hook_replaces_an_earlier_one() -> None:
    first: list[Point] = []
    second: list[Point] = []
    install(first.append)
    install(second.append)
    reach(Point.CLAIMED)
    assert (first, second) == ([], [Point.CLAIMED])


def test_after_the_hook_is_taken_away_points_are_silent_again() -> None:
    reached: list[Point] = []
    install(reached.append)
    install(None)
    reach(Point.CLAIMED)
    assert reached == []
