"""The index remembers what looks at an archive found, all of a look or nothing of it."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digests.article import Article, Problem
from digests.indexing.index import Index, Refreshed
from digests.indexing.shelf import EVERYTHING
from digests.look import Look, Reading, Stamp
from tests.builders import NOW, an_article
from tests.digests.memory_archive import Found, MemoryArchive

TOPIC = st.text(min_size=1).filter(lambda topic: "\x1f" not in topic)
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
BAD = Problem("_news/bad.md", 3, "no title")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    index = Index.open(tmp_path / "index.db", "/archive")
    yield index
    index.close()


def refresh(index: Index, archive: MemoryArchive, *, doubt: bool = False) -> Refreshed:
    return index.refresh(archive.look(index.known()), doubt=doubt)


def articles(index: Index) -> set[Article]:
    with index.candidates() as candidates:
        return set(candidates.newer(EVERYTHING, BEGINNING, 1000))


def test_a_look_is_learned(index: Index) -> None:
    archive = MemoryArchive([an_article("a.md"), an_article("b.md")])
    archive.put("draft.md", None)
    archive.put("bad.md", BAD)
    archive.waiting = ("fresh.md",)
    assert refresh(index, archive) == Refreshed(read=4, gone=0, waiting=1, problems=(BAD,))
    assert articles(index) == {an_article("a.md"), an_article("b.md")}
    assert set(index.known()) == {"a.md", "b.md", "bad.md", "draft.md"}


def test_what_is_known_is_not_read_again(index: Index) -> None:
    archive = MemoryArchive([an_article("a.md")])
    archive.put("bad.md", BAD)
    refresh(index, archive)
    assert refresh(index, archive) == Refreshed(read=0, gone=0, waiting=0, problems=(BAD,))


def test_a_changed_file_says_what_it_says_now(index: Index) -> None:
    archive = MemoryArchive([an_article("a.md")])
    refresh(index, archive)
    changed = an_article("a.md", title="Another", heat=99.0, topics=("IoT",))
    archive.put("a.md", changed)
    refresh(index, archive)
    assert articles(index) == {changed}
    with index.candidates() as candidates:
        assert candidates.total(("azure",)) == 0
        assert candidates.names() == {"iot": "IoT"}
        assert candidates.search("story", 10) == ()
        assert candidates.search("another", 10) == (changed,)


@pytest.mark.parametrize("now", [None, Problem("_news/a.md", None, "no date")])
def test_an_article_that_is_unpublished_or_broken_is_forgotten(index: Index, now: Found) -> None:
    archive = MemoryArchive([an_article("a.md")])
    refresh(index, archive)
    archive.put("a.md", now)
    refresh(index, archive)
    assert articles(index) == set()
    assert index.problems() == ((now,) if now else ())


def test_a_mended_file_is_no_problem_any_more(index: Index) -> None:
    archive = MemoryArchive()
    archive.put("bad.md", BAD)
    refresh(index, archive)
    archive.put("bad.md", None)
    assert refresh(index, archive).problems == ()


def test_a_file_that_is_gone_is_forgotten(index: Index) -> None:
    archive = MemoryArchive([an_article("a.md"), an_article("b.md")])
    refresh(index, archive)
    del archive.files["a.md"]
    assert refresh(index, archive).gone == 1
    assert articles(index) == {an_article("b.md")}
    assert set(index.known()) == {"b.md"}


@pytest.mark.parametrize(("gone", "held"), [(10, False), (11, True), (50, True)])
def test_where_there_is_doubt_and_too_much_is_gone_nothing_is_forgotten(index: Index, gone: int, held: bool) -> None:
    archive = MemoryArchive(an_article(f"{number}.md") for number in range(50))
    refresh(index, archive)
    for number in range(gone):
        del archive.files[f"{number}.md"]
    archive.put("new.md", an_article("new.md"))
    refreshed = refresh(index, archive, doubt=True)
    assert (refreshed.held, refreshed.read, refreshed.gone) == (held, 1, 0 if held else gone)
    assert len(articles(index)) == (51 if held else 51 - gone)


def test_without_doubt_all_may_be_gone(index: Index) -> None:
    archive = MemoryArchive(an_article(f"{number}.md") for number in range(50))
    refresh(index, archive)
    archive.files.clear()
    refreshed = refresh(index, archive)
    assert (refreshed.held, refreshed.gone) == (False, 50)
    assert articles(index) == set()


def test_a_fifth_of_a_large_archive_may_go(index: Index) -> None:
    archive = MemoryArchive(an_article(f"{number}.md") for number in range(100))
    refresh(index, archive)
    for number in range(20):
        del archive.files[f"{number}.md"]
    assert not refresh(index, archive, doubt=True).held


def test_a_look_that_fails_halfway_changes_nothing(index: Index) -> None:
    def readings() -> Iterator[Reading]:
        yield from (Reading(f"{number}.md", Stamp(1, 1, 1), an_article(f"{number}.md")) for number in range(600))
        raise OSError("the disk is away")

    with pytest.raises(OSError, match="the disk is away"):
        index.refresh(Look(601, readings(), (), ()))
    assert articles(index) == set()
    assert index.known() == {}


def test_progress_is_told_file_by_file(index: Index) -> None:
    told: list[tuple[int, int]] = []
    archive = MemoryArchive([an_article("a.md"), an_article("b.md")])
    index.refresh(archive.look({}), lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]


def test_stamps_are_kept_exactly(index: Index) -> None:
    largest = Stamp(2**64 - 1, 2**62, 2**40)
    index.refresh(Look(1, iter([Reading("a.md", largest, None)]), (), ()))
    assert index.known() == {"a.md": largest}
    assert index.stamp("a.md") == largest
    assert index.stamp("b.md") is None


def test_articles_of_one_second_and_one_place_are_told_apart(index: Index) -> None:
    # Their ids begin at the same number: so many files of one second share the room below it.
    refresh(index, MemoryArchive(an_article(f"{number}.md") for number in range(3000)))
    with index.candidates() as candidates:
        assert candidates.total(EVERYTHING) == 3000


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    article=st.builds(
        an_article,
        title=st.text(),
        excerpt=st.text(),
        url=st.text(),
        type=st.text(),
        heat=st.none() | st.floats(allow_nan=False),
        quality=st.none() | st.floats(allow_nan=False),
        published=st.datetimes(timezones=st.just(UTC)),
        topics=st.lists(TOPIC, unique=True).map(tuple),
    )
)
def test_an_article_comes_back_as_it_was(index: Index, article: Article) -> None:
    index.refresh(MemoryArchive([article]).look({}))
    assert articles(index) == {article}


def test_what_was_learned_outlives_the_process(tmp_path: Path) -> None:
    archive = MemoryArchive([an_article("a.md")])
    for read in (1, 0):
        index = Index.open(tmp_path / "index.db", "/archive")
        assert refresh(index, archive).read == read
        assert len(articles(index)) == 1
        index.close()


def test_an_index_is_rebuilt_empty(index: Index) -> None:
    refresh(index, MemoryArchive([an_article("a.md")]))
    index.rebuild()
    assert articles(index) == set()
    assert index.known() == {}


def test_an_index_that_another_process_replaced_is_the_new_one(index: Index, tmp_path: Path) -> None:
    refresh(index, MemoryArchive([an_article("a.md")]))
    other = Index.open(tmp_path / "index.db", "/archive")
    other.rebuild()
    other.close()
    assert index.known() == {}


def test_an_index_whose_file_was_taken_away_says_so(index: Index, tmp_path: Path) -> None:
    refresh(index, MemoryArchive([an_article("a.md")]))
    (tmp_path / "index.db").unlink()
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        index.known()


def test_whoever_reads_sees_one_state_while_another_writes(index: Index) -> None:
    archive = MemoryArchive([an_article("a.md")])
    refresh(index, archive)
    with index.candidates() as before:
        assert before.total(EVERYTHING) == 1
        archive.put("b.md", an_article("b.md"))
        refresh(index, archive)
        assert before.total(EVERYTHING) == 1
        with index.candidates() as after:
            assert after.total(EVERYTHING) == 2


def test_threads_read_and_write_at_once(index: Index) -> None:
    archive = MemoryArchive(an_article(f"{number}.md") for number in range(50))

    def work(turn: int) -> int:
        if turn % 4 == 0:
            refresh(index, archive)
        return len(articles(index))

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(work, range(80)))
    assert set(counts) <= {0, 50}
    assert counts[-1] == 50


def learn(path: Path, number: int) -> None:
    index = Index.open(path, "/archive")
    for turn in range(5):
        readings = [Reading(f"{number}-{turn}.md", Stamp(1, 1, 1), an_article(f"{number}-{turn}.md"))]
        index.refresh(Look(1, iter(readings), (), ()))
        articles(index)
    index.close()


def test_processes_share_one_file(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    context = get_context("spawn")
    processes = [context.Process(target=learn, args=(path, number)) for number in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    index = Index.open(path, "/archive")
    assert len(articles(index)) == 15
    index.close()


def test_ids_grow_with_the_time_of_publication(index: Index) -> None:
    earlier = an_article("z.md", title="Word", published=NOW.replace(year=1950))
    later = replace(earlier, file="a.md", published=NOW)
    refresh(index, MemoryArchive([later, earlier]))
    with index.candidates() as candidates:
        assert candidates.search("word", 10) == (later, earlier)
