"""Related articles are read once for each state of a file."""

from digests.article import Provider, Related
from digests.indexing.related_memory import MOST_FILES, RelatedMemory
from digests.look import Stamp

RELATED = (Related("Title", "https://example.com/a", Provider("Example", "example.com")),)


class Files:
    def __init__(self) -> None:
        self.size = 1
        self.read_files: list[str] = []

    def read(self, file: str) -> tuple[Related, ...]:
        self.read_files.append(file)
        return RELATED

    def stamp(self, file: str) -> Stamp | None:
        return None if file == "unknown.md" else Stamp(1, 1, self.size)


def test_a_file_is_read_once_while_it_stays_the_same() -> None:
    files = Files()
    related = RelatedMemory(files.read, files.stamp)
    assert related("a.md") == related("a.md") == RELATED
    assert files.read_files == ["a.md"]


def test_a_changed_file_is_read_again() -> None:
    files = Files()
    related = RelatedMemory(files.read, files.stamp)
    related("a.md")
    files.size = 2
    related("a.md")
    assert files.read_files == ["a.md", "a.md"]


def test_a_file_that_is_not_known_is_not_read() -> None:
    files = Files()
    assert RelatedMemory(files.read, files.stamp)("unknown.md") == ()
    assert files.read_files == []


def test_the_files_asked_for_longest_ago_are_forgotten() -> None:
    files = Files()
    related = RelatedMemory(files.read, files.stamp)
    for number in range(MOST_FILES):
        related(f"{number}.md")
    related("0.md")
    related("one more.md")
    files.read_files.clear()
    related("0.md")
    related("1.md")
    assert files.read_files == ["1.md"]
