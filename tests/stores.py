"""The store as tests want it: one of each kind, real, with its tables made."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from sqlite3 import Connection as SQLite
from typing import cast

import pytest
from sqlalchemy import Connection

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
            _empty(connection)
        yield shared
        return
    opened = store_in_memory() if request.param == "sqlite-memory" else store_in_file(tmp_path / "heatwire.db")
    yield opened
    opened.close()


def _empty(connection: Connection) -> None:
    for table in reversed(metadata.sorted_tables):
        connection.execute(table.delete())


def store_in_file(file: Path) -> Store:
    """An open store in a new file, with empty tables."""
    file.write_bytes(_tables())
    return Store.open(f"sqlite:///{file}")


def store_in_memory() -> Store:
    """An open store with empty tables."""
    opened = Store.open("sqlite://")
    with opened.read() as connection:
        _driver(connection).deserialize(_tables())
    return opened


@cache
def _tables() -> bytes:
    """A SQLite database with empty tables: to make them takes longer than most tests."""
    with Store.opened("sqlite://") as store, store.read() as connection:
        return _driver(connection).serialize()


def _driver(connection: Connection) -> SQLite:
    return cast("SQLite", connection.connection.driver_connection)
