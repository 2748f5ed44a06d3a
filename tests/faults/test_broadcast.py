"""A broadcast to twenty thousand chats while people ask, over a Telegram that enforces its limits.

In real time: what is tried here is whether two processes' clocks, a network and an event loop keep to a pace together,
and no other clock could tell that. At full size it takes eleven minutes, nearly all of them asleep.
"""

import asyncio
import logging
import multiprocessing
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from statistics import quantiles
from time import monotonic
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.delivery.delivery import Call, Destination, Priority
from bot.delivery.outbox import Outbox
from bot.delivery.relay import Relay
from bot.delivery.rows import Owed
from bot.logs import configure
from bot.sandbox.telegram.stand_in import TelegramStandIn
from bot.store.engine import Store
from tests.benchmarks.relaying import TOKEN, one_core, owe, relayed, sent_by_peer, slow_server, telegram
from tests.benchmarks.sandbox import DIGEST
from tests.postgres import PostgresServer

CHATS = 20_000
COMMANDS = 5.0
"""A second."""
ALLOWED = 30.0
"""Messages a second: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this"""
RAISED = 800
"""Messages a second that a bot with raised limits may want of one core."""
PEERS, TIMES = 800, 3
"""Messages that the peer sends; how often the relay's rate is at least the peer's."""
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a Telegram saw of the broadcast."""

    sent: int
    refused: int
    seconds: float
    """From the first message to the last."""

    @property
    def rate(self) -> float:
        """Messages a second, of the share that the limits allow."""
        return (self.sent - 1) / self.seconds / ALLOWED


@contextmanager
def strict_telegram(chats: int) -> Iterator[tuple[str, Connection]]:
    """The URL of a stand-in with limits, in a process of its own; it says what it saw when it is told to."""
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe()
    process = spawning.Process(target=_serve, args=(theirs, chats), daemon=True)
    process.start()
    try:
        yield ours.recv(), ours
    finally:
        process.terminate()
        process.join()


def _serve(told: Connection, chats: int) -> None:
    asyncio.run(_stand_in(told, chats))


async def _stand_in(told: Connection, chats: int) -> None:
    async with TelegramStandIn(TOKEN, limits=True) as stand_in:
        for chat in range(1, chats + 1):
            stand_in.chats.add(chat)
        told.send(stand_in.url)
        await asyncio.to_thread(told.recv)
        answers = [(call.at, call.answer) for call in stand_in.requests("sendMessage")]
        through = [at for at, answer in answers if isinstance(answer, Mapping) and answer["ok"]]
        told.send(Taken(len(through), len(answers) - len(through), through[-1] - through[0]))


@dataclass
class Watch:
    """What happens on our side of the broadcast."""

    left: int
    asked_at: dict[str, float] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    events: dict[str, int] = field(default_factory=dict)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, event: str, facts: Mapping[str, Any]) -> None:
        self.events[event] = self.events.get(event, 0) + 1
        if event != "delivery_sent":
            return
        asked = self.asked_at.pop(facts["key"], None)
        if asked is not None:
            self.waits.append(monotonic() - asked)
            return
        self.left -= 1
        if not self.left:
            self.done.set()


def memory() -> float:
    """Megabytes that this process holds."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE / 1e6


async def ask(store: Store, relay: Relay, watch: Watch, chats: int, chance: Random) -> None:
    """Have somebody in the chats ask for something, so many times a second, until it is over."""
    number = 0
    while not watch.done.is_set():
        await SystemClock().wait(watch.done, 1 / COMMANDS)
        number += 1
        chat, key = chance.randint(1, chats), f"reply/{number}"
        watch.asked_at[key] = monotonic()
        await asyncio.to_thread(_answer, store, key, chat)
        relay.wake()


def _answer(store: Store, key: str, chat: int) -> None:
    now = SystemClock().now()
    call = Call("sendMessage", {"chat_id": chat, "text": DIGEST, "parse_mode": "HTML"})
    expires = now + timedelta(minutes=10)
    reply = Owed(key, Destination("telegram", str(chat)), call, Priority.REPLY, part=1, expires_at=expires)
    with store.begin() as connection:
        Outbox(store).add(connection, [reply], now)


