"""Related articles of the files asked for lately: reading them takes milliseconds, and asking again none."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from digests.article import Related
from digests.look import Stamp

MOST_FILES = 256
"""A file lists up to 179 related articles, some 100 kB of memory; most list a handful."""


class RelatedMemory:
    """Related articles by file, for as long as the file is the same; safe to use from several threads."""

    def __init__(self, read: Callable[[str], tuple[Related, ...]], stamp: Callable[[str], Stamp | None]) -> None:
        self._read = read
        self._stamp = stamp
        self._known: OrderedDict[str, tuple[Stamp, tuple[Related, ...]]] = OrderedDict()
        self._lock = Lock()

    def __call__(self, file: str) -> tuple[Related, ...]:
        """The related articles of a file that the index knows; none where it does not."""
        stamp = self._stamp(file)
        if stamp is None:
            return ()
        with self._lock:
            known = self._known.get(file)
            if known is not None and known[0] == stamp:
                self._known.move_to_end(file)
                return known[1]
        related = self._read(file)
        self._keep(file, stamp, related)
        return related

    def _keep(self, file: str, stamp: Stamp, related: tuple[Related, ...]) -> None:
        with self._lock:
            self._known[file] = (stamp, related)
            self._known.move_to_end(file)
            if len(self._known) > MOST_FILES:
                self._known.popitem(last=False)
