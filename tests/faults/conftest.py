"""Faults are tried when they are asked for by path, and as many of them as `--size` says."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--size", type=float, default=0.1, help="share of the fault tests' full size (default: %(default)s)"
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """These take minutes: a plain `pytest` passes them by, `pytest tests/faults` does not."""
    asked = (config.invocation_params.dir / argument.partition("::")[0] for argument in config.args)
    return None if any(path.is_relative_to(HERE) for path in asked) else True


@pytest.fixture
def size(request: pytest.FixtureRequest) -> float:
    """The share of the full size: a tenth at every push, all of it before a release."""
    share = request.config.getoption("--size")
    assert isinstance(share, float)
    return share
