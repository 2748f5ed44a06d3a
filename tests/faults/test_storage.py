"""A store that fails while messages are being sent: nothing is sent without a claim, lost or double, and it heals."""

import asyncio
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from bot.errors import StoreError
from bot.store.engine import Store
from tests.faults.cutting import CuttingProxy
from tests.faults.run import PACE, Run, a_run
from tests.postgres import PostgresServer
from tests.stories.process import eventually

SLOW_LEASE = replace(PACE, lease=5.0)
"""So that no claim runs out between being made and being looked at."""
CHATS = 100
OWED = 300
"""On each platform, before the trouble and again during it."""
CUTS = 150
"""At full size."""
LOCKED, LOCKED_AT_LEAST = 45.0, 12.0
"""Seconds, at full size and at any: longer than a lease, and than a writer waits for SQLite, or for PostgreSQL."""
FULL = 4.0
"""Seconds."""
PATIENCE = 60.0
"""Seconds until the bot is sending, on a busy machine."""
STARTS = 2
"""Of the bot: to be greeted, and for the run."""


async def test_a_full_disk_stops_sending_until_there_is_room(tmp_path: Path, seed: int) -> None:
    async with a_run(tmp_path, f"sqlite:///{tmp_path}/heatwire.db", CHATS, seed, pace=SLOW_LEASE) as run:
        await under_way(run)
        with no_room(run.bot.running.pid):
            await idle(run)
            before = run.posted()
            await run.owe(OWED)
            await asyncio.sleep(FULL)
            # What was claimed is sent, and nothing else: no claim, no message.
            assert run.posted() == before
            assert not run.bot.has_ended()
        assert any('"settling_failed"' in line for line in run.bot.log)
        await healed(run)


async def test_a_store_that_another_process_locks_is_waited_for(
    place: str, tmp_path: Path, size: float, seed: int
) -> None:
    async with a_run(tmp_path, place, CHATS, seed, pace=SLOW_LEASE) as run:
        await under_way(run)
        await run.owe(OWED)
        with locked(run.store):
            await asyncio.sleep(max(LOCKED * size, LOCKED_AT_LEAST))
            assert not run.bot.has_ended()
        await healed(run)


async def test_connections_cut_around_commits_leave_nothing_to_chance(
    postgres: PostgresServer, tmp_path: Path, size: float, seed: int
) -> None:
    url = postgres.database()
    async with (
        cutting(url, tmp_path, seed) as (proxy, way),
        a_run(tmp_path, url, CHATS, seed, pace=SLOW_LEASE, reached_by=way) as run,
    ):
        await run.greet()
        await run.bot.serve()
        proxy.share = 0.1
        while proxy.cuts < CUTS * size:
            # Always enough to send that each claim is of something.
            if min([await asyncio.to_thread(owing.rest) for owing in run.owing]) < OWED:
                await run.owe(OWED)
            await asyncio.sleep(0.05)
        proxy.share = 0.0
        print(f"{proxy.before} commits cut before, {proxy.after} after")  # noqa: T201 - what was tried
        await healed(run)


async def test_cuts_are_what_they_are_counted_as(postgres: PostgresServer, tmp_path: Path, seed: int) -> None:
    url = postgres.database()
    with Store.opened(url) as store:
        async with cutting(url, tmp_path, seed) as (proxy, way):
            proxy.share = 1.0
            await asyncio.to_thread(fail_to_commit, way, 20)
        assert proxy.before + proxy.after == 20
        with store.read() as connection:
            assert connection.scalar(text("SELECT count(*) FROM process")) == proxy.after


def fail_to_commit(way: str, times: int) -> None:
    """Write a row and lose the connection at the commit; so many times."""
    store = Store.open(way)
    for number in range(times):
        insert = text("INSERT INTO process (name, heartbeat_at) VALUES (:name, 0)")
        with pytest.raises(StoreError, match="network error"), store.begin() as connection:
            connection.execute(insert, {"name": f"{number}"})
    store.close()


@asynccontextmanager
async def cutting(url: str, folder: Path, seed: int) -> AsyncIterator[tuple[CuttingProxy, str]]:
    """A proxy before the server of a URL, and the URL by which it is reached."""
    server = Path(parse_qs(urlsplit(url).query)["host"][0])
    async with CuttingProxy(folder, server / ".s.PGSQL.5432", seed) as proxy:
        yield proxy, url.replace(str(server), str(folder))


async def under_way(run: Run) -> None:
    """Until the bot is sending."""
    await run.greet()
    await run.owe(OWED)
    await run.bot.serve()
    await eventually(lambda: run.posted() > OWED // 10, PATIENCE)


async def idle(run: Run) -> None:
    """Until what was claimed is out."""
    last = -1
    while run.posted() != last:
        last = run.posted()
        await asyncio.sleep(SLOW_LEASE.answer * 2)


async def healed(run: Run) -> None:
    """Until everything is done, by the same process, and as it should be."""
    assert run.bot.starts == STARTS
    await run.settled()
    assert await run.bot.stop() == 0
    await run.judge()


@contextmanager
def no_room(pid: int) -> Iterator[None]:
    """Let no file of a process grow: the system refuses, as it does on a full disk."""
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def locked(store: Store) -> Iterator[None]:
    """Let nobody else write to the store, as a backup or a person with a shell may."""
    with store.begin() as connection:
        if store.is_server:
            connection.execute(text("LOCK TABLE delivery IN EXCLUSIVE MODE"))
        yield
