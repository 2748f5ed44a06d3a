"""SQLAlchemy's dialect for pg8000, with every cut connection told as one: the driver lets some out as plain OSError."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.pg8000 import PGDialect_pg8000

DRIVER = "postgresql+heatwire"
"""What a URL says to get this dialect, once `register` has been called."""


def register() -> None:
    """Make the dialect known to SQLAlchemy."""
    registry.register(DRIVER.replace("+", "."), __name__, CutDialect.__name__)


class CutDialect(PGDialect_pg8000):
    """As its parent, but a connection reset by the other side is the driver's own `network error`.

    Else the pool would neither notice that a server was restarted nor replace the connection.
    """

    supports_statement_cache = True

    def do_ping(self, dbapi_connection: Any) -> bool:
        """Ask the server whether it is there."""
        with self._cuts_told():
            return super().do_ping(dbapi_connection)

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """Run one statement."""
        with self._cuts_told():
            super().do_execute(cursor, statement, parameters, context)  # type: ignore[no-untyped-call]  # the parent's has no types

    def do_executemany(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """Run one statement with many sets of parameters."""
        with self._cuts_told():
            super().do_executemany(cursor, statement, parameters, context)  # type: ignore[no-untyped-call]  # the parent's has no types

    def do_commit(self, dbapi_connection: Any) -> None:
        """Commit; a cut here leaves open whether it was."""
        with self._cuts_told():
            super().do_commit(dbapi_connection)  # type: ignore[no-untyped-call]  # the parent's has no types

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Roll back."""
        with self._cuts_told():
            super().do_rollback(dbapi_connection)  # type: ignore[no-untyped-call]  # the parent's has no types

    @contextmanager
    def _cuts_told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            # The words that SQLAlchemy knows the driver's broken connections by.
            raise self.loaded_dbapi.InterfaceError(f"network error: {error}") from error
