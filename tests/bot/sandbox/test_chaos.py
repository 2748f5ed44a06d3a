"""Random faults that can be had again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.chaos import Chaos, Mishap

RATES = st.dictionaries(st.sampled_from([mishap.value for mishap in Mishap]), st.floats(0, 1 / len(Mishap)))


@settings(max_examples=100)
@given(seed=st.integers(), rates=RATES, calls=st.integers(0, 200))
def test_the_same_seed_brings_the_same_faults(seed: int, rates: dict[str, float], calls: int) -> None:
    one, other = Chaos(seed, rates), Chaos(seed, rates)

    assert [one.draw() for _ in range(calls)] == [other.draw() for _ in range(calls)]


@settings(max_examples=100)
@given(seed=st.integers(), rates=RATES)
def test_only_what_has_a_rate_is_drawn_and_its_size_is_below_one(seed: int, rates: dict[str, float]) -> None:
    chaos = Chaos(seed, rates)

    for drawn in [chaos.draw() for _ in range(100)]:
        assert drawn is None or (rates[drawn.mishap] > 0 and 0 <= drawn.size < 1)


@settings(max_examples=50)
@given(seed=st.integers(), rate=st.floats(0.001, 0.2), calls=st.integers(0, 100))
def test_a_call_that_meets_a_fault_meets_one_at_a_higher_rate_too(seed: int, rate: float, calls: int) -> None:
    seldom, often = Chaos(seed, {"late": rate}), Chaos(seed, {"late": rate * 2})

    for _ in range(calls):
        rare, frequent = seldom.draw(), often.draw()
        assert rare is None or rare == frequent


def test_each_kind_comes_about_as_often_as_was_asked() -> None:
    chaos = Chaos(1, {"rate_limited": 0.05, "error_after": 0.02, "late": 0.005})
    drawn = [one.mishap for one in (chaos.draw() for _ in range(20_000)) if one is not None]

    assert drawn.count(Mishap.RATE_LIMITED) == pytest.approx(1000, rel=0.1)
    assert drawn.count(Mishap.ERROR_AFTER) == pytest.approx(400, rel=0.2)
    assert drawn.count(Mishap.LATE) == pytest.approx(100, rel=0.3)


@pytest.mark.parametrize(
    "rates",
    [{"thunder": 0.1}, {"late": -0.1}, {"late": float("nan")}, {"late": 1.1}, {"late": 0.6, "reset_before": 0.6}],
)
def test_rates_that_are_none_are_refused(rates: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"thunder|no share|more than all"):
        Chaos(1, rates)
