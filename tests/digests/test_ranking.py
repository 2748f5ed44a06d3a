"""Articles rank as the publisher ranks them, and each place can be told in words."""

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.article import Article
from digests.digest import Weights
from digests.ranking import decayed, explain, number, order, score, span
from tests.builders import NOW, an_article

DEFAULT = Weights()


def ranked(*articles: Article, weights: Weights = DEFAULT) -> list[str]:
    return [article.file for article in sorted(articles, key=lambda article: order(weights, article, NOW))]


def test_the_hottest_comes_first_then_the_best_then_the_newest_then_the_first_by_name() -> None:
    older = NOW - timedelta(hours=2)
    assert ranked(
        an_article("e.md", published=older),
        an_article("d.md"),
        an_article("c.md"),
        an_article("b.md", quality=60.0),
        an_article("a.md", heat=5.0, quality=99.0),
        an_article("z.md", heat=11.0, quality=0.0),
    ) == ["z.md", "b.md", "c.md", "d.md", "e.md", "a.md"]


@pytest.mark.parametrize("untold", [None, math.nan, math.inf])
def test_no_heat_counts_as_cooled_off(untold: float | None) -> None:
    assert score(DEFAULT, an_article(heat=untold), NOW) == -1
    assert ranked(an_article("a.md", heat=untold), an_article("b.md", heat=0.0)) == ["b.md", "a.md"]


def test_no_quality_counts_as_zero() -> None:
    assert score(Weights(heat=0, quality=2), an_article(quality=None), NOW) == 0


def test_weights_make_the_score() -> None:
    assert score(Weights(heat=2, quality=0.5), an_article(heat=10.0, quality=30.0), NOW) == 35


def test_a_score_halves_with_each_half_life() -> None:
    weights = Weights(half_life=timedelta(hours=6))
    assert score(weights, an_article(heat=80.0, published=NOW - timedelta(hours=12)), NOW) == 20


@pytest.mark.parametrize("half_life", [None, timedelta(), timedelta(hours=-1)])
def test_without_a_half_life_age_does_not_matter(half_life: timedelta | None) -> None:
    assert decayed(80, timedelta(days=900), half_life) == 80


@given(st.floats(-1e6, 0), st.timedeltas(timedelta(), timedelta(days=9999)))
def test_growing_old_makes_no_article_better(total: float, age: timedelta) -> None:
    assert decayed(total, age, timedelta(hours=1)) == total


def test_an_article_from_the_future_counts_as_new() -> None:
    assert decayed(80, timedelta(hours=-1), timedelta(hours=1)) == 80


def test_the_default_place_is_told_by_heat_quality_and_age() -> None:
    article = an_article(heat=97.0, quality=87.5, published=NOW - timedelta(hours=3))
    assert explain(DEFAULT, article, NOW) == "heat 97, quality 87.5, 3 h old"


def test_what_a_file_does_not_tell_is_told_so() -> None:
    article = an_article(heat=None, quality=None, published=NOW)
    assert explain(DEFAULT, article, NOW) == "no heat, no quality, 0 min old"


def test_a_score_of_its_own_is_told_with_what_it_comes_from() -> None:
    weights = Weights(heat=1, quality=1)
    assert explain(weights, an_article(), NOW) == "score 60, heat 10, quality 50, 60 min old"


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(seconds=-5), "0 min"),
        (timedelta(minutes=119), "119 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=2), "2 d"),
    ],
)
def test_a_span_is_told_in_the_largest_unit_it_has_two_of(length: timedelta, told: str) -> None:
    assert span(length) == told


@pytest.mark.parametrize(("value", "told"), [(97.0, "97"), (100.0, "100"), (0.126, "0.13"), (0.0, "0"), (-1.0, "-1")])
def test_a_number_is_told_without_empty_decimals(value: float, told: str) -> None:
    assert number(value) == told
