"""The live stream: a page that falls behind is cut off, and comes again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientResponse, ClientSession, web

from bot.sandbox.hub.streaming import LONGEST_QUEUE, Stream, event
from tests.waiting import PATIENCE


@pytest.fixture
def stream() -> Stream:
    return Stream(lambda: {"everything": "there is"})


def test_an_event_is_one_line_of_json_whatever_it_holds() -> None:
    assert event("entry", {"text": "a\nb → c"}) == 'event: entry\ndata: {"text": "a\\nb → c"}\n\n'


def test_what_nobody_follows_is_not_kept(stream: Stream) -> None:
    stream.tell("entry", {})

    assert not stream.watched.is_set()


@asynccontextmanager
async def followed(stream: Stream, session: ClientSession) -> AsyncIterator[ClientResponse]:
    """A page that follows the stream and was told everything there is."""
    application = web.Application()
    application.router.add_get("/", stream.serve)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with session.get(f"http://127.0.0.1:{runner.addresses[0][1]}/") as answer:
        await answer.content.readuntil(b"\n\n")
        yield answer
    stream.close()
    await runner.cleanup()


async def test_a_page_is_sent_something_in_silence_too(session: ClientSession) -> None:
    async with followed(Stream(dict, silence=0.01), session) as answer, asyncio.timeout(PATIENCE):
        said = await answer.content.readuntil(b"\n\n")

    assert said == b":\n\n"


async def test_a_page_that_falls_behind_is_cut_off(stream: Stream, session: ClientSession) -> None:
    async with followed(stream, session) as answer:
        for number in range(LONGEST_QUEUE + 1):
            stream.tell("entry", number)
        async with asyncio.timeout(PATIENCE):
            rest = await answer.read()

    assert rest == b""
