"""Faults are tried when they are asked for by path, and as many of them as `--size` says."""

from pathlib import Path
from secrets import randbelow

import pytest

from tests.postgres import PostgresServer, postgres
from tests.stores import store_url

__all__ = ["postgres", "store_url"]

HERE = Path(__file__).parent
LONGEST, SHORTEST = 3 * 3600.0, 900.0
"""Seconds that a test may take at full size, and those that each has in any case; one that takes longer hangs."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--size", type=float, default=0.1, help="share of the fault tests' full size (default: %(default)s)"
    )
    parser.addoption("--seed", type=int, help="what the faults are drawn from (default: another one every time)")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """These take minutes: a plain `pytest` passes them by, `pytest tests/faults` does not."""
    asked = (config.invocation_params.dir / argument.partition("::")[0] for argument in config.args)
    return None if any(path.is_relative_to(HERE) for path in asked) else True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.timeout(max(SHORTEST, LONGEST * float(config.getoption("--size")))))


@pytest.fixture
def size(request: pytest.FixtureRequest) -> float:
    """The share of the full size: a tenth at every push, all of it before a release."""
    share = request.config.getoption("--size")
    assert isinstance(share, float)
    return share


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """What a test draws its faults from; shown with the test's figures, and when it fails."""
    said = request.config.getoption("--seed")
    chosen = randbelow(1_000_000) if said is None else int(said)
    print(f"{request.node.name}: seed {chosen}")  # noqa: T201 - so that the same faults can be had again
    return chosen


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store that outlives processes, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/heatwire.db"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.database()
