"""A crash at every instant that has a name, the first time it comes, the second, and so on: nothing lost or double."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pytest

from bot.delivery.rows import State
from bot.delivery.settlement import Reason
from bot.failpoints import Point
from bot.store.tables import edition, inbox
from tests.faults.day import ASKED, GONE, Day, a_day
from tests.postgres import PostgresServer

AT_ONCE = 3
"""Days that are lived through beside each other: most of each is waiting."""


@pytest.mark.parametrize("point", Point)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_crash_at_any_point_loses_nothing_and_doubles_nothing(
    point: Point, kind: str, tmp_path: Path, size: float, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue("postgres") if kind == "postgresql" else None
    reached: list[int] = []
    for group in batches(times(size, kind)):
        killed = await asyncio.gather(*(lived(point, number, tmp_path, server) for number in group))
        reached += [number for number, was_killed in zip(group, killed, strict=True) if was_killed]
        if not all(killed):
            break
    print(f"{point.value}, {kind}: crashed at the {', '.join(map(str, reached))}. time")  # noqa: T201 - what was tried
    assert 1 in reached


async def lived(point: Point, number: int, folder: Path, server: PostgresServer | None) -> bool:
    """A day with a crash at a point's n-th time, judged; whether it came to that."""
    place = folder / f"{number}"
    store_url = f"sqlite:///{place}/heatwire.db" if server is None else await asyncio.to_thread(server.database)
    place.mkdir()
    async with a_day(place, store_url) as day:
        await day.pass_by((point, number))
        await asyncio.to_thread(judge, day)
    return day.was_killed


def judge(day: Day) -> None:
    """All that was owed is there, once; what was asked was answered once, unless the answer was lost in the crash."""
    rows = day.deliveries()
    assert day.count(edition) == 1
    for chat in day.chats:
        texts = Counter(day.texts(chat))
        assert max(texts.values(), default=0) <= 1, texts
        here = [row for row in rows if (row.platform, row.address) == chat]
        sent = sum(row.state == State.SENT for row in here)
        unclear = sum(row.state == State.FAILED and row.reason == Reason.UNCLEAR for row in here)
        assert sent <= texts.total() <= sent + unclear, here
        assert sent + unclear == len(here), here
    assert all(row.state in {State.FAILED, State.DROPPED} and row.reason for row in rows if row.address == str(GONE))
    assert len(day.replies()) == ASKED
    assert day.count(inbox, inbox.c.state == "failed") == 0
    assert all(row in day.replies() for row in rows if row.reason == Reason.UNCLEAR)


def times(size: float, kind: str) -> Iterator[int]:
    """At full size every time that a point is reached; else fewer and fewer of them, and on PostgreSQL the first."""
    if size >= 1:
        return count(1)
    return iter([1]) if kind == "postgresql" else (2**power for power in count())


def batches(numbers: Iterator[int]) -> Iterator[list[int]]:
    """So many at once, for as long as there are any."""
    while group := list(islice(numbers, AT_ONCE)):
        yield group
