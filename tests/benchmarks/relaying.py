"""How many messages a second the relay brings to a Telegram that sets no limits, beside python-telegram-bot alone.

Run as `python -m tests.benchmarks.relaying`. The server answers after 50 ms and has a process, and where there are two
a core, of its own. Ours are claimed on disk before each request (SQLite, `synchronous=FULL`), settled after it and
logged; the peer's are neither.
"""

import asyncio
import multiprocessing
import os
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from aiohttp import web
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.clock import Clock, SystemClock
from bot.delivery.delivery import Call, Destination, Priority
from bot.delivery.limits import telegram_limits
from bot.delivery.outbox import Outbox
from bot.delivery.outcome import Sighting
from bot.delivery.pacing import Pacing
from bot.delivery.relay import Options, Relay
from bot.delivery.rows import Owed
from bot.logs import configure, observe
from bot.opening import opened_session
from bot.platforms.telegram.platform import Telegram
from bot.receiving.received import Received
from bot.store.engine import Store
from tests.benchmarks.choosing import say
from tests.benchmarks.sandbox import DIGEST

SENDS = 6_000
DELAY = 0.05
TOKEN = "123456:TEST"


@dataclass(frozen=True, slots=True)
class Figure:
    """What it took to send so many messages."""

    sends: int
    seconds: float
    cpu: float
    """Seconds of processor time, of this process alone."""

    def __str__(self) -> str:
        return f"{self.sends / self.seconds:8.0f} sends/s   {self.cpu / self.sends * 1000:5.2f} ms of CPU each"


@contextmanager
def measured(sends: int) -> Iterator[Callable[[], Figure]]:
    """What it takes from here on until the figure is asked for."""
    began, used = perf_counter(), process_time()
    yield lambda: Figure(sends, perf_counter() - began, process_time() - used)


@contextmanager
def slow_server(delay: float = DELAY) -> Iterator[str]:
    """The URL of a Bot API that takes everything, each after `delay` seconds; in a process of its own."""
    # Not forked: this process may have threads.
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe()
    process = spawning.Process(target=_serve, args=(theirs, delay), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(told: Connection, delay: float) -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    asyncio.run(_listen(told, delay))


async def _listen(told: Connection, delay: float) -> None:
    me = b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"Bot","username":"bot"}}'
    message = b'{"ok":true,"result":{"message_id":1,"date":1,"chat":{"id":1,"type":"private"}}}'

    async def take(request: web.BaseRequest) -> web.Response:
        await request.read()
        await asyncio.sleep(delay)
        answer = me if request.path.endswith("/getMe") else message
        return web.Response(body=answer, content_type="application/json")

    runner = web.ServerRunner(web.Server(take, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    told.send(runner.addresses[0][1])
    await asyncio.Event().wait()


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this process to the first core; the server has the last."""
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(everywhere)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, everywhere)


@asynccontextmanager
async def telegram(url: str, clock: Clock | None = None) -> AsyncIterator[Telegram]:
    """The platform of the running bot, in whose chats nobody speaks."""

    async def unheard(received: Sequence[Received], sightings: Collection[Sighting] = ()) -> None:
        """Nobody listens."""

    async with opened_session() as session:
        clock = clock or SystemClock()
        yield Telegram(
            TOKEN, url, session=session, clock=clock, receive=unheard, names={}, descriptions={}, observe=observe
        )


def owe(store: Store, sends: int) -> None:
    """One digest for each of so many chats."""
    rows = [
        Owed(
            key=f"digest/telegram:{chat}/1",
            destination=Destination("telegram", str(chat)),
            call=Call("sendMessage", {"chat_id": chat, "text": DIGEST, "parse_mode": "HTML"}),
            priority=Priority.BROADCAST,
            part=1,
        )
        for chat in range(1, sends + 1)
    ]
    with store.begin() as connection:
        Outbox(store).add(connection, rows, SystemClock().now())


async def relayed(url: str, place: str, sends: int, workers: int) -> Figure:
    """Through the outbox, from a claim on disk to what became of it on disk."""
    stop, left = asyncio.Event(), sends

    def count(event: str, facts: Mapping[str, Any]) -> None:
        nonlocal left
        observe(event, facts)
        left -= event == "delivery_sent"
        if not left:
            stop.set()

    with Store.opened(place) as store:
        await asyncio.to_thread(owe, store, sends)
        async with telegram(url) as platform:
            pacing = Pacing({"telegram": telegram_limits(100_000)})
            options = Options(workers=workers)
            relay = Relay(store, {"telegram": platform}, SystemClock(), pacing=pacing, options=options, observe=count)
            with measured(sends) as figure:
                await relay.run(stop)
                return figure()


async def sent_by_peer(url: str, sends: int, workers: int) -> Figure:
    """By python-telegram-bot with its own transport, so many at once; nothing is written down."""
    request = HTTPXRequest(connection_pool_size=workers, pool_timeout=60.0, read_timeout=60.0)
    async with Bot(TOKEN, f"{url}/bot", request=request, get_updates_request=request) as bot:
        numbers = iter(range(1, sends + 1))

        async def send() -> None:
            for chat in numbers:
                await bot.send_message(chat, DIGEST, parse_mode="HTML")

        with measured(sends) as figure:
            await asyncio.gather(*(send() for _ in range(workers)))
            return figure()


async def _figures(url: str) -> None:
    with TemporaryDirectory() as folder:
        for workers in (60, 200):
            peer = await sent_by_peer(url, SENDS // 10, workers)
            ours = await relayed(url, f"sqlite:///{folder}/{workers}.db", SENDS, workers)
            say(f"{workers:4} in flight   python-telegram-bot alone {peer}")
            times = ours.sends / ours.seconds / (peer.sends / peer.seconds)
            say(f"{'':16}the relay                 {ours}   {times:5.1f} of the peer")


def main() -> None:
    """Print the figures."""
    with slow_server() as url, one_core(), Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        configure(stream=nowhere)
        asyncio.run(_figures(url))


if __name__ == "__main__":
    main()
