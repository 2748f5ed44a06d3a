"""One look at a folder after another: what changed, what is gone, what may be half-written."""

import os
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from digests.article import Article, Problem, Provider, Related
from digests.look import Look, Reading, Stamp
from digests.reading.archive import ArchiveError, Folder

SECOND = 1_000_000_000
NOW = 1_700_000_000 * SECOND
LONG_AGO = NOW - 3600 * SECOND


def text(title: str = "Azure", more: str = "") -> str:
    fields = f"title: {title}\npublishedDateTime: 2021-02-19\nwebUrl: http://a.example/\npublished: true\n{more}"
    return f"---\n{fields}---\n"


class Shelf:
    """An archive in a temporary folder, whose files are as old as a test wants them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.news = root / "_news"
        self.news.mkdir()

    def put(self, name: str, content: str = text(), modified: int = LONG_AGO) -> Path:
        path = self.news / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
        os.utime(path, ns=(modified, modified))
        return path

    def folder(self, *, patient: bool = True, pause: Callable[[float], None] | None = None) -> Folder:
        return Folder(self.root, now_ns=lambda: NOW, patient=patient, pause=pause or _no_pause)


def _no_pause(seconds: float) -> None:
    raise AssertionError(f"paused for {seconds} s")


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def remembered(readings: list[Reading]) -> dict[str, Stamp]:
    return {reading.file: reading.stamp for reading in readings}


def problems(look: Look) -> dict[str, str]:
    return {reading.file: str(reading.found) for reading in look.readings if isinstance(reading.found, Problem)}


def test_the_first_look_reads_everything(shelf: Shelf) -> None:
    shelf.put("b.md")
    shelf.put("2026/a.md", text("AI"))
    shelf.put("c.md", text().replace("true", "false"))
    shelf.put("d.md", "nothing")

    look = shelf.folder().look({})
    found = {reading.file: reading.found for reading in look.readings}

    assert (look.changed, look.gone, look.waiting) == (4, (), ())
    assert list(found) == ["2026/a.md", "b.md", "c.md", "d.md"]
    assert isinstance(found["2026/a.md"], Article)
    assert found["2026/a.md"].title == "AI"
    assert found["c.md"] is None
    assert found["d.md"] == Problem("_news/d.md", 1, "no front matter: the first line is not ---")


def test_a_look_that_finds_nothing_changed_reads_nothing(shelf: Shelf) -> None:
    shelf.put("a.md")
    shelf.put("b.md", "a bad one is not told again and again")
    known = remembered(list(shelf.folder().look({}).readings))

    look = shelf.folder().look(known)

    assert (look.changed, list(look.readings), look.gone, look.waiting) == (0, [], (), ())


def test_only_what_changed_is_read_again(shelf: Shelf) -> None:
    for name in ("kept.md", "longer.md", "same-size.md", "replaced.md"):
        shelf.put(name)
    known = remembered(list(shelf.folder().look({}).readings))
    shelf.put("longer.md", text("Azure and AI"))
    shelf.put("same-size.md", text("Earth"), LONG_AGO + 1)
    shelf.put("new.md")
    shelf.put("replacement").rename(shelf.news / "replaced.md")

    look = shelf.folder().look(known)

    assert [reading.file for reading in look.readings] == ["longer.md", "new.md", "replaced.md", "same-size.md"]
    assert look.changed == 4


def test_what_is_gone_is_told(shelf: Shelf) -> None:
    path = shelf.put("a.md")
    known = remembered(list(shelf.folder().look({}).readings))
    path.unlink()

    assert shelf.folder().look(known).gone == ("a.md",)


@pytest.mark.parametrize("age", [0, 1.9, -1.9])
def test_a_fresh_file_waits_for_the_next_look(shelf: Shelf, age: float) -> None:
    shelf.put("a.md", modified=NOW - int(age * SECOND))
    known = {"a.md": Stamp(1, 1, 1)}

    look = shelf.folder().look(known)

    assert (look.changed, look.gone, look.waiting) == (0, (), ("a.md",))


@pytest.mark.parametrize("age", [2, -3600])
def test_a_file_settles_and_a_clock_set_wrong_does_not_hide_it(shelf: Shelf, age: int) -> None:
    shelf.put("a.md", modified=NOW - age * SECOND)

    look = shelf.folder().look({})

    assert (look.changed, look.waiting) == (1, ())


def test_a_file_that_changes_before_it_is_read_is_left_to_the_next_look(shelf: Shelf) -> None:
    shelf.put("a.md")
    shelf.put("b.md")
    look = shelf.folder().look({})
    shelf.put("a.md", "---\ntitle: half", modified=NOW)
    (shelf.news / "b.md").unlink()

    assert list(look.readings) == []


def test_a_command_that_looks_once_reads_fresh_files_too(shelf: Shelf) -> None:
    shelf.put("a.md", modified=NOW - SECOND)

    look = shelf.folder(patient=False).look({})

    (reading,) = look.readings
    assert isinstance(reading.found, Article)
    assert shelf.folder(patient=False).look(remembered([reading])).changed == 0


def test_a_file_written_this_very_moment_is_read_again_next_time(shelf: Shelf) -> None:
    shelf.put("a.md", modified=NOW - SECOND // 100)
    known = remembered(list(shelf.folder(patient=False).look({}).readings))

    assert shelf.folder(patient=False).look(known).changed == 1


def test_a_half_written_file_is_read_again_once_its_writer_is_done(shelf: Shelf) -> None:
    shelf.put("a.md", "---\ntitle: half", modified=NOW)
    shelf.put("b.md")
    pauses: list[float] = []

    def finish(seconds: float) -> None:
        pauses.append(seconds)
        shelf.put("a.md", modified=NOW)

    readings = list(shelf.folder(patient=False, pause=finish).look({}).readings)

    assert [(reading.file, type(reading.found)) for reading in readings] == [("b.md", Article), ("a.md", Article)]
    assert pauses == [0.05]


def test_a_file_that_stays_half_written_is_a_problem_in_the_end(shelf: Shelf) -> None:
    shelf.put("a.md", "---\ntitle: half", modified=NOW)
    pauses: list[float] = []

    (reading,) = shelf.folder(patient=False, pause=pauses.append).look({}).readings

    assert isinstance(reading.found, Problem)
    assert len(pauses) == 4


def test_a_file_that_goes_away_while_it_is_waited_for_is_not_read(shelf: Shelf) -> None:
    path = shelf.put("a.md", "---\ntitle: half", modified=NOW)

    readings = list(shelf.folder(patient=False, pause=lambda _: path.unlink(missing_ok=True)).look({}).readings)

    assert readings == []


def test_an_old_bad_file_is_not_waited_for(shelf: Shelf) -> None:
    shelf.put("a.md", "---\ntitle: half")

    assert problems(shelf.folder(patient=False).look({})) == {
        "a.md": "_news/a.md: front matter without an end: no second ---"
    }


def test_what_is_no_article_file_is_a_problem_and_the_rest_goes_on(shelf: Shelf) -> None:
    shelf.put("good.md")
    shelf.put("forged\nline.md")
    shelf.put("large.md", "x" * 1_048_577)
    os.mkfifo(shelf.news / "pipe.md")
    (shelf.news / "link.md").symlink_to("/etc/passwd")
    os.utime(shelf.news / "pipe.md", ns=(LONG_AGO, LONG_AGO))
    os.utime(shelf.news / "link.md", ns=(LONG_AGO, LONG_AGO), follow_symlinks=False)
    look = shelf.folder().look({})

    assert look.changed == 5
    assert problems(look) == {
        "forged\\nline.md": "_news/forged\\nline.md: a name that is not printable UTF-8",
        "large.md": "_news/large.md: 1048577 bytes, at most 1048576",
        "link.md": "_news/link.md: a symbolic link",
        "pipe.md": "_news/pipe.md: no regular file",
    }


def test_what_can_never_be_read_is_told_once(shelf: Shelf) -> None:
    shelf.put("large.md", "x" * 1_048_577)
    known = remembered(list(shelf.folder().look({}).readings))

    assert shelf.folder().look(known).changed == 0


def test_what_the_system_refused_is_tried_again(shelf: Shelf) -> None:
    shelf.put("below/a.md")
    look = shelf.folder().look({})
    (shelf.news / "below").rename(shelf.news / "elsewhere")
    (shelf.news / "below").touch()

    (reading,) = look.readings

    assert reading.found == Problem("_news/below/a.md", None, "not a directory")
    assert reading.stamp.size == -1


def test_an_archive_that_is_not_there_is_the_operators_fault(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=f"^{tmp_path}/missing: no such folder$"):
        Folder(tmp_path / "missing").look({})
    with pytest.raises(ArchiveError, match=f"^{tmp_path}/_news: no such file or directory$"):
        Folder(tmp_path).look({})


def test_topics_lie_beside_the_news(tmp_path: Path) -> None:
    assert Folder(tmp_path).topics_folder == tmp_path / "_data" / "topics"


def test_related_articles_are_read_from_the_file_as_it_is_now(shelf: Shelf) -> None:
    path = shelf.put("a.md", text(more="related:\n  - {title: AI, webUrl: 'http://b.example'}\n"))

    assert shelf.folder().related("a.md") == (Related("AI", "http://b.example", Provider("b.example", "b.example")),)
    path.unlink()
    assert shelf.folder().related("a.md") == ()


def test_related_articles_are_read_from_nowhere_else(shelf: Shelf) -> None:
    outside = shelf.root / "outside.md"
    outside.write_text(text(more="related:\n  - {title: AI, webUrl: 'http://b.example'}\n"), encoding="utf-8")

    assert shelf.folder().related("../outside.md") == ()
    assert shelf.folder().related(str(outside)) == ()
    (shelf.news / "link.md").symlink_to(outside)
    assert shelf.folder().related("link.md") == ()


def test_a_look_at_a_real_archive_is_quick_when_nothing_changed(corpora: Path) -> None:
    folder = Folder(corpora / "azure")
    known = remembered(list(folder.look({}).readings))
    seconds = []
    for _ in range(3):
        started = process_time()
        look = folder.look(known)
        seconds.append(process_time() - started)
        assert (len(known), look.changed, look.gone, look.waiting) == (4958, 0, (), ())

    assert min(seconds) < 0.15
