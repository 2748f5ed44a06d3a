"""Brings a store's tables up to date; the only room that knows Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.errors import SchemaError
from bot.store.statements import take_turns
from bot.store.version import LATEST, version

MIGRATIONS = Path(__file__).with_name("migrations")


def migrate(connection: Connection, to: str = "head") -> None:
    """Run what migrations are missing, in the connection's transaction; other processes wait until it ends.

    `to` is the version to stop at. SchemaError where the tables are of a version that this program does not know.
    """
    take_turns(connection, "migration")
    config = _config(connection)
    found = version(connection)
    if found == LATEST:
        return
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaError(f"{found!r} is a version of the tables that this program does not know: it knows {LATEST!r}")
    command.upgrade(config, to)


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    # Alembic reads its options as configparser does, to which a per cent sign is special.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
