"""A real PostgreSQL for the length of a test run: started from the machine's own binaries, thrown away after."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

SETTINGS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c max_connections=120"
"""Reached by a socket in its own folder; nothing it holds outlives the tests."""


class PostgresServer:
    """A server in a temporary folder; it refuses to run as root, so there it runs as `postgres`."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self._numbers = count(1)
        # Not below pytest's own folder, into which another user may not look.
        self._folder = Path(tempfile.mkdtemp(prefix="heatwire-postgres-"))
        self._account: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._account = {"user": "postgres", "group": "postgres", "extra_groups": ()}
            shutil.chown(self._folder, "postgres", "postgres")

    def start(self) -> None:
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-U", "heatwire", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self._run("pg_ctl", "-D", data, "-w", "-l", f"{data}/log", "-o", f"{SETTINGS} -k {self._folder}", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self._folder)

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = f"test_{next(self._numbers)}"
        self._run("createdb", "-h", str(self._folder), "-U", "heatwire", "-T", "template0", name)
        return f"postgresql://heatwire@/{name}?host={self._folder}"

    def kill_connections(self, url: str) -> None:
        """Cut every connection to a database, as a restart of the server or of a firewall does."""
        name = url.partition("?")[0].rpartition("/")[2]
        query = f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"  # noqa: S608 - ours
        self._run("psql", "-h", str(self._folder), "-U", "heatwire", "-d", "postgres", "-qc", query)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._binaries / program, *arguments],
            check=True,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self._account,
        )


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A running server; the test is skipped where the machine has none to run."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [Path(shutil.which("initdb") or "initdb")]
    if not found[-1].exists():
        pytest.skip("no PostgreSQL is installed: neither below /usr/lib/postgresql nor on the PATH")
    server = PostgresServer(found[-1].parent)
    server.start()
    yield server
    server.stop()
