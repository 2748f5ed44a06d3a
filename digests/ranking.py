"""Score and order from heat, quality and age; each place in the order can be told in words.

The default order is the publisher's own, as far as its past digests show it: hottest first, then best, then newest.
"""

from datetime import UTC, datetime, timedelta
from math import isfinite

from digests.article import Article
from digests.digest import Weights

UNTOLD_HEAT = -1.0
"""What an article counts as whose file tells no heat: as cold as one that cooled off, which publishers mark by -1."""
UNTOLD_QUALITY = 0.0
"""What an article counts as whose file tells no quality."""

Order = tuple[float, float, timedelta, str]
"""A key that sorts articles best first."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def heat_of(article: Article) -> float:
    """The heat that an article counts with, told or not."""
    return _counted(article.heat, UNTOLD_HEAT)


def quality_of(article: Article) -> float:
    """The quality that an article counts with, told or not."""
    return _counted(article.quality, UNTOLD_QUALITY)


def score(weights: Weights, article: Article, now: datetime) -> float:
    """How high an article ranks at `now`: the weighted sum of heat and quality, decayed by age where that is wanted.

    A sum below zero does not decay: that would make an article better by making it older.
    """
    total = weights.heat * heat_of(article) + weights.quality * quality_of(article)
    return decayed(total, now - article.published, weights.half_life)


def decayed(total: float, age: timedelta, half_life: timedelta | None) -> float:
    """What is left of a score at an age; an article from the future counts as new."""
    if half_life is None or half_life <= timedelta() or total <= 0 or age <= timedelta():
        return total
    return float(total * 0.5 ** (age / half_life))


def order(weights: Weights, article: Article, now: datetime) -> Order:
    """The place of an article among others: by score, then quality, then newness, then file, so that no two tie."""
    return (
        -score(weights, article, now),
        -quality_of(article),
        _EPOCH - article.published,
        article.file,
    )


def explain(weights: Weights, article: Article, now: datetime) -> str:
    """The facts that an article's place comes from: `heat 97, quality 87, 3 h old`, and the score if it is another."""
    facts = [_fact("heat", article.heat), _fact("quality", article.quality), f"{age_of(article, now)} old"]
    made = score(weights, article, now)
    return ", ".join(facts if made == heat_of(article) else [f"score {number(made)}", *facts])


def age_of(article: Article, now: datetime) -> str:
    """How long ago an article was published, in the largest unit that fits: `45 min`, `3 h`, `2 d`."""
    return span(now - article.published)


def span(length: timedelta) -> str:
    """A length of time in the largest unit of which it has at least two, or minutes."""
    minutes = max(0, int(length.total_seconds() // 60))
    for unit, size in (("d", 1440), ("h", 60)):
        if minutes >= 2 * size:
            return f"{minutes // size} {unit}"
    return f"{minutes} min"


def number(value: float) -> str:
    """A number as people write it: no decimals where there are none, two where there are."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _counted(value: float | None, untold: float) -> float:
    return value if value is not None and isfinite(value) else untold


def _fact(name: str, value: float | None) -> str:
    return f"no {name}" if value is None else f"{name} {number(value)}"