async def weigh(watch: Watch, chats: int) -> list[float]:
    """Megabytes after each tenth of the broadcast."""
    found: list[float] = []
    while not watch.done.is_set():
        if watch.left <= chats * (1 - (len(found) + 1) / 10):
            found.append(memory())
        await SystemClock().wait(watch.done, 0.2)
    return [*found, memory()]


@asynccontextmanager
async def broadcasting(place: str, url: str, chats: int, watch: Watch, seed: int) -> AsyncIterator[asyncio.Task[Any]]:
    with Store.opened(place) as store:
        await asyncio.to_thread(owe, store, chats)
        async with telegram(url) as platform:
            relay = Relay(store, {"telegram": platform}, SystemClock(), observe=watch)
            asking = asyncio.create_task(ask(store, relay, watch, chats, Random(seed)))  # noqa: S311 - repeatable
            yield asyncio.create_task(relay.run(watch.done))
            await asking


async def test_a_broadcast_goes_at_the_pace_that_is_allowed_and_people_are_answered_meanwhile(
    tmp_path: Path, size: float
) -> None:
    chats, seed = int(CHATS * size), 20_000
    watch = Watch(chats)
    with strict_telegram(chats) as (url, stand_in):
        async with broadcasting(f"sqlite:///{tmp_path}/heatwire.db", url, chats, watch, seed) as relaying:
            weights = await weigh(watch, chats)
            await relaying
        stand_in.send("over")
        taken: Taken = stand_in.recv()
    percentiles = quantiles(watch.waits, n=100)
    print(  # noqa: T201 - figures are what this is for
        f"\nbroadcast to {chats} chats, seed {seed}: {taken.sent} sent at {taken.rate:.1%} of the rate allowed, "
        f"{taken.refused} refused ({taken.refused / taken.sent:.2%}); {len(watch.waits)} replies, "
        f"p50 {percentiles[49]:.2f} s, p99 {percentiles[98]:.2f} s; "
        f"memory {weights[0]:.0f} MB, {weights[len(weights) // 2]:.0f} MB, {weights[-1]:.0f} MB"
    )
    assert taken.rate >= 0.97
    assert taken.refused <= taken.sent * 0.001
    assert percentiles[98] < 2
    assert weights[-1] - weights[0] < 8


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[None]:
    """Every delivery is told to a log, as the service does it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    with (tmp_path / "log").open("w", encoding="utf-8") as log:
        configure(stream=log)
        yield
        root.handlers[:] = handlers
        root.setLevel(level)


@pytest.mark.usefixtures("logged")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_one_core_is_enough_for_eight_hundred_messages_a_second(
    request: pytest.FixtureRequest, tmp_path: Path, size: float, kind: str
) -> None:
    """For bots whose limits Telegram has raised. What is asserted is processor time: other processes may run, too.

    On whatever machine the tests run, it is several times what python-telegram-bot does by itself, which writes nothing
    down; at full size, meant for a machine that is left alone, the figure itself counts.
    """
    place = f"sqlite:///{tmp_path}/heatwire.db"
    if kind == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        place = server.database()
    sends = max(int(CHATS * size), 1_000)
    with slow_server() as url, one_core():
        peer = await sent_by_peer(url, PEERS, workers=200)
        figure = await relayed(url, place, sends, workers=200)
    on_one_core, peers = figure.sends / figure.cpu, peer.sends / peer.cpu
    print(  # noqa: T201 - figures are what this is for
        f"\n{kind}: {figure.sends} sends, {figure.sends / figure.seconds:.0f} a second as it was, "
        f"{on_one_core:.0f} a second of one core's time; python-telegram-bot alone: {peers:.0f}"
    )
    assert on_one_core >= peers * TIMES
    assert size < 1 or on_one_core >= RAISED
