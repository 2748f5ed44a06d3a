"""The index's file is made, made anew when it is of no use, and never taken from another program."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from digests.indexing.file import IndexUnusable, connect, is_broken, prepare, replace


def archive_of(path: Path) -> str:
    with closing(connect(path)) as connection:
        (root,) = connection.execute("SELECT root FROM archive").fetchone()
    return str(root)


def marked(path: Path) -> Path:
    """An index with something in it."""
    prepare(path, "/archive")
    with closing(connect(path)) as connection:
        connection.execute("INSERT INTO names VALUES ('azure', 'Azure')")
    return path


def is_marked(path: Path) -> bool:
    with closing(connect(path)) as connection:
        return connection.execute("SELECT 1 FROM names").fetchone() is not None


def test_a_file_that_is_not_there_is_made_with_its_folders(tmp_path: Path) -> None:
    prepare(tmp_path / "a" / "b" / "index.db", "/archive")
    assert archive_of(tmp_path / "a" / "b" / "index.db") == "/archive"


def test_an_empty_file_is_taken(tmp_path: Path) -> None:
    (tmp_path / "index.db").touch()
    prepare(tmp_path / "index.db", "/archive")
    assert archive_of(tmp_path / "index.db") == "/archive"


def test_an_index_of_the_archive_is_kept(tmp_path: Path) -> None:
    path = marked(tmp_path / "index.db")
    prepare(path, "/archive")
    assert is_marked(path)


def test_an_index_of_another_archive_is_made_anew(tmp_path: Path) -> None:
    path = marked(tmp_path / "index.db")
    prepare(path, "/another")
    assert archive_of(path) == "/another"
    assert not is_marked(path)


def test_an_index_of_another_version_is_made_anew(tmp_path: Path) -> None:
    path = marked(tmp_path / "index.db")
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA user_version = 999")
    prepare(path, "/archive")
    assert not is_marked(path)


def test_a_damaged_index_is_made_anew(tmp_path: Path) -> None:
    path = marked(tmp_path / "index.db")
    data = path.read_bytes()
    path.write_bytes(data[:100] + b"\xff" * (len(data) - 100))
    prepare(path, "/archive")
    assert not is_marked(path)


def test_an_index_cut_short_is_made_anew(tmp_path: Path) -> None:
    path = marked(tmp_path / "index.db")
    path.write_bytes(path.read_bytes()[:5000])
    prepare(path, "/archive")
    assert not is_marked(path)


@pytest.mark.parametrize("content", [b"Dear diary", b"SQLite format 3\0", b"x" * 5000])
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "diary"
    path.write_bytes(content)
    with pytest.raises(IndexUnusable, match="diary: not an SQLite database"):
        prepare(path, "/archive")
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE precious (thing)")
    before = path.read_bytes()
    with pytest.raises(IndexUnusable, match=r"other\.db: a database of another program"):
        prepare(path, "/archive")
    assert path.read_bytes() == before


def test_a_folder_in_its_place_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusable, match="directory"):
        prepare(tmp_path, "/archive")


def test_an_index_that_somebody_holds_is_waited_for_and_then_given_up(tmp_path: Path) -> None:
    path = marked(tmp_path / "index.db")
    with closing(connect(path)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(IndexUnusable, match="locked"):
            prepare(path, "/another", busy_seconds=0)
    assert is_marked(path)


def test_many_who_open_a_new_index_at_once_get_one(tmp_path: Path) -> None:
    for turn in range(10):
        path = tmp_path / f"{turn}.db"
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda path: prepare(path, "/archive"), [path] * 8))
        assert archive_of(path) == "/archive"


def test_a_connection_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError) as caught:
        connect(tmp_path / "index.db")
    assert is_broken(caught.value)
    assert not (tmp_path / "index.db").exists()


def test_a_full_disk_is_no_damage() -> None:
    assert not is_broken(sqlite3.OperationalError("database or disk is full"))


def test_an_index_can_be_replaced_while_it_is_read(tmp_path: Path) -> None:
    path = marked(tmp_path / "index.db")
    with closing(connect(path)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT name FROM names").fetchall() == [("Azure",)]
        replace(path, "/archive")
        assert reader.execute("SELECT name FROM names").fetchall() == [("Azure",)]
    assert not is_marked(path)
    prepare(path, "/archive")


def test_an_index_lies_alone_in_its_folder(tmp_path: Path) -> None:
    prepare(tmp_path / "index.db", "/archive")
    assert [path.name for path in tmp_path.iterdir()] == ["index.db"]
