"""One process at a time has a duty, and the next one as soon as that has ended."""

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic, sleep

import pytest

from bot.errors import StoreError
from bot.store.duty import Duty
from bot.store.engine import Store
from tests.postgres import PostgresServer
from tests.waiting import PATIENCE

NAME = "telegram"
spawning = multiprocessing.get_context("spawn")


@pytest.fixture(params=["sqlite-file", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store that several processes may share."""
    if request.param == "sqlite-file":
        return f"sqlite:///{tmp_path}/heatwire.db"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.database()


@pytest.fixture
def shared(url: str) -> Iterator[Store]:
    store = Store.open(url)
    yield store
    store.close()


def hold(url: str, told: Connection) -> None:
    """Another process: takes the duty and keeps it until it is killed."""
    duty = Duty(Store.open(url), NAME)
    told.send(duty.take())
    told.recv()


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until the server has seen what became of a connection."""
    deadline = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < deadline
        sleep(0.02)


def test_of_two_one_has_it_and_the_other_once_that_lets_it_go(shared: Store) -> None:
    one, other = Duty(shared, NAME), Duty(shared, NAME)

    assert (one.take(), other.take()) == (True, False)
    assert (one.holds(), other.holds()) == (True, False)
    one.release()
    assert (one.holds(), other.take()) == (False, True)
    other.release()


def test_taking_it_again_is_nothing_new(shared: Store) -> None:
    one, other = Duty(shared, NAME), Duty(shared, NAME)

    assert (one.take(), one.take()) == (True, True)
    one.release()
    assert other.take()
    other.release()
    other.release()


def test_duties_of_other_names_are_apart(shared: Store) -> None:
    one, other = Duty(shared, NAME), Duty(shared, "another")

    assert (one.take(), other.take()) == (True, True)
    one.release()
    assert other.holds()
    other.release()


def test_a_process_that_is_killed_lets_it_go_at_once(shared: Store, url: str) -> None:
    here, there = spawning.Pipe()
    process = spawning.Process(target=hold, args=(url, there))
    process.start()
    assert here.poll(30)
    assert here.recv() is True
    duty = Duty(shared, NAME)
    assert not duty.take()

    process.kill()
    process.join()

    assert process.exitcode == -signal.SIGKILL
    eventually(duty.take)
    duty.release()


def test_whose_connection_is_cut_has_lost_it_and_may_take_it_again(postgres: PostgresServer) -> None:
    url = postgres.database()
    store = Store.open(url)
    duty = Duty(store, NAME)
    assert duty.take()

    postgres.kill_connections(url)

    eventually(lambda: not duty.holds())
    assert duty.take()
    duty.release()
    store.close()


def test_whose_session_lost_the_lock_has_lost_it(postgres: PostgresServer) -> None:
    store = Store.open(postgres.database())
    duty = Duty(store, NAME)
    assert duty.take()

    duty._lock._session.exec_driver_sql("select pg_advisory_unlock_all()")  # type: ignore[attr-defined] # as a pooler between us and the server would

    assert not duty.holds()
    duty.release()
    store.close()


def test_whose_file_was_taken_away_has_lost_it(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/heatwire.db")
    one, other = Duty(store, NAME), Duty(store, NAME)
    assert one.take()

    (tmp_path / "heatwire.db.telegram.lock").unlink()

    assert not one.holds()
    assert other.take()
    assert not one.take()
    other.release()


def test_a_server_that_is_away_is_an_error() -> None:
    with pytest.raises(StoreError):
        Duty(Store.open("postgresql://heatwire@/gone?host=/nowhere"), NAME).take()


def test_a_file_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/heatwire.db")
    (tmp_path / "heatwire.db.telegram.lock").mkdir()

    with pytest.raises(StoreError, match="cannot be locked"):
        Duty(store, NAME).take()


def test_a_store_in_memory_has_one_process_which_has_every_duty() -> None:
    duty = Duty(Store.open("sqlite://"), NAME)

    assert duty.take()
    duty.release()
    assert duty.holds()


def test_a_store_without_a_server_has_no_sessions() -> None:
    with pytest.raises(StoreError, match="no sessions"):
        Store.open("sqlite://").session()
