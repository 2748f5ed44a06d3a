"""The store as tests want it: one of each kind, real, with its tables made."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.engine import Store
from tests.postgres import PostgresServer

KINDS = ("sqlite-file", "sqlite-memory", "postgresql")


@pytest.fixture(params=KINDS)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store, once of each kind."""
    match request.param:
        case "sqlite-file":
            return f"sqlite:///{tmp_path}/heatwire.db"
        case "sqlite-memory":
            return "sqlite://"
        case _:
            server: PostgresServer = request.getfixturevalue("postgres")
            return server.database()


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open store with its tables, once of each kind."""
    opened = Store.open(store_url)
    opened.migrate()
    yield opened
    opened.close()
