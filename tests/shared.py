"""Where the real archives lie that tests and benchmarks run over when a checkout has them beside it."""

import tarfile
from collections.abc import Iterable
from pathlib import Path
from tempfile import mkdtemp

CORPORA = ("azure", "diablo4", "power-apps")
REPLAY = ("azure-weekly", "power-apps-weekly")


def shared_folder() -> Path:
    """`../shared`, seen from the repository's root; it need not exist."""
    return Path(__file__).resolve().parents[2] / "shared"


def packed(group: str, names: Iterable[str]) -> tuple[Path, ...]:
    """The archives `../shared/<group>/<name>.tar.xz`; FileNotFoundError names the first that is missing."""
    archives = tuple(shared_folder() / group / f"{name}.tar.xz" for name in names)
    for archive in archives:
        if not archive.is_file():
            raise FileNotFoundError(f"{archive.name} is not in ../shared/{group}")
    return archives


def unpack(archives: Iterable[Path], folder: Path) -> Path:
    """Unpack all into `folder`, whole or not at all, so that test processes running side by side can share it."""
    if not folder.exists():
        fresh = Path(mkdtemp(dir=folder.parent))
        for archive in archives:
            with tarfile.open(archive) as tar:
                tar.extractall(fresh, filter="data")
        try:
            fresh.rename(folder)
        except OSError:  # another process was faster; its folder is as good
            assert folder.is_dir()
    return folder
