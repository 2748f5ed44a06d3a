"""Files on disk that others write: found without following links, read without waiting for a pipe or for ever."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISLNK, S_ISREG

from digests.look import Stamp

LARGEST = 1_048_576
"""Bytes a file may have; the largest article known has 143,180."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_UNPRINTABLE = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class UnfitError(Exception):
    """A file that is not read; `lasting` unless that may change while the file does not (permissions, a bad disk)."""

    def __init__(self, reason: str, *, lasting: bool = True) -> None:
        super().__init__(reason)
        self.lasting = lasting


class ChangedError(Exception):
    """A file that was written to, replaced or removed while it was read."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A file as a walk saw it."""

    file: str
    """Path below the folder walked, with `/`; printable, whatever the name."""
    name: str
    """The same as the system wants it back."""
    mode: int
    stamp: Stamp

    def check(self) -> None:
        """UnfitError for what is never read: odd names, links, pipes, devices, and files larger than `LARGEST`."""
        if self.file != self.name:
            raise UnfitError("a name that is not printable UTF-8")
        _check(self.mode, self.stamp.size)


def _check(mode: int, size: int) -> None:
    if S_ISLNK(mode):
        raise UnfitError("a symbolic link")
    if not S_ISREG(mode):
        raise UnfitError("no regular file")
    if size > LARGEST:
        raise UnfitError(f"{size} bytes, at most {LARGEST}")


def _stamp(status: os.stat_result) -> Stamp:
    return Stamp(status.st_ino, status.st_mtime_ns, status.st_size)


def printable(name: str) -> str:
    """A file's name that may stand in any text: bytes that are no UTF-8 and control characters are spelled out."""
    if name.isascii() and name.isprintable():
        return name
    readable = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return _UNPRINTABLE.sub(lambda character: character[0].encode("unicode_escape").decode("ascii"), readable)


def walk(top: Path, suffix: str) -> Iterator[Sighting]:
    """Everything below `top` whose name ends in `suffix` but folders, in no order; nothing hidden, no link followed.

    OSError where a folder that is there cannot be read: what is in it has not been seen, which is not the same as gone.
    """
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            descriptor = os.open(top / folder, _FOLDER)
        except (FileNotFoundError, NotADirectoryError):
            if folder:
                continue  # it went away during the walk, or a file has taken its place
            raise
        try:
            yield from _inside(descriptor, folder, suffix, folders)
        finally:
            os.close(descriptor)


def _inside(descriptor: int, folder: str, suffix: str, folders: list[str]) -> Iterator[Sighting]:
    """The files of one open folder; the folders in it are added to `folders`."""
    with os.scandir(descriptor) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(f"{folder}{entry.name}/")
            elif entry.name.endswith(suffix):
                with suppress(FileNotFoundError):  # removed during the walk
                    yield _sighting(folder + entry.name, entry.stat(follow_symlinks=False))


def _sighting(name: str, status: os.stat_result) -> Sighting:
    return Sighting(printable(name), name, status.st_mode, _stamp(status))


def contents(path: Path) -> tuple[bytes, Stamp]:
    """A regular file's bytes, and its stamp before and after they were read; UnfitError or ChangedError."""
    try:
        descriptor = os.open(path, _FILE)
        try:
            before = os.fstat(descriptor)
            _check(before.st_mode, before.st_size)
            data = os.read(descriptor, before.st_size + 1)
            after = _stamp(os.fstat(descriptor))
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise ChangedError from None
    except OSError as error:
        raise UnfitError(reason(error), lasting=False) from None
    if len(data) != after.size or _stamp(before) != after:
        raise ChangedError
    return data, after


def reason(error: OSError) -> str:
    """What the system says, as our messages say things: `permission denied`."""
    return (error.strerror or type(error).__name__).lower()
