"""The loop that keeps the newsroom up to date."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from bot.refreshing import DOUBTED, NAMED, SOON, Refreshing
from digests.article import Problem
from digests.errors import NewsError
from digests.indexing.index import Refreshed
from tests.bot.office import Office
from tests.builders import an_article, write_article
from tests.clock import SettableClock
from tests.waiting import PATIENCE

EVERY = timedelta(minutes=5)


class RestingClock(SettableClock):
    """Says when somebody begins to wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.resting = asyncio.Event()

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        self.resting.set()
        return await super().wait(event, seconds)


class Bench:
    """A refreshing loop over whatever answers, with what it told."""

    def __init__(self, refresh: Callable[[bool], Refreshed], *, stocked: bool = True) -> None:
        self.clock = RestingClock()
        self.events: list[tuple[str, Mapping[str, Any]]] = []
        self.loop = Refreshing(
            refresh,
            stocked=lambda: stocked,
            every=EVERY,
            clock=self.clock,
            observe=lambda event, fields: self.events.append((event, fields)),
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        stop = asyncio.Event()
        task = asyncio.create_task(self.loop.run(stop))
        await self._one_look()
        yield
        stop.set()
        async with asyncio.timeout(PATIENCE):
            await task

    async def look_again(self) -> None:
        await self.look_after(EVERY.total_seconds())

    async def look_after(self, seconds: float) -> None:
        await self.clock.advance(seconds)
        await self._one_look()

    async def _one_look(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self.clock.resting.wait()
        self.clock.resting.clear()
        await self.clock.advance(0)  # whoever has begun to wait is waiting now

    def told(self, event: str) -> list[Mapping[str, Any]]:
        return [fields for name, fields in self.events if name == event]


def found(*problems: Problem, read: int = 0, gone: int = 0, held: bool = False) -> Refreshed:
    return Refreshed(read=read, gone=gone, waiting=0, problems=problems, held=held)


def answers(*outcomes: Refreshed | Exception) -> Callable[[bool], Refreshed]:
    """A refresh that gives these in turn, then the last one for ever."""
    left = list(outcomes)

    def refresh(_doubt: bool) -> Refreshed:
        outcome = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return refresh


async def test_a_new_article_is_in_the_newsroom_after_the_next_look(office: Office) -> None:
    bench = Bench(lambda doubt: office.newsroom.refresh(doubt=doubt))
    async with bench.running():
        write_article(office.archive, an_article(title="Fresh from the press"))
        await bench.look_again()
    assert len(office.newsroom.search("fresh press", 5)) == 1
    assert bench.told("archive_refreshed") == [{"read": 1, "gone": 0}]


async def test_a_look_that_finds_nothing_says_nothing() -> None:
    bench = Bench(answers(found()))
    async with bench.running():
        await bench.look_again()
    assert bench.events == []


async def test_an_unreadable_article_is_told_once_and_again_when_it_is_new() -> None:
    problem, other = Problem("_news/a.md", 3, "no title"), Problem("_news/b.md", None, "no date")
    bench = Bench(answers(found(problem), found(problem), found(problem, other), found(), found(problem)))
    async with bench.running():
        for _ in range(4):
            await bench.look_again()
    assert [fields["file"] for fields in bench.told("article_unreadable")] == ["_news/a.md", "_news/b.md", "_news/a.md"]
    assert bench.told("article_unreadable")[0] == {"file": "_news/a.md", "line": 3, "reason": "no title"}


async def test_a_flood_of_unreadable_articles_is_cut_short() -> None:
    problems = [Problem(f"_news/{number:03}.md", 1, "no title") for number in range(NAMED + 7)]
    bench = Bench(answers(found(*problems)))
    async with bench.running():
        pass
    assert len(bench.told("article_unreadable")) == NAMED
    assert bench.told("articles_unreadable") == [{"more": 7}]


async def test_trouble_with_the_archive_is_told_once_retried_and_told_to_be_over() -> None:
    away = NewsError("'/news' is no folder")
    bench = Bench(answers(away, away, OSError("stale handle"), found(read=2)))
    async with bench.running():
        for _ in range(3):
            await bench.look_again()
    assert bench.events == [
        ("archive_failed", {"error": "NewsError: '/news' is no folder"}),
        ("archive_failed", {"error": "OSError: stale handle"}),
        ("archive_readable_again", {}),
        ("archive_refreshed", {"read": 2, "gone": 0}),
    ]


async def test_a_look_that_is_not_believed_is_trouble() -> None:
    bench = Bench(answers(found(held=True), found(held=True), found()))
    async with bench.running():
        for _ in range(2):
            await bench.look_again()
    assert [event for event, _ in bench.events] == ["archive_failed", "archive_readable_again"]


async def test_what_is_gone_is_believed_once_it_has_been_for_a_while() -> None:
    doubts: list[bool] = []

    def refresh(doubt: bool) -> Refreshed:
        doubts.append(doubt)
        return found(held=doubt, gone=0 if doubt else 40)

    bench = Bench(refresh)
    async with bench.running():
        for _ in range(DOUBTED // EVERY + 1):
            await bench.look_again()
    assert doubts == [True] * 6 + [False, True]
    assert bench.told("archive_refreshed")[0] == {"read": 0, "gone": 40}


async def test_files_too_fresh_to_be_read_are_looked_at_again_soon() -> None:
    looks: list[Refreshed] = []

    def refresh(_doubt: bool) -> Refreshed:
        looks.append(Refreshed(read=len(looks), gone=0, waiting=1 - len(looks), problems=()))
        return looks[-1]

    bench = Bench(refresh)
    async with bench.running():
        await bench.look_after(SOON)

    assert len(looks) == 2


def failing(_doubt: bool) -> Refreshed:
    raise NewsError("the folder is away")


async def test_it_says_when_the_first_look_is_over() -> None:
    bench = Bench(lambda _: Refreshed(read=0, gone=0, waiting=0, problems=()), stocked=False)
    async with bench.running():
        assert bench.loop.looked.is_set()


async def test_where_the_first_look_fails_what_was_read_before_will_do() -> None:
    bench = Bench(failing, stocked=True)
    async with bench.running():
        assert bench.loop.looked.is_set()


async def test_where_nothing_was_ever_read_questions_are_answered_but_nothing_is_chosen() -> None:
    bench = Bench(failing, stocked=False)
    async with bench.running():
        assert bench.loop.tried.is_set()
        assert not bench.loop.looked.is_set()


async def test_a_look_that_the_end_breaks_off_is_no_trouble() -> None:
    stop = asyncio.Event()

    def broken_off(_doubt: bool) -> Refreshed:
        stop.set()
        raise NewsError("told to end")

    bench = Bench(broken_off)
    async with asyncio.timeout(PATIENCE):
        await bench.loop.run(stop)

    assert bench.events == []
