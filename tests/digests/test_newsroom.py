"""The newsroom keeps archive, index and topics together, whatever happens to the index's file."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from digests.article import Problem
from digests.digest import DigestSpec
from digests.indexing.file import IndexUnusable
from digests.newsroom import Newsroom, TopicRow
from digests.topics.tree import UnknownTopic
from tests.builders import NOW, an_article, write_topic
from tests.digests.memory_archive import MemoryArchive

BAD = Problem("_news/bad.md", 3, "no title")


@pytest.fixture
def archive(tmp_path: Path) -> MemoryArchive:
    write_topic(tmp_path, "azure", "Azure")
    write_topic(tmp_path, "databases", "Databases", parent="Azure")
    return MemoryArchive(
        [
            an_article("a.md", topics=("Azure",)),
            an_article("b.md", title="Data", topics=("Azure", "Databases")),
            an_article("c.md", title="Qubits", topics=("Quantum", "Azure")),
            an_article("d.md", title="Bits", topics=("Quantum", "Edge")),
        ],
        tmp_path / "_data" / "topics",
    )


@pytest.fixture
def index_path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "index.db"


@pytest.fixture
def news(archive: MemoryArchive, index_path: Path) -> Iterator[Newsroom]:
    news = Newsroom.open(archive, index_path)
    news.refresh()
    yield news
    news.close()


def damage(path: Path) -> None:
    """Overwrite all but the header, in the main file and in what is not yet written into it."""
    for file in (path, Path(f"{path}-wal")):
        if file.exists():
            with file.open("r+b") as data:
                data.seek(100)
                data.write(b"\xff" * (file.stat().st_size - 100))


def test_a_digest_comes_from_what_was_read(news: Newsroom) -> None:
    assert news.digest(DigestSpec(topics=("databases",)), now=NOW).files == ("b.md",)
    assert news.digest(DigestSpec(topics=("databases",)), now=NOW, seen=frozenset({"b.md"})).empty


def test_topics_are_listed_as_the_tree_has_them_and_then_those_of_articles_only(news: Newsroom) -> None:
    assert news.topics() == (
        TopicRow("azure", "Azure", "Azure", None, 0, 3),
        TopicRow("databases", "Databases", "Databases", "azure", 1, 1),
        TopicRow("quantum", "Quantum", "Quantum", None, 0, 2),
        TopicRow("edge", "Edge", "Edge", None, 0, 1),
    )
    assert news.topics() is news.topics()


def test_a_topic_is_found_in_the_tree_or_among_articles(news: Newsroom) -> None:
    assert news.topic("#DATABASES").slug == "databases"
    assert news.topic("quantum").name == "Quantum"
    with pytest.raises(UnknownTopic):
        news.topic("cooking")


def test_articles_are_searched_and_counted(news: Newsroom) -> None:
    assert [article.file for article in news.search("qub")] == ["c.md"]
    assert news.count() == 4


def test_a_refresh_learns_new_articles_and_new_topics(news: Newsroom, archive: MemoryArchive, tmp_path: Path) -> None:
    write_topic(tmp_path, "cooking", "Cooking")
    archive.put("e.md", an_article("e.md", topics=("Cooking", "Baking")))
    assert news.refresh().read == 1
    assert [(row.slug, row.count) for row in news.topics()] == [
        ("azure", 3),
        ("databases", 1),
        ("cooking", 1),
        ("quantum", 2),
        ("baking", 1),
        ("edge", 1),
    ]


def test_problems_are_those_of_topics_and_of_articles(news: Newsroom, archive: MemoryArchive) -> None:
    (archive.topics_folder / "zzz.yaml").write_text("[", encoding="utf-8")
    archive.put("bad.md", BAD)
    refreshed = news.refresh()
    assert [problem.file for problem in refreshed.problems] == ["_data/topics/zzz.yaml", "_news/bad.md"]
    assert news.problems() == refreshed.problems


def test_a_newsroom_opened_again_knows_what_was_read(news: Newsroom, archive: MemoryArchive, index_path: Path) -> None:
    again = Newsroom.open(archive, index_path)
    assert again.digest(DigestSpec(topics=("quantum",)), now=NOW).files == ("c.md", "d.md")
    assert again.refresh().read == 0
    again.close()


def test_another_archive_is_not_taken_for_the_one_that_was_read(
    news: Newsroom, index_path: Path, tmp_path: Path
) -> None:
    other = Newsroom.open(MemoryArchive(topics_folder=tmp_path / "other"), index_path)
    assert other.count() == 0
    other.close()


def test_a_file_of_another_program_is_refused(archive: MemoryArchive, tmp_path: Path) -> None:
    (tmp_path / "diary").write_text("Dear diary", encoding="utf-8")
    with pytest.raises(IndexUnusable, match="not an SQLite database"):
        Newsroom.open(archive, tmp_path / "diary")


def test_an_index_that_is_taken_away_is_made_anew_before_the_answer(news: Newsroom, index_path: Path) -> None:
    index_path.unlink()
    assert news.digest(DigestSpec(topics=("databases",)), now=NOW).files == ("b.md",)


def test_an_index_that_is_damaged_is_made_anew_at_the_next_look(archive: MemoryArchive, index_path: Path) -> None:
    first = Newsroom.open(archive, index_path)
    first.refresh()
    first.close()
    damage(index_path)
    news = Newsroom.open(archive, index_path)
    assert news.refresh().read == 4
    assert news.count() == 4
    news.close()


def test_an_index_damaged_while_it_is_open_is_made_anew_before_the_answer(news: Newsroom, index_path: Path) -> None:
    damage(index_path)
    Path(f"{index_path}-shm").unlink(missing_ok=True)
    assert news.count() == 4
    assert news.refresh().read in {0, 4}


def test_errors_that_making_anew_does_not_mend_are_raised(news: Newsroom, archive: MemoryArchive) -> None:
    def look(known: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    archive.look = look  # type: ignore[method-assign,assignment]  # this archive's own fault, not the newsroom's
    with pytest.raises(sqlite3.OperationalError, match="full"):
        news.refresh()


def test_digests_are_compiled_while_the_archive_is_read(news: Newsroom, archive: MemoryArchive) -> None:
    def work(turn: int) -> tuple[str, ...]:
        if turn % 3 == 0:
            archive.put(f"more {turn}.md", an_article(f"more {turn}.md", heat=0.0, title=f"More {turn}"))
            news.refresh()
        return news.digest(DigestSpec(topics=("databases",)), now=NOW).files

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(work, range(30))) == {("b.md",)}
