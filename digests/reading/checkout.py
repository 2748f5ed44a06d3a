"""An archive that lives in a git repository, kept as a checkout of the two folders that are read."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import TextIO

from digests.reading import files
from digests.reading.archive import ArchiveError
from digests.reading.git import GitError, Repository

_GLANCE = 0.2
"""Seconds between two tries for the lock."""
_WANTED = "/_news/\n/_data/topics/\n"


class Checkout:
    """`_news` and `_data/topics` of a repository's branch (None: its default), in `folder`, which is ours alone.

    Only the newest state is fetched, and of that only those folders. Git writes only the files that changed, so that a
    `Folder` over the checkout reads only these again.
    """

    def __init__(self, url: str, branch: str | None, folder: Path) -> None:
        self._url = url
        self._reference = "HEAD" if branch is None else f"refs/heads/{branch}"
        self._folder = folder.absolute()
        self._ending = Event()

    @property
    def folder(self) -> Path:
        """The archive's root on this machine; it holds an archive once `pull` has returned for the first time."""
        return self._folder

    def pull(self) -> bool:
        """Bring the checkout to the branch's newest state, however history was rewritten; whether anything changed.

        A checkout that is broken is made anew, beside the old one, which stays until then. ArchiveError, with what git
        said, if the repository cannot be had: what was pulled before can still be read.
        """
        with self._alone():
            try:
                return self._update(self._folder)
            except GitError:
                return self._start_anew()

    def end(self) -> None:
        """Let a pull that another thread is at fail soon, and every later one at once."""
        self._ending.set()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time: a second one waits for the first."""
        try:
            if self._folder.is_dir() and any(self._folder.iterdir()) and not (self._folder / ".git").exists():
                raise ArchiveError(f"{self._folder}: neither empty nor a checkout")
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            with self._beside("lock").open("w") as lock:
                self._wait_for(lock)
                shutil.rmtree(self._beside("new"), ignore_errors=True)  # left by a process that died
                yield
        except OSError as error:
            raise ArchiveError(f"{error.filename or self._folder}: {files.reason(error)}") from error

    def _wait_for(self, lock: TextIO) -> None:
        while True:
            try:
                return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if self._ending.wait(_GLANCE):
                    raise ArchiveError(f"{self._folder}: told to end while another process pulls") from None

    def _start_anew(self) -> bool:
        fresh = self._beside("new")
        try:
            self._update(fresh)
        except GitError as error:
            shutil.rmtree(fresh, ignore_errors=True)
            raise ArchiveError(str(error)) from error
        shutil.rmtree(self._folder, ignore_errors=True)
        fresh.rename(self._folder)
        return True

    def _update(self, folder: Path) -> bool:
        repository = Repository(folder, self._url, ending=self._ending)
        folder.mkdir(exist_ok=True)
        repository.run("init", "--quiet")
        (folder / ".git" / "info").mkdir(exist_ok=True)
        (folder / ".git" / "info" / "sparse-checkout").write_text(_WANTED, encoding="utf-8")
        if self._tip(repository) == _head(repository) and _is_clean(repository):
            return False
        fetch = ("fetch", "--quiet", "--depth=1", "--no-tags", "--filter=blob:none", "--no-recurse-submodules")
        repository.run(*fetch, "origin", self._reference)
        repository.run("reset", "--quiet", "--hard", "FETCH_HEAD")
        return True

    def _tip(self, repository: Repository) -> str:
        """The newest commit of the branch, as the other side says; a checkout made anew would not hear better."""
        try:
            _, answer = repository.run("ls-remote", "--quiet", "origin", self._reference)
        except GitError as error:
            raise ArchiveError(str(error)) from error
        if not answer:
            raise ArchiveError(f"git ls-remote: no {self._reference} in the repository")
        return answer.split()[0]

    def _beside(self, what: str) -> Path:
        return self._folder.with_name(f"{self._folder.name}.{what}")


def _head(repository: Repository) -> str:
    """The commit that is checked out; empty if none is."""
    _, answer = repository.run("rev-parse", "--quiet", "--verify", "HEAD", accepted=(0, 1))
    return answer


def _is_clean(repository: Repository) -> bool:
    """Whether every file is as git left it."""
    code, _ = repository.run("diff", "--quiet", "HEAD", accepted=(0, 1))
    return code == 0
