"""How long `/latest` takes to compose over 100,000 articles, beside one plain SQL query over the same rows.

Run as `python -m tests.benchmarks.choosing`.
"""

import random
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from digests.article import Article, Provider, Related
from digests.digest import DigestSpec
from digests.look import Look, Reading, Stamp
from digests.newsroom import Newsroom
from tests.builders import write_topic

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
YEARS = 3
RUNS = 21
WORDS = ("azure", "cloud", "data", "secure", "launch", "preview", "region", "update", "service", "model")
TOPICS = ("Azure", "Databases", "AI", "Security", "Storage", "DevOps", "Networking", "Web", "IoT", "Mobile")


class SyntheticArchive:
    """An archive of invented articles, spread evenly over three years."""

    def __init__(self, articles: int, folder: Path) -> None:
        self.topics_folder = folder / "_data" / "topics"
        for topic in TOPICS:
            write_topic(folder, topic.casefold(), topic, parent=None if topic == "Azure" else "Azure")
        self.articles = tuple(_articles(articles))

    def look(self, known: Mapping[str, Stamp]) -> Look:
        """Everything, the first time."""
        fresh = [] if known else self.articles
        readings = (Reading(article.file, Stamp(number, 0, 0), article) for number, article in enumerate(fresh))
        return Look(len(fresh), readings, (), ())

    def related(self, file: str) -> tuple[Related, ...]:
        """Twenty for each."""
        at = Provider("Elsewhere", "elsewhere.example")
        return tuple(Related(f"{file} {n}", f"https://elsewhere.example/{file}/{n}", at) for n in range(20))


def main(count: int = 100_000) -> None:
    """Print the figures: median of 21 runs, one process, warm."""
    with TemporaryDirectory() as folder:
        archive = SyntheticArchive(count, Path(folder))
        newsroom = Newsroom.open(archive, Path(folder) / "index.db")
        start = perf_counter()
        newsroom.refresh()
        say(f"{count} articles indexed in {perf_counter() - start:.1f} s")
        say(f"{'':28}{'/latest':>10}{'explained':>12}{'plain SQL':>12}{'ratio':>8}")
        with closing(sqlite3.connect(Path(folder) / "index.db")) as rows:
            for name, spec in _requests():
                latest = milliseconds(partial(newsroom.digest, spec, now=NOW, explain=False))
                explained = milliseconds(partial(newsroom.digest, spec, now=NOW))
                peer = milliseconds(partial(naive, rows, spec))
                say(f"{name:28}{latest:7.2f} ms{explained:9.2f} ms{peer:9.2f} ms{peer / latest:7.1f}x")
        for words in ("azure", "a", "azure cloud secure", "99999"):
            say(f"search {words!r:21}{milliseconds(partial(newsroom.search, words)):7.2f} ms")
        newsroom.close()


def naive(rows: sqlite3.Connection, spec: DigestSpec) -> list[Any]:
    """The peer: the rows of the window and the topic, sorted whole and cut, as one writes it the first time."""
    since = (NOW - spec.window).timestamp() * 1_000_000
    topic = f"%{spec.topics[0]}%" if spec.topics else "%"
    sql = (
        "SELECT * FROM articles WHERE published >= ? AND topics LIKE ? ORDER BY heat DESC, quality DESC, published DESC"
    )
    return rows.execute(sql, (since, topic)).fetchmany(spec.limit)


def _requests() -> Iterator[tuple[str, DigestSpec]]:
    for name, window in (("a day", 1), ("a week", 7), ("a month", 30), ("a year", 365)):
        yield f"everything, {name}", DigestSpec(window=timedelta(days=window))
        yield f"a topic of ten, {name}", DigestSpec(topics=("azure",), window=timedelta(days=window))
    yield "fifty to page, a week", DigestSpec(window=timedelta(days=7), limit=50)


def milliseconds(work: Callable[[], object]) -> float:
    """How long the work takes: the median of 21 times."""
    return median(_timed(work) for _ in range(RUNS)) * 1000


def say(line: str) -> None:
    """Print one line of figures."""
    print(line)  # noqa: T201  # printing figures is what it is for


def _timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _articles(count: int) -> Iterator[Article]:
    dice = random.Random(7)  # noqa: S311  # the same articles every time
    for number in range(count):
        published = NOW - timedelta(days=365 * YEARS) * ((count - number) / count)
        provider = f"Provider {dice.randrange(400)}"
        yield Article(
            file=f"{published:%Y-%m-%d}-{number}.md",
            title=" ".join(dice.choices(WORDS, k=8)) + f" {number}",
            excerpt=" ".join(dice.choices(WORDS, k=30)),
            url=f"https://example.com/{number}",
            published=published,
            type="article",
            heat=float(dice.choice((-1, dice.randrange(900)))),
            quality=float(dice.randrange(150)),
            provider=Provider(provider, f"{provider.casefold().replace(' ', '')}.example"),
            topics=("Azure", *dice.sample(TOPICS[1:], k=dice.randrange(3))),
        )


if __name__ == "__main__":
    main()
