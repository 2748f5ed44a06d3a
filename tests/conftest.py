"""What tests of several rooms run with: their event loop, and the real archives, unpacked once a run."""

from asyncio import AbstractEventLoop
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.shared import CORPORA, REPLAY, packed, unpack
from tests.threads import ThreadCountingLoop

# A machine that is busy with other tests proves nothing against an example that took its time.
settings.register_profile("heatwire", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("heatwire")


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], AbstractEventLoop]]:
    """The event loop of every test."""
    return {"counting": ThreadCountingLoop}


@pytest.fixture(scope="session")
def corpora(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder with `azure/`, `diablo4/` and `power-apps/`, for reading only; 141 MB of real articles."""
    return _unpacked("corpora", CORPORA, tmp_path_factory, worker_id)


@pytest.fixture(scope="session")
def replay(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder with `azure-weekly/` and `power-apps-weekly/`, for reading only: what editors really picked."""
    return _unpacked("replay", REPLAY, tmp_path_factory, worker_id)


def _unpacked(group: str, names: tuple[str, ...], factory: pytest.TempPathFactory, worker: str) -> Path:
    try:
        archives = packed(group, names)
    except FileNotFoundError as missing:
        pytest.skip(f"real archives absent: {missing}")
    base = factory.getbasetemp() if worker == "master" else factory.getbasetemp().parent  # the run's, not the worker's
    return unpack(archives, base / group)
