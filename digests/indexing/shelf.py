"""What one section of a digest is chosen from, as a condition and an order that the index understands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from digests.article import Article
from digests.digest import DigestSpec
from digests.indexing.rows import MICROSECOND, microseconds
from digests.ranking import Order, order

EVERYTHING = ("",)
"""The key that all articles have."""

Values = tuple[str | float, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """An SQL expression and the values for its question marks."""

    sql: str
    values: Values

    @classmethod
    def among(cls, column: str, choices: Iterable[str]) -> "Condition":
        """The column has one of the values."""
        values = tuple(choices)
        return cls(f"{column} IN ({', '.join('?' * len(values))})", values)

    @classmethod
    def all(cls, conditions: Iterable["Condition"]) -> "Condition":
        """All conditions hold; with none, that is so."""
        parts = tuple(conditions)
        sql = " AND ".join(f"({part.sql})" for part in parts)
        return cls(sql or "TRUE", tuple(value for part in parts for value in part.values))


@dataclass(frozen=True, slots=True)
class Shelf:
    """The articles of some topics and one window, seen through a digest's specification."""

    keys: tuple[str, ...]
    """The topics' keys (`digests.topics.tree`), or `EVERYTHING`."""
    spec: DigestSpec
    since: datetime
    until: datetime
    """The window's end; both ends belong to it, and ages are counted to this one."""

    def rank(self, article: Article) -> Order:
        """The key that sorts an article among the others, best first."""
        return order(self.spec.weights, article, self.until)

    @property
    def score(self) -> Condition:
        """`ranking.score`, for the index to compute."""
        weights = self.spec.weights
        total = Condition("? * heat + ? * quality", (weights.heat, weights.quality))
        if weights.half_life is None:
            return total
        times = (microseconds(self.until), weights.half_life // MICROSECOND)
        return Condition(f"decayed({total.sql}, ? - published, ?)", (*total.values, *times))


def fitting(shelf: Shelf) -> Condition:
    """In the window, and as the specification wants articles."""
    return Condition.all((_window(shelf), _wanted(shelf.spec)))


def unfitting(shelf: Shelf) -> Condition:
    """In the window, and not as the specification wants articles."""
    wanted = _wanted(shelf.spec)
    return Condition.all((_window(shelf), Condition(f"NOT ({wanted.sql})", wanted.values)))


def _window(shelf: Shelf) -> Condition:
    within = Condition("published BETWEEN ? AND ?", (microseconds(shelf.since), microseconds(shelf.until)))
    return Condition.all((Condition.among("topic", shelf.keys), within))


def _wanted(spec: DigestSpec) -> Condition:
    wanted = []
    if spec.types:
        wanted.append(Condition.among("type", (kind.casefold() for kind in spec.types)))
    if spec.min_heat is not None:
        wanted.append(Condition("heat >= ?", (spec.min_heat,)))
    if spec.min_quality is not None:
        wanted.append(Condition("quality >= ?", (spec.min_quality,)))
    return Condition.all(wanted)
