"""How many sends a second the sandbox takes, judging each, beside a server that answers anything with the same word.

Run as `python -m tests.benchmarks.sandbox`; servers and client share one process, and so one core.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any

import aiohttp
from aiohttp import web

from bot.sandbox.recording import Recorder
from bot.sandbox.slack.stand_in import SlackStandIn
from bot.sandbox.telegram.stand_in import TelegramStandIn
from tests.benchmarks.choosing import say

SENDS = 5_000
AT_ONCE = 50
STORY = (
    '<b><a href="https://example.com/{n}">Story {n}</a></b>\n<i>The Daily Photon · 3 h ago · 97</i>\nIt is told here.\n'
)
DIGEST = "".join(STORY.format(n=number) for number in range(5))
BLOCKS = [
    {"type": "header", "text": {"type": "plain_text", "text": "Space"}},
    *(
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "link", "url": f"https://example.com/{number}", "text": f"Story {number}"}],
                }
            ],
        }
        for number in range(5)
    ),
]


async def sends_a_second(url: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> float:
    """How many requests with this body are answered in a second, 50 at a time."""

    async def send(session: aiohttp.ClientSession, count: int) -> None:
        for _ in range(count):
            async with session.post(url, json=body) as answer:
                answer.raise_for_status()
                await answer.read()

    async with aiohttp.ClientSession(headers=headers) as session:
        began = perf_counter()
        await asyncio.gather(*(send(session, SENDS // AT_ONCE) for _ in range(AT_ONCE)))
        return SENDS / (perf_counter() - began)


@asynccontextmanager
async def yes() -> AsyncIterator[str]:
    """The peer: reads a request as JSON and answers that all is well."""

    async def answer(request: web.Request) -> web.Response:
        await request.json()
        return web.json_response({"ok": True, "result": {"message_id": 1}})

    app = web.Application()
    app.router.add_post("/{method}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/send"
    await runner.cleanup()


async def _figures() -> None:
    digest = {"chat_id": 1, "text": DIGEST, "parse_mode": "HTML"}
    async with yes() as url:
        peer = await sends_a_second(url, digest, {})
    async with TelegramStandIn("123456:TEST", recorder=Recorder()) as telegram:
        telegram.chats.add(1)
        ours = await sends_a_second(f"{telegram.url}/bot123456:TEST/sendMessage", digest, {})
    async with SlackStandIn(
        bot_token="xoxb-test", app_token="xapp-test", signing_secret="s", channels=("C1",), recorder=Recorder()
    ) as slack:
        post = {"channel": "C1", "text": "Space", "blocks": BLOCKS}
        theirs = await sends_a_second(f"{slack.url}chat.postMessage", post, {"Authorization": "Bearer xoxb-test"})
    for name, figure in (("a server that says yes", peer), ("telegram, read and judged", ours), ("slack", theirs)):
        say(f"{name:28}{figure:8.0f} sends/s   {figure / peer:5.2f} of the peer")


def main() -> None:
    """Print the figures."""
    asyncio.run(_figures())


if __name__ == "__main__":
    main()
