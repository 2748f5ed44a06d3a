"""Where an archive and its index are kept on this machine, and the newsroom opened over them."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from bot.settings.settings import ArchiveSettings, Settings
from digests.newsroom import Newsroom
from digests.reading.archive import Folder
from digests.reading.checkout import Checkout

Progress = Callable[[int, int], None]
"""Told how many of how many files are read."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where articles come from: a folder that somebody else writes, or a git checkout of our own."""

    root: Path
    checkout: Checkout | None = None

    def pull(self) -> None:
        """Bring a checkout up to date; a plain folder is as it is."""
        if self.checkout is not None:
            self.checkout.pull()

    def end(self) -> None:
        """Let a pull under way in another thread fail soon, for nobody waits for it any more."""
        if self.checkout is not None:
            self.checkout.end()

    def folder(self, *, patient: bool) -> Folder:
        """The folder to read; git is done with a file when it returns, so only a foreign one asks for patience."""
        return Folder(self.root, patient=patient and self.checkout is None)

    def newsroom(self, index: Path | None, *, patient: bool) -> Newsroom:
        """The newsroom over this archive, as its index remembers it; nothing is read yet."""
        path = index or _cached("indexes", str(self.root.resolve()), ".db")
        return Newsroom.open(self.folder(patient=patient), path)


def source(archive: ArchiveSettings) -> Source:
    """The archive that the settings name; the checkout of a git archive is kept in the cache folder."""
    if archive.git is not None:
        root = _cached("checkouts", f"{archive.git}#{archive.branch or ''}", "")
        return Source(root, Checkout(archive.git, archive.branch, root))
    if archive.path is None:
        raise ValueError("an archive has a path or a git URL")
    return Source(archive.path)


def own_templates(settings: Settings) -> Path | None:
    """The folder of the admin's own templates, if there is one."""
    return settings.templates if settings.templates.is_dir() else None


@contextmanager
def fresh_newsroom(source: Source, index: Path | None, progress: Progress | None = None) -> Iterator[Newsroom]:
    """For a one-shot command: a newsroom that has just read all there is, a fresh file included; closed after."""
    source.pull()
    news = source.newsroom(index, patient=False)
    try:
        news.refresh(progress)
        yield news
    finally:
        news.close()


def _cached(kind: str, name: str, ending: str) -> Path:
    short = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return platformdirs.user_cache_path("heatwire") / kind / f"{short}{ending}"
