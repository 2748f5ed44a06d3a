"""Migrations: together they make exactly the tables the program believes in."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import run

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text

from bot.errors import SchemaError
from bot.store.engine import Store
from bot.store.migrating import MIGRATIONS, migrate
from bot.store.tables import delivery, destination, edition, inspection, metadata
from bot.store.version import LATEST, version


def test_all_migrations_together_make_the_tables_as_they_are_declared(store: Store) -> None:
    with store.begin() as connection:
        migrations = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(migrations, metadata) == []


def test_the_latest_version_is_that_of_the_last_migration(store: Store) -> None:
    with store.read() as connection:
        assert version(connection) == LATEST == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def test_what_is_up_to_date_is_opened_without_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/heatwire.db"
    with Store.opened(url):
        pass
    migrating = f"from bot.store.engine import Store; Store.open({url!r}).migrate()"
    program = f"import sys; {migrating}; sys.exit('alembic' in sys.modules)"
    assert run([sys.executable, "-c", program], check=False).returncode == 0


def test_migrating_twice_changes_nothing(store: Store) -> None:
    store.migrate()


def test_tables_of_a_later_version_are_refused(store_url: str) -> None:
    store = Store.open(store_url)
    store.migrate()
    with store.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(SchemaError, match="'9999' is a version of the tables that this program does not know"):
        store.migrate()
    store.close()


def test_processes_that_start_at_once_all_find_the_tables(store_url: str) -> None:
    if store_url == "sqlite://":
        pytest.skip("a database in memory is one process's own")
    program = f"from bot.store.engine import Store; Store.open({store_url!r}).migrate()"
    with ThreadPoolExecutor(3) as threads:
        codes = list(threads.map(lambda _: run([sys.executable, "-c", program], check=False).returncode, range(3)))
    assert codes == [0, 0, 0]


def test_a_failed_migration_leaves_nothing_behind(store_url: str) -> None:
    store = Store.open(store_url)
    with store.begin() as connection:
        connection.execute(text("create table process (name text)"))  # in the way of the last table to be made
    with pytest.raises(Exception, match="process"):
        store.migrate()
    with store.read() as connection:
        assert not MigrationContext.configure(connection).get_current_heads()
        assert "edition" not in connection.dialect.get_table_names(connection)
    store.close()


FIRST_TABLES = """
insert into delivery (key, platform, address, priority, queued_at, part, method, arguments, state, attempt, repeats,
                      not_before, error)
values ('unclear', 'slack', 'C1', 1, 1000, 1, 'chat.postMessage', '{}', 'uncertain', 1, 2, 61000, 'silence');
insert into edition (key, digest, slot, due_at, state, reason, recorded_at)
values ('a/1', 'a', '1', 1000, 'missed', 'four hours late', 2000);
insert into destination (platform, address, paused, changed_at) values ('slack', 'C2', 'archived', 1000)
"""


def test_what_the_first_version_left_behind_is_carried_on(store_url: str) -> None:
    store = Store.open(store_url)
    with store.begin() as connection:
        migrate(connection, "0001")
        for statement in FIRST_TABLES.split(";"):
            connection.execute(text(statement))
        migrate(connection)

        (unclear,) = connection.execute(select(inspection.c.delivery, inspection.c.due_at)).all()
        repeats = connection.execute(select(delivery.c.blind_repeats, delivery.c.nonce)).one()
        missed = connection.execute(select(edition.c.reason, edition.c.detail, edition.c.told_at)).one()
        told = connection.scalar(select(destination.c.told_at))
    store.close()
    assert (tuple(unclear), tuple(repeats)) == (("unclear", 61000), (2, ""))
    assert (tuple(missed), told) == (("too_late", "four hours late", 0), 0)
