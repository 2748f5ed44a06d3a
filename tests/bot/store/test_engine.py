"""Connections and transactions, on every kind of store."""

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select, text

from bot.errors import StoreError
from bot.store.engine import Store
from bot.store.tables import process
from tests.postgres import PostgresServer


def names(connection: Connection) -> list[str]:
    return list(connection.scalars(select(process.c.name).order_by(process.c.name)))


def write(store: Store, name: str) -> None:
    with store.begin() as connection:
        # Read before write: what a transaction that does not take its lock at once stumbles over.
        names(connection)
        connection.execute(insert(process).values(name=name, heartbeat_at=0))


def test_what_was_written_is_there_for_others(store: Store) -> None:
    write(store, "one")
    with store.read() as connection:
        assert names(connection) == ["one"]


def test_an_exception_takes_everything_back(store: Store) -> None:
    with pytest.raises(StoreError, match=r"(?i)unique"), store.begin() as connection:
        connection.execute(insert(process), [{"name": name, "heartbeat_at": 0} for name in ("two", "one", "one")])
    with store.read() as connection:
        assert names(connection) == []


def test_what_is_written_while_reading_is_not_kept(store: Store) -> None:
    with store.read() as connection:
        connection.execute(insert(process).values(name="one", heartbeat_at=0))
    with store.read() as connection:
        assert names(connection) == []


def test_many_threads_write_at_once_and_nothing_is_lost(store: Store) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: write(store, f"{number:03}"), range(80)))
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(process)) == 80


def test_the_database_s_own_complaint_comes_out_as_ours(store: Store) -> None:
    with pytest.raises(StoreError, match=r"nowhere.* says the store "), store.read() as connection:
        connection.execute(text("select * from nowhere"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "heatwire.db"


def test_a_closed_store_opens_again_by_itself(file: Path) -> None:
    store = Store.open(f"sqlite:///{file}")
    store.migrate()
    write(store, "one")
    store.close()
    with store.read() as connection:
        assert names(connection) == ["one"]
    store.close()


def test_a_sqlite_file_is_its_owner_s_alone(file: Path) -> None:
    store = Store.open(f"sqlite:///{file}")
    with store.begin():
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()}
    store.close()
    assert modes == {"heatwire.db": 0o600, "heatwire.db-shm": 0o600, "heatwire.db-wal": 0o600}


def test_a_file_that_is_in_use_keeps_its_locks_when_it_is_opened_again(file: Path) -> None:
    first = Store.open(f"sqlite:///{file}")
    first.migrate()

    Store.open(f"sqlite:///{file}")
    beside = "import sys, sqlite3; at = sqlite3.connect(sys.argv[1]); at.execute('select * from process'); at.close()"
    subprocess.run([sys.executable, "-c", beside, str(file)], check=True)

    # Had the other process seen no lock, it would have taken itself for the last one, and the log away from the first.
    assert file.with_name(f"{file.name}-wal").exists()
    first.close()


def test_sqlite_is_asked_to_survive_a_power_cut(file: Path) -> None:
    store = Store.open(f"sqlite:///{file}")
    with store.read() as connection:
        settings = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    store.close()
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_readers_do_not_wait_for_a_writer(file: Path) -> None:
    one, two = Store.open(f"sqlite:///{file}"), Store.open(f"sqlite:///{file}", patience=0.01)
    one.migrate()
    with one.begin() as connection:
        connection.execute(insert(process).values(name="one", heartbeat_at=0))
        with two.read() as reader:
            assert names(reader) == []
    one.close()
    two.close()


def test_a_writer_gives_up_on_another_process_after_its_patience(file: Path) -> None:
    one, two = Store.open(f"sqlite:///{file}"), Store.open(f"sqlite:///{file}", patience=0.01)
    with one.begin(), pytest.raises(StoreError, match="database is locked, says the store sqlite:///"), two.begin():
        pass
    one.close()
    two.close()


def test_opening_gives_up_on_another_process_after_its_patience(file: Path) -> None:
    one, two = Store.open(f"sqlite:///{file}"), Store.open(f"sqlite:///{file}", patience=0.05)
    with one.read() as connection:
        # Exclusive, and not yet write-ahead: what a second process meets while the first one prepares the file.
        connection.exec_driver_sql("commit")
        connection.exec_driver_sql("pragma journal_mode = delete")
        connection.exec_driver_sql("begin exclusive")
        with pytest.raises(StoreError, match="locked"), two.read():
            pass
    one.close()
    two.close()


def test_no_free_connection_is_told_as_the_store_s_trouble() -> None:
    store = Store.open("sqlite://")
    store._engine.pool._timeout = 0.01  # type: ignore[attr-defined]  # half a minute, else
    with store.read(), pytest.raises(StoreError, match="no connection to the store sqlite:// was free"), store.read():
        pass
    store.close()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere' is no folder, so 'heatwire.db' cannot be in it"):
        Store.open(f"sqlite:///{tmp_path}/nowhere/heatwire.db")


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened: Is a directory"):
        Store.open(f"sqlite:///{tmp_path}")


def test_a_file_that_is_no_database_is_refused(file: Path) -> None:
    file.write_text("not a database\n" * 100)
    store = Store.open(f"sqlite:///{file}")
    with pytest.raises(StoreError, match="file is not a database"), store.read():
        pass
    store.close()


def test_a_server_that_is_not_there_is_told_without_its_password() -> None:
    store = Store.open("postgresql://user:s3cret@/news?host=/nowhere")
    with pytest.raises(StoreError, match="communication error") as trouble, store.read():
        pass
    assert "s3cret" not in str(trouble.value)


def test_cut_connections_are_replaced(postgres: PostgresServer) -> None:
    url = postgres.database()
    store = Store.open(url)
    store.migrate()
    write(store, "one")
    postgres.kill_connections(url)
    write(store, "two")
    with store.read() as connection:
        assert names(connection) == ["one", "two"]
    store.close()


def test_a_connection_cut_within_a_transaction_is_told_as_the_store_s_trouble(postgres: PostgresServer) -> None:
    url = postgres.database()
    store = Store.open(url)
    with pytest.raises(StoreError, match="says the store"), store.begin() as connection:
        connection.execute(text("select pg_terminate_backend(pg_backend_pid())"))
    store.close()
