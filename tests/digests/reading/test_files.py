"""Files found and read, whatever somebody put in the folder."""

import os
import socket
from pathlib import Path

import pytest

from digests.reading.files import LARGEST, ChangedError, UnfitError, contents, printable, walk


def found(top: Path) -> list[str]:
    return sorted(sighting.file for sighting in walk(top, ".md"))


def test_files_are_found_in_every_folder_by_their_ending(tmp_path: Path) -> None:
    (tmp_path / "2026" / "11").mkdir(parents=True)
    for name in ("a.md", "2026/b.md", "2026/11/c.md", "2026/d.txt"):
        (tmp_path / name).touch()

    assert found(tmp_path) == ["2026/11/c.md", "2026/b.md", "a.md"]


def test_what_is_hidden_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.md").touch()
    (tmp_path / ".a.md.swp.md").touch()

    assert found(tmp_path) == []


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "loop").symlink_to(tmp_path)
    (tmp_path / "inside" / "out").symlink_to("/")

    assert found(tmp_path) == []


def test_a_folder_may_be_named_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "2026.md").mkdir()
    (tmp_path / "2026.md" / "a.md").touch()

    assert found(tmp_path) == ["2026.md/a.md"]


def test_what_goes_away_during_the_walk_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    names = {"a.md", "b.md"}
    for name in names:
        (tmp_path / name).touch()
    walking = walk(tmp_path, ".md")
    first = next(walking)
    (tmp_path / "below").rmdir()
    (tmp_path / (names - {first.file}).pop()).unlink()

    assert list(walking) == []


def test_a_folder_to_walk_must_be_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)

    with pytest.raises(FileNotFoundError):
        found(tmp_path / "missing")
    with pytest.raises(NotADirectoryError):
        found(tmp_path / "link")


def test_a_regular_file_is_read_with_its_stamp(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"text")

    data, stamp = contents(path)

    status = path.stat()
    assert data == b"text"
    assert (stamp.inode, stamp.mtime_ns, stamp.size) == (status.st_ino, status.st_mtime_ns, 4)


def test_nothing_waits_for_a_pipe_or_leaves_by_a_link(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "link.md").symlink_to("/etc/passwd")
    (tmp_path / "zero.md").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket.md"))

    for sighting in walk(tmp_path, ".md"):
        with pytest.raises(UnfitError):
            contents(tmp_path / sighting.name)
        with pytest.raises(UnfitError, match=r"a symbolic link|no regular file"):
            sighting.check()


def test_a_device_is_not_read() -> None:
    with pytest.raises(UnfitError, match="no regular file"):
        contents(Path("/dev/zero"))


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    with path.open("wb") as sparse:
        sparse.truncate(LARGEST + 1)

    with pytest.raises(UnfitError, match="1048577 bytes, at most 1048576") as caught:
        contents(path)
    assert caught.value.lasting


def test_what_the_system_refuses_may_be_read_another_time(tmp_path: Path) -> None:
    (tmp_path / "a.md").touch()

    with pytest.raises(UnfitError, match="not a directory") as caught:
        contents(tmp_path / "a.md" / "b.md")
    assert not caught.value.lasting


def test_a_file_that_is_gone_has_changed(tmp_path: Path) -> None:
    with pytest.raises(ChangedError):
        contents(tmp_path / "a.md")


def test_a_file_with_more_in_it_than_it_said_has_changed() -> None:
    with pytest.raises(ChangedError):
        contents(Path("/proc/self/status"))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"a.md", "a.md"),
        ("größe-日本.md".encode(), "größe-日本.md"),
        (b"\xff\xfe.md", "\\xff\\xfe.md"),
        (b"a\nERROR forged.md", "a\\nERROR forged.md"),
        ("a\u2028b.md".encode(), "a\\u2028b.md"),
    ],
)
def test_every_name_can_be_printed(tmp_path: Path, name: bytes, shown: str) -> None:
    (tmp_path / os.fsdecode(name)).touch()

    (sighting,) = walk(tmp_path, ".md")

    assert sighting.file == shown == printable(sighting.name)
    assert sighting.file.encode()
    assert sighting.name == os.fsdecode(name)


def test_a_name_that_cannot_be_printed_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a\nb.md").touch()

    (sighting,) = walk(tmp_path, ".md")

    with pytest.raises(UnfitError, match="a name that is not printable UTF-8"):
        sighting.check()
