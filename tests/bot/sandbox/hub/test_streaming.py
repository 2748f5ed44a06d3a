"""The live stream: a page that falls behind is cut off, and comes again."""

import asyncio

import pytest
from aiohttp import ClientSession, web

from bot.sandbox.hub.streaming import LONGEST_QUEUE, Stream, event


@pytest.fixture
def stream() -> Stream:
    return Stream(lambda: {"everything": "there is"})


def test_an_event_is_one_line_of_json_whatever_it_holds() -> None:
    assert event("entry", {"text": "a\nb → c"}) == 'event: entry\ndata: {"text": "a\\nb → c"}\n\n'


def test_what_nobody_follows_is_not_kept(stream: Stream) -> None:
    stream.tell("entry", {})

    assert not stream.watched.is_set()


async def test_a_page_that_falls_behind_is_cut_off(stream: Stream, session: ClientSession) -> None:
    application = web.Application()
    application.router.add_get("/", stream.serve)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    async with session.get(f"http://127.0.0.1:{port}/") as answer:
        await answer.content.readuntil(b"\n\n")
        for number in range(LONGEST_QUEUE + 1):
            stream.tell("entry", number)
        async with asyncio.timeout(5):
            rest = await answer.read()
    await runner.cleanup()

    assert rest == b""
