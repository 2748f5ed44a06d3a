"""How often what may be called, by a clock that is set."""

import pytest

from bot.sandbox.slack.limits import BURST, Limits


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_channel_takes_a_burst_and_then_a_message_a_second(clock: Clock) -> None:
    limits, post = Limits(clock), {"channel": "C1"}
    assert [limits.wait("chat.postMessage", post) for _ in range(BURST + 1)] == [0] * BURST + [1]
    clock.now += 1
    assert [limits.wait("chat.postMessage", post) for _ in range(2)] == [0, 1]
    assert limits.wait("chat.postMessage", {"channel": "C2"}) == 0


@pytest.mark.parametrize(
    ("method", "most"), [("conversations.list", 20), ("conversations.history", 50), ("auth.test", 100)]
)
def test_each_method_may_be_called_as_often_as_its_tier_says(clock: Clock, method: str, most: int) -> None:
    limits = Limits(clock)
    assert [limits.wait(method, {}) for _ in range(most)] == [0] * most
    clock.now += 20
    assert limits.wait(method, {}) == 40
    clock.now += 40
    assert limits.wait(method, {}) == 0


def test_history_may_be_limited_as_for_what_is_sold(clock: Clock) -> None:
    limits = Limits(clock, history_per_minute=1)
    assert [limits.wait("conversations.replies", {}) for _ in range(2)] == [0, 60]


@pytest.mark.parametrize(
    ("asked", "given"), [({}, 15), ({"limit": "200"}, 15), ({"limit": 3}, 3), ({"limit": "x"}, "x")]
)
def test_what_is_sold_is_given_short_pages(clock: Clock, asked: dict[str, object], given: object) -> None:
    limits = Limits(clock, history_per_minute=1)
    assert limits.fitted("conversations.history", asked)["limit"] == given
    assert limits.fitted("conversations.list", asked) == asked


def test_who_may_read_often_is_given_pages_as_long_as_asked_for(clock: Clock) -> None:
    assert Limits(clock).fitted("conversations.history", {"limit": "200"}) == {"limit": "200"}


def test_a_method_nobody_knows_has_no_limit(clock: Clock) -> None:
    assert Limits(clock).wait("chat.shout", {}) == 0
