"""An archive kept as a git checkout, whatever became of the repository or of the checkout."""

import fcntl
import shutil
import subprocess
from pathlib import Path
from threading import Thread, Timer

import pytest

from digests.reading.archive import ArchiveError, Folder
from digests.reading.checkout import Checkout

ARTICLE = "---\ntitle: A\npublishedDateTime: 2021-02-19\nwebUrl: http://a.example/\npublished: true\n---\n"


class Publisher:
    """A repository that somebody else writes to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "--quiet", "--initial-branch=main", str(folder), inside=False)
        for name in (
            "_news/a.md",
            "_news/2026/b.md",
            "_data/topics/ai.yaml",
            "_data/organizations/x.md",
            "images/x.png",
            "index.md",
        ):
            self.write(name)
        self.commit()

    def git(self, *arguments: str, inside: bool = True) -> None:
        where = ["-C", str(self.folder)] if inside else []
        person = ["-c", "user.name=P", "-c", "user.email=p@a.example"]
        subprocess.run(["git", *where, *person, *arguments], check=True, capture_output=True)

    def write(self, name: str, text: str = ARTICLE) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def commit(self, *options: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=More news", *options)


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(tmp_path / "theirs")


@pytest.fixture
def checkout(publisher: Publisher, tmp_path: Path) -> Checkout:
    return Checkout(publisher.folder.as_uri(), None, tmp_path / "cache" / "ours")


def files(checkout: Checkout) -> list[str]:
    top = checkout.folder
    return sorted(str(path.relative_to(top)) for path in top.rglob("*") if path.is_file() and ".git" not in path.parts)


@pytest.mark.parametrize("scheme", ["file://", ""])
def test_only_what_is_read_is_checked_out(publisher: Publisher, tmp_path: Path, scheme: str) -> None:
    checkout = Checkout(f"{scheme}{publisher.folder}", None, tmp_path / "ours")

    assert checkout.pull()
    assert files(checkout) == ["_data/topics/ai.yaml", "_news/2026/b.md", "_news/a.md"]


def test_only_the_newest_state_is_fetched(publisher: Publisher, checkout: Checkout) -> None:
    publisher.write("_news/c.md")
    publisher.commit()
    checkout.pull()

    count = subprocess.run(
        ["git", "-C", checkout.folder, "rev-list", "--count", "HEAD"], capture_output=True, check=True
    )

    assert count.stdout == b"1\n"


def test_a_pull_that_finds_nothing_new_says_so(checkout: Checkout) -> None:
    checkout.pull()

    assert not checkout.pull()


def test_only_the_files_that_changed_are_read_again(publisher: Publisher, checkout: Checkout) -> None:
    checkout.pull()
    folder = Folder(checkout.folder, settle_ns=0)
    known = {reading.file: reading.stamp for reading in folder.look({}).readings}
    publisher.write("_news/a.md", ARTICLE.replace("title: A", "title: Another"))
    publisher.write("_news/c.md")
    (publisher.folder / "_news/2026/b.md").unlink()
    publisher.write("images/y.png")
    publisher.commit()

    assert checkout.pull()

    look = folder.look(known)
    assert [reading.file for reading in look.readings] == ["a.md", "c.md"]
    assert look.gone == ("2026/b.md",)


def test_history_may_be_rewritten(publisher: Publisher, checkout: Checkout) -> None:
    checkout.pull()
    publisher.write("_news/c.md")
    publisher.commit("--amend")

    assert checkout.pull()
    assert "_news/c.md" in files(checkout)


def test_another_branch_may_be_followed(publisher: Publisher, tmp_path: Path) -> None:
    publisher.git("switch", "--quiet", "--create", "drafts")
    publisher.write("_news/draft.md")
    publisher.commit()
    publisher.git("switch", "--quiet", "main")
    ours = tmp_path / "ours"

    assert Checkout(str(publisher.folder), "drafts", ours).pull()
    assert (ours / "_news/draft.md").exists()
    assert Checkout(str(publisher.folder), "main", ours).pull()
    assert not (ours / "_news/draft.md").exists()


def test_another_repository_may_be_followed(checkout: Checkout, tmp_path: Path) -> None:
    checkout.pull()
    other = Publisher(tmp_path / "other")
    other.write("_news/other.md")
    other.commit()

    assert Checkout(str(other.folder), None, checkout.folder).pull()
    assert "_news/other.md" in files(checkout)


def test_a_link_in_the_repository_leads_nowhere(publisher: Publisher, checkout: Checkout) -> None:
    (publisher.folder / "_news/link.md").symlink_to("/etc/passwd")
    publisher.commit()

    checkout.pull()

    assert (checkout.folder / "_news/link.md").read_text(encoding="utf-8") == "/etc/passwd"
    assert not (checkout.folder / "_news/link.md").is_symlink()


def test_a_damaged_file_is_mended(checkout: Checkout) -> None:
    checkout.pull()
    (checkout.folder / "_news/a.md").write_text("half", encoding="utf-8")
    shutil.rmtree(checkout.folder / "_data")

    assert checkout.pull()
    assert (checkout.folder / "_news/a.md").read_text(encoding="utf-8") == ARTICLE
    assert (checkout.folder / "_data/topics/ai.yaml").exists()


@pytest.mark.parametrize("broken", ["HEAD", "config", "objects", "refs", "shallow", "index"])
def test_a_broken_checkout_is_made_anew(publisher: Publisher, checkout: Checkout, broken: str) -> None:
    checkout.pull()
    path = checkout.folder / ".git" / broken
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.write_bytes(b"\xffbroken")
    publisher.write("_news/c.md")
    publisher.commit()

    assert checkout.pull()
    assert "_news/c.md" in files(checkout)
    assert not checkout.pull()


@pytest.mark.parametrize("lock", ["index.lock", "shallow.lock", "refs/heads/archive.lock"])
def test_a_lock_left_by_a_process_that_died_does_not_matter(
    publisher: Publisher, checkout: Checkout, lock: str
) -> None:
    checkout.pull()
    (checkout.folder / ".git" / lock).touch()
    publisher.write("_news/c.md")
    publisher.commit()

    assert checkout.pull()
    assert "_news/c.md" in files(checkout)


def test_a_clone_that_was_interrupted_is_begun_again(checkout: Checkout) -> None:
    (checkout.folder / ".git").mkdir(parents=True)
    left_over = checkout.folder.with_name("ours.new")
    left_over.mkdir()
    (left_over / "half").touch()

    assert checkout.pull()
    assert "_news/a.md" in files(checkout)
    assert not left_over.exists()


def test_what_was_pulled_stays_while_the_repository_is_away(publisher: Publisher, checkout: Checkout) -> None:
    checkout.pull()
    publisher.folder.rename(publisher.folder.with_name("away"))

    with pytest.raises(ArchiveError, match="does not appear to be a git repository"):
        checkout.pull()
    assert "_news/a.md" in files(checkout)


def test_what_was_pulled_stays_while_the_repository_is_broken(publisher: Publisher, checkout: Checkout) -> None:
    checkout.pull()
    publisher.write("_news/c.md")
    publisher.commit()
    shutil.rmtree(publisher.folder / ".git" / "objects")
    (publisher.folder / ".git" / "objects").mkdir()

    with pytest.raises(ArchiveError, match=r"^git "):
        checkout.pull()
    assert "_news/a.md" in files(checkout)
    assert not checkout.folder.with_name("ours.new").exists()


def test_a_branch_that_is_not_there_is_told(publisher: Publisher, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no refs/heads/nightly in the repository"):
        Checkout(str(publisher.folder), "nightly", tmp_path / "ours").pull()


def test_a_folder_with_other_things_in_it_is_left_alone(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "thesis.txt").touch()

    with pytest.raises(ArchiveError, match="ours: neither empty nor a checkout"):
        Checkout(str(publisher.folder), None, tmp_path / "ours").pull()
    assert (tmp_path / "ours" / "thesis.txt").exists()


def test_a_folder_that_cannot_be_made_is_told(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ArchiveError, match=r"file.*: (not a directory|file exists)$"):
        Checkout(str(publisher.folder), None, tmp_path / "file" / "ours").pull()


def test_a_second_process_waits_for_the_first(checkout: Checkout) -> None:
    checkout.pull()
    pulling = Thread(target=checkout.pull)
    with checkout.folder.with_name("ours.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        pulling.start()
        pulling.join(timeout=0.2)
        assert pulling.is_alive()

    pulling.join(timeout=10)

    assert not pulling.is_alive()


def test_a_process_that_waits_for_another_ends_when_it_is_told_to(checkout: Checkout) -> None:
    checkout.pull()
    Timer(0.3, checkout.end).start()
    with checkout.folder.with_name("ours.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ArchiveError, match="told to end while another process pulls"):
            checkout.pull()


def test_a_pull_that_is_told_to_end_leaves_what_was_pulled(checkout: Checkout) -> None:
    checkout.pull()
    files = sorted(checkout.folder.rglob("*.md"))
    checkout.end()

    with pytest.raises(ArchiveError, match="told to end"):
        checkout.pull()

    assert sorted(checkout.folder.rglob("*.md")) == files != []
