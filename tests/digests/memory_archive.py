"""An archive in memory, for tests of what is made of an archive's looks."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from digests.article import Article, Problem, Related
from digests.look import Look, Reading, Stamp

Found = Article | Problem | None


class MemoryArchive:
    """Files by name, each with a version that counts up when it is changed."""

    def __init__(self, articles: Iterable[Article] = (), topics_folder: Path = Path("/nowhere")) -> None:
        self.topics_folder = topics_folder
        self.files: dict[str, tuple[int, Found]] = {}
        self.listed: dict[str, tuple[Related, ...]] = {}
        self.asked: list[str] = []
        self.waiting: tuple[str, ...] = ()
        for article in articles:
            self.put(article.file, article)

    def put(self, file: str, found: Found) -> None:
        version, _ = self.files.get(file, (0, None))
        self.files[file] = (version + 1, found)

    def look(self, known: Mapping[str, Stamp]) -> Look:
        readings = [
            Reading(file, stamp, found)
            for file, (version, found) in sorted(self.files.items())
            if known.get(file) != (stamp := Stamp(1, version, 1))
        ]
        return Look(len(readings), iter(readings), tuple(sorted(set(known) - set(self.files))), self.waiting)

    def related(self, file: str) -> tuple[Related, ...]:
        self.asked.append(file)
        return self.listed.get(file, ())
