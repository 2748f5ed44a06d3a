"""The store as tests want it: one of each kind, real, with its tables made."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.store.engine import Store
from bot.store.tables import metadata
from tests.postgres import PostgresServer

KINDS = ("sqlite-file", "sqlite-memory", "postgresql")


@pytest.fixture(params=KINDS)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a store without tables, once of each kind."""
    match request.param:
        case "sqlite-file":
            return f"sqlite:///{tmp_path}/heatwire.db"
        case "sqlite-memory":
            return "sqlite://"
        case _:
            server: PostgresServer = request.getfixturevalue("postgres")
            return server.database()


@pytest.fixture(scope="session")
def postgres_store(postgres: PostgresServer) -> Iterator[Store]:
    """A store that PostgreSQL tests share, since making one takes longer than most of them."""
    store = Store.open(postgres.database())
    store.migrate()
    yield store
    store.close()


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An open store with empty tables, once of each kind."""
    if request.param == "postgresql":
        shared: Store = request.getfixturevalue("postgres_store")
        with shared.begin() as connection:
            connection.execute(text(f"truncate {', '.join(metadata.tables)}"))
        yield shared
        return
    opened = Store.open("sqlite://" if request.param == "sqlite-memory" else f"sqlite:///{tmp_path}/heatwire.db")
    opened.migrate()
    yield opened
    opened.close()
