"""The few statements that SQLite and PostgreSQL word differently."""

from typing import Any
from zlib import crc32

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite


def inserting(connection: Connection, table: Table) -> Any:
    """An `INSERT` of this connection's dialect, which knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def take_turns(connection: Connection, matter: str) -> None:
    """Let no other transaction that takes turns in this matter go on until this one has ended.

    SQLite has one writer at a time anyway. PostgreSQL holds an advisory lock until the transaction's end
    (https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS), and each statement after it sees
    what the others committed.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(crc32(f"heatwire {matter}".encode()))))
