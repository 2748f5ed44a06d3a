"""A duty that one process of a store has at a time: held by a lock that ends with the process, however it ends."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from zlib import crc32

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.errors import StoreError
from bot.store.engine import Store, told_as_ours

SPACE = crc32(b"heatwire duty") >> 1
"""The first of the lock's two numbers; PostgreSQL keeps such locks apart from those of one number."""

PREPARE = text(
    "SELECT set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '2', false),"
    " set_config('tcp_keepalives_count', '3', false)"
)
"""Else the server would notice only after two hours that the network to the lock's holder was cut."""
TAKE = text("SELECT pg_try_advisory_lock(CAST(:space AS integer), CAST(:key AS integer))")
HOLDS = text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()"
    " AND CAST(classid AS bigint) = :space AND CAST(objid AS bigint) = :key AND objsubid = 2)"
)


class _Lock(Protocol):
    def take(self) -> bool: ...

    def holds(self) -> bool: ...

    def release(self) -> None: ...


class Duty:
    """One of several processes takes it, the others wait until it is free; synchronous, for one thread at a time.

    The lock is one of PostgreSQL's that a session holds
    (https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS), or the kernel's on a file beside
    SQLite's. A store in memory is one process's own, and so is each of its duties.
    """

    def __init__(self, store: Store, name: str) -> None:
        """`name` is fit for a file's name."""
        self._lock = _lock(store, name)

    def take(self) -> bool:
        """Take it if it is free; answers whether it is ours now. StoreError where that cannot be found out."""
        return self._lock.take()

    def holds(self) -> bool:
        """Whether it still is ours: it is not once the lock's connection was cut, or its file was taken away."""
        return self._lock.holds()

    def release(self) -> None:
        """Let another process have it."""
        self._lock.release()


def _lock(store: Store, name: str) -> _Lock:
    if store.file is not None:
        return _FileLock(store.file.with_name(f"{store.file.name}.{name}.lock"))
    return _SessionLock(store, name) if store.is_server else _NoLock()


class _NoLock:
    """Nobody else is there."""

    def take(self) -> bool:
        return True

    def holds(self) -> bool:
        return True

    def release(self) -> None:
        """There is nothing to let go."""


class _FileLock:
    """flock(2): it ends with the open file, so with its process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self) -> bool:
        if self.holds():
            return True
        self.release()
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.release()
            if isinstance(error, BlockingIOError):
                return False
            raise StoreError(f"{str(self._path)!r} cannot be locked: {error.strerror}") from error
        return self.holds()

    def holds(self) -> bool:
        # Where the file was taken away, another process may have made and locked one of the same name.
        with suppress(FileNotFoundError):
            return self._file is not None and os.path.samestat(os.fstat(self._file), self._path.stat())
        return False

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class _SessionLock:
    """An advisory lock: it ends with its session, and the server ends that when it sees the process gone."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._numbers = {"space": SPACE, "key": crc32(name.encode()) >> 1}
        self._session: Connection | None = None

    def take(self) -> bool:
        # Taken twice it would have to be freed twice.
        if self.holds():
            return True
        try:
            with told_as_ours(self._store.name):
                if self._session is None:
                    self._session = self._store.session()
                    self._session.execute(PREPARE)
                return bool(self._session.scalar(TAKE, self._numbers))
        except StoreError:
            self.release()
            raise

    def holds(self) -> bool:
        if self._session is None:
            return False
        try:
            return bool(self._session.scalar(HOLDS, self._numbers))
        except DBAPIError:
            self.release()
            return False

    def release(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            with suppress(DBAPIError):
                session.close()
