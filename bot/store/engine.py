"""The door to SQLAlchemy's engines: opens SQLite or PostgreSQL and hands out connections, each in a transaction."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import RLock
from time import monotonic, sleep
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import NullPool, QueuePool

from bot.errors import StoreError
from bot.store.addresses import address
from bot.store.postgresql import register
from bot.store.version import LATEST, version

BEGIN = "sqlite_begin"
"""The execution option that says how a transaction begins on SQLite."""

PRAGMAS = (
    # A power cut must not take back a claim that a message was sent under.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # What a person had deleted does not linger in free pages.
    "PRAGMA secure_delete = ON",
)


HASTE = 5.0
"""Seconds that PostgreSQL may take to answer in a session: whoever holds one wants to know soon that it is cut."""


class Store:
    """What must survive a restart; any number of threads and processes may use it at once."""

    def __init__(self, engine: Engine, sessions: Engine | None = None) -> None:
        self._engine = engine
        self._sessions = sessions
        # One writer at a time is SQLite's rule: threads of one process queue here rather than poll the file.
        self._writing: AbstractContextManager[Any] = RLock() if engine.dialect.name == "sqlite" else nullcontext()

    @classmethod
    def open(cls, url: str, *, patience: float = 10.0) -> Self:
        """The store at a URL (`bot.store.addresses` says which), connected to when first used.

        A SQLite file is made if there is none, readable by its owner alone. `patience` is how many seconds a writer
        waits for another process's SQLite transaction, and how many (three times over) for PostgreSQL to answer at
        all. StoreError where the URL or the folder will not do.
        """
        place, arguments = address(url)
        if place.get_backend_name() == "sqlite":
            return cls(_sqlite(place, patience))
        register()
        lone: dict[str, Any] = {"poolclass": NullPool, "isolation_level": "AUTOCOMMIT"}
        return cls(
            create_engine(place, connect_args={**arguments, "timeout": patience * 3}, pool_pre_ping=True),
            create_engine(place, connect_args={**arguments, "timeout": HASTE}, **lone),
        )

    @property
    def name(self) -> str:
        """The store's address for people to read, the password left out."""
        url = self._engine.url
        return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)

    @property
    def file(self) -> Path | None:
        """SQLite's file; None for one in memory, and for PostgreSQL."""
        name = self._engine.url.database
        return Path(name) if name and not self.is_server else None

    @property
    def is_server(self) -> bool:
        """Whether processes of several machines may share it: PostgreSQL."""
        return self._sessions is not None

    def session(self) -> Connection:
        """A connection to PostgreSQL of its own and outside transactions, for locks that end with it.

        It is the caller's to close. StoreError where there is none to be had.
        """
        if self._sessions is None:
            raise StoreError(f"the store {self.name} has no sessions")
        with told_as_ours(self.name):
            return self._sessions.connect()

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A connection in a transaction that writes: committed at the end, rolled back by an exception."""
        with self._writing, told_as_ours(self.name), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for looking only: it sees one state of the store and waits for no writer."""
        with told_as_ours(self.name), self._engine.connect() as connection:
            yield connection.execution_options(**{BEGIN: "BEGIN"})

    def migrate(self) -> None:
        """Bring the tables up to this program's version; SchemaError where they are of a later one."""
        with self.read() as connection:
            if version(connection) == LATEST:
                return
        from bot.store.migrating import migrate  # noqa: PLC0415 - Alembic takes a third of a second to import

        with self.begin() as connection:
            migrate(connection)

    @classmethod
    @contextmanager
    def opened(cls, url: str) -> Iterator[Self]:
        """The store at a URL with its tables up to date, closed at the end; StoreError as `open` and `migrate` say."""
        store = cls.open(url)
        try:
            store.migrate()
            yield store
        finally:
            store.close()

    def close(self) -> None:
        """Close every connection; the store can be used again after."""
        self._engine.dispose()


@contextmanager
def told_as_ours(name: str) -> Iterator[None]:
    """Let the driver's errors come out as StoreError, whichever of the two databases it is."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"{_reason(error)}, says the store {name}") from error
    except PoolTimeoutError as error:
        raise StoreError(f"no connection to the store {name} was free in time") from error


def _reason(error: DBAPIError) -> str:
    """The database's own words; pg8000 gives them as the field M of a mapping."""
    first = error.orig.args[0] if error.orig is not None and error.orig.args else error
    return str(first.get("M", first)) if isinstance(first, dict) else str(first)


def _sqlite(place: URL, patience: float) -> Engine:
    options: dict[str, Any] = {}
    if place.database:
        _make_file(Path(place.database))
    else:
        # The one connection is the database: whoever wants it waits until it is free.
        options = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0}
    engine = create_engine(place, connect_args={"timeout": patience, "check_same_thread": False}, **options)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # The driver's own idea of when a transaction begins is switched off: ours begin in `begin`, below.
        connection.isolation_level = None
        _write_ahead(connection, patience)
        for pragma in PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes the lock at once, since one that began by reading could be refused it half-way.
        connection.exec_driver_sql(connection.get_execution_options().get(BEGIN, "BEGIN IMMEDIATE"))

    return engine


def _make_file(path: Path) -> None:
    """Make an empty database that only its owner may read; SQLite gives its side files the same mode.

    One that is there is left alone: to close it would let go of every lock that this process has on it, and another
    process would take the log away from below ours (https://sqlite.org/howtocorrupt.html, 2.2).
    """
    if not path.parent.is_dir():
        raise StoreError(f"{str(path.parent)!r} is no folder, so {path.name!r} cannot be in it")
    if path.is_file():
        return
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreError(f"{str(path)!r} cannot be opened: {error.strerror}") from error


def _write_ahead(connection: Any, patience: float) -> None:
    """Switch to a write-ahead log; SQLite does not wait for others while it does so, so we do."""
    deadline = monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except connection.OperationalError:
            if monotonic() > deadline:
                raise
            sleep(0.02)
        else:
            return
