"""How fast an archive is read and indexed, beside python-frontmatter's `load` over the same 4,958 real files.

Every figure is that of a process of its own: `python -m tests.benchmarks.reading JOB FOLDER` runs one.
"""

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory

from tests.shared import packed, unpack

RUNS = 2
"""The better of them counts, in seconds of processor time: what others do on the machine is not to count."""
MEASURED = {  # each name: the job, and whether it begins without an index
    "python-frontmatter load": ("peer", True),
    "reading": ("reading", True),
    "cold index": ("indexing", True),
    "nothing changed": ("indexing", False),
}


def peer(folder: Path) -> None:
    """What python-frontmatter does, with libyaml, as it does by default."""
    import frontmatter  # noqa: PLC0415  # only the peer's process pays for it

    for path in (folder / "_news").glob("*.md"):
        frontmatter.load(str(path))


def reading(folder: Path) -> None:
    """Every file to an article, a problem or nothing; no index."""
    from digests.reading.archive import Folder  # noqa: PLC0415  # each process imports what it measures

    for _ in Folder(folder).look({}).readings:
        pass


def indexing(folder: Path) -> None:
    """The index as `index.db` beside the archive: made if it is not there, else only looked after."""
    from digests.newsroom import Newsroom  # noqa: PLC0415  # likewise
    from digests.reading.archive import Folder  # noqa: PLC0415  # each process imports what it measures

    with closing(Newsroom.open(Folder(folder), folder / "index.db")) as newsroom:
        newsroom.refresh()


JOBS: dict[str, Callable[[Path], None]] = {job.__name__: job for job in (peer, reading, indexing)}


def main() -> None:
    """Print the figures; only a reason where the real archives are absent."""
    try:
        archives = packed("corpora", ["azure"])
    except FileNotFoundError as missing:
        _say(f"not measured: {missing}")
        return
    with TemporaryDirectory() as place:
        folder = unpack(archives, Path(place) / "corpora") / "azure"
        runs = [{name: _run(job, folder, cold=cold) for name, (job, cold) in MEASURED.items()} for _ in range(RUNS)]
    peers = min(run["python-frontmatter load"][0] for run in runs)
    for name in MEASURED:
        seconds, megabytes = min(run[name][0] for run in runs), max(run[name][1] for run in runs)
        _say(f"{name:<25} {seconds:7.2f} s  {megabytes:4.0f} MB  {peers / seconds:6.1f} times as fast")


def _run(job: str, folder: Path, *, cold: bool) -> tuple[float, float]:
    """Processor seconds that a process takes for a job, its start included, and the most memory it held, in MB."""
    if cold:
        for index in folder.glob("index.db*"):
            index.unlink()
    before = _children_seconds()
    command = [sys.executable, "-m", "tests.benchmarks.reading", job, str(folder)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    return _children_seconds() - before, float(answer.stdout)


def _children_seconds() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _peak_megabytes() -> float:
    """The most memory that this process has held; Linux only, since exec forgets what `getrusage` does not."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _say(line: str) -> None:
    print(line)  # noqa: T201  # figures are for reading


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        JOBS[sys.argv[1]](Path(sys.argv[2]))
        _say(f"{_peak_megabytes():.1f}")
