"""Cut connections, as the pool must be told of them."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.store.postgresql import CutDialect


class CutConnection:
    """A driver's connection, and its cursor, whose other side is gone."""

    def cursor(self) -> "CutConnection":
        return self

    def execute(self, *_: Any) -> None:
        raise ConnectionResetError(104, "Connection reset by peer")

    executemany = commit = rollback = execute

    def close(self) -> None:
        """Nothing is left to close."""


@pytest.mark.parametrize(
    "use",
    [
        lambda dialect, cut: dialect.do_ping(cut),
        lambda dialect, cut: dialect.do_execute(cut, "select 1", ()),
        lambda dialect, cut: dialect.do_executemany(cut, "select 1", [()]),
        lambda dialect, cut: dialect.do_commit(cut),
        lambda dialect, cut: dialect.do_rollback(cut),
    ],
)
def test_a_connection_reset_is_told_as_the_driver_s_network_error(use: Callable[[Any, Any], None]) -> None:
    untyped: Any = CutDialect
    dialect = untyped(dbapi=untyped.import_dbapi())
    with pytest.raises(dialect.loaded_dbapi.InterfaceError, match="network error") as error:
        use(dialect, CutConnection())
    assert dialect.is_disconnect(error.value, None, None)
