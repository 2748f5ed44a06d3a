"""Thousands of commands, many told again, while the process is killed again and again: each is acted on once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from socket import socket
from time import monotonic

import pytest
from sqlalchemy import func, select

from bot.delivery.rows import OPEN
from bot.sandbox.chaos import Chaos, Mishap
from bot.sandbox.recording import Direction, Entry, Recorder
from bot.sandbox.slack.reporting import Reported
from bot.sandbox.slack.stand_in import SlackStandIn
from bot.sandbox.telegram.stand_in import TelegramStandIn
from bot.store.engine import Store
from bot.store.tables import delivery, inbox
from tests.faults.process import Pace
from tests.faults.subject import Subject, subject
from tests.stories.process import TOKENS

COMMANDS, KILLS = 10_000, 100
"""At full size, of both platforms together."""
AGAIN = 0.2
"""Share of commands that are told again though they were taken."""
REPEATED_POLLS = 0.4
"""Share of polls that bring once more what was taken before them, as makes for at least that share of commands."""

LONGEST_LIFE = 1.5
"""Seconds that a process lives at most, once it serves."""
WHILE_STARTING = 0.15
"""Share of the kills that do not wait until the process serves."""
ACKNOWLEDGED_WITHIN = 1.0
"""Seconds until Slack, in a hurry, takes something for not acknowledged."""
TOLD_AT_ONCE = 20
"""Payloads that Slack has on the way at the same time."""
TO_THE_END = 240.0
"""Seconds that the last process may take for what is left."""

CONFIGURATION = """\
archive: {{path: {folder}/archive}}
timezone: UTC
store: "{store}"
index: {folder}/index.db
telegram: {{base_url: "{telegram}"}}
slack: {{base_url: "{slack}", mode: {mode}, host: 127.0.0.1, port: {port}}}
digests:
  never: {{cron: "0 0 29 2 *", to: [{{telegram: -1}}]}}
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """How a run came out."""

    asked: int
    told_again: int
    """Commands that were told more than once."""
    refused: int
    """Slash commands that were not acknowledged, so that the person was shown an error; acted on or not."""
    lost: int
    twice: int
    """Commands of which more than one reply was owed, or more than one arrived."""
    unasked: int
    """Replies to what nobody asked."""
    arrived: int
    """Replies in their chats; one that a kill left unclear is not sent again."""
    undone: int
    """Rows of the inbox that are not done."""


class TelegramPeople:
    """Each writes one command, in a private chat of their own."""

    def __init__(self, seed: int) -> None:
        self._told: Counter[int] = Counter()
        recorder = Recorder(most=1)
        recorder.follow(self._count)
        self.stand_in = TelegramStandIn(TOKENS["HEATWIRE_TELEGRAM_TOKEN"], recorder=recorder)
        self.stand_in.disturb(Chaos(seed, {Mishap.DUPLICATE: REPEATED_POLLS}), "getUpdates")
        self._chats: dict[str, int] = {}

    async def ask(self) -> None:
        """One more asks for help."""
        chat = 1_000_000 + len(self._chats)
        self.stand_in.chats.add(chat)
        number = await self.stand_in.say(chat, "/help")
        self._chats[f"telegram/{number}"] = chat

    @property
    def asked(self) -> frozenset[str]:
        """Keys of all commands."""
        return frozenset(self._chats)

    @property
    def told_again(self) -> int:
        return sum(times > 1 for times in self._told.values())

    def arrived(self) -> list[int]:
        """How many replies each person has."""
        return [len(self.stand_in.messages(chat)) for chat in self._chats.values()]

    def _count(self, entry: Entry) -> None:
        if entry.direction is Direction.EVENT:
            self._told[entry.arguments["update_id"]] += 1


class SlackPeople:
    """Each asks once, in a channel of their own: by a slash command or by a mention."""

    def __init__(self, random: Random) -> None:
        self.stand_in = SlackStandIn(
            bot_token=TOKENS["HEATWIRE_SLACK_BOT_TOKEN"],
            app_token=TOKENS["HEATWIRE_SLACK_APP_TOKEN"],
            signing_secret=TOKENS["HEATWIRE_SLACK_SIGNING_SECRET"],
            retries=(0.0, *[0.5] * 1000),
        )
        self.stand_in.sockets.acknowledge_within = ACKNOWLEDGED_WITHIN
        self._random = random
        self._turns = asyncio.Semaphore(TOLD_AT_ONCE)
        self._channels: list[str] = []
        self.asked: set[str] = set()
        """Keys of the commands that Slack was told it need not worry about."""
        self.refused: set[str] = set()
        self.told_again = 0

    def ask(self) -> Coroutine[None, None, None]:
        """One more asks for help, until the bot has acknowledged it or the person has seen an error."""
        channel = f"C{len(self._channels):06}"
        self._channels.append(channel)
        self.stand_in.add_channel(channel)
        return self._ask(channel, is_slash=self._random.random() < 0.5, again=self._random.random() < AGAIN)

    def arrived(self) -> list[int]:
        """How many replies each person has, the question aside."""
        answered = Counter(said["channel"] for said in self.stand_in.responses)
        return [
            answered[channel] + sum("bot_id" in message for message in self._lasting(channel))
            for channel in self._channels
        ]

    async def _ask(self, channel: str, *, is_slash: bool, again: bool) -> None:
        async with self._turns:
            asking = self.stand_in.command("/digest", "help", channel=channel) if is_slash else None
            reported = await (asking or self.stand_in.mention(channel, "help"))
            (self.asked if reported.acknowledged else self.refused).add(key(reported))
            while again:
                again = not (await self.stand_in.redeliver(reported)).acknowledged
                self.told_again += not again

    def _lasting(self, channel: str) -> list[dict[str, object]]:
        return [message for message in self.stand_in.messages(channel) if not message.get("is_ephemeral")]


def key(reported: Reported) -> str:
    """What the bot calls what it was told."""
    if reported.kind == "slash_commands":
        return f"slack/{reported.body['trigger_id']}"
    return f"slack/{reported.body['event']['channel']}/{reported.body['event']['ts']}"


@dataclass
class Run:
    """People on two platforms, and the bot between."""

    bot: Subject
    store: Store
    telegram: TelegramPeople
    slack: SlackPeople
    random: Random
    asking: list["asyncio.Task[None]"] = field(default_factory=list)

    async def ask(self, count: int) -> None:
        """Have so many more ask, in each half of the world half of them."""
        for _ in range(count // 2):
            await self.telegram.ask()
            self.asking.append(asyncio.create_task(self.slack.ask()))

    async def live_and_die(self) -> None:
        """One process, from its start to a kill at a random instant."""
        if self.random.random() < WHILE_STARTING:
            await self.bot.start()
            await asyncio.sleep(self.random.random())
        else:
            await self.bot.serve()
            await asyncio.sleep(LONGEST_LIFE * self.random.random())
        await self.bot.kill()

    async def to_the_end(self) -> None:
        """One more process, until nobody waits for anything."""
        await self.bot.serve()
        async with asyncio.timeout(TO_THE_END):
            await asyncio.gather(*self.asking)
            # What another process does sets no event in this one.
            while await asyncio.to_thread(self._rest):  # noqa: ASYNC110 - another process does it
                await asyncio.sleep(0.2)
        assert await self.bot.stop() == 0

    def figures(self) -> Figures:
        """What came of it all; synchronous."""
        asked = self.telegram.asked | self.slack.asked
        with self.store.read() as connection:
            keys = [row.removeprefix("reply/") for row in connection.execute(select(delivery.c.key)).scalars()]
            undone = connection.scalar(select(func.count()).where(inbox.c.state != "done")) or 0
        replies = Counter(row.rpartition("/")[0] for row in keys)
        arrived = [*self.telegram.arrived(), *self.slack.arrived()]
        return Figures(
            asked=len(asked) + len(self.slack.refused),
            told_again=self.telegram.told_again + self.slack.told_again,
            refused=len(self.slack.refused),
            lost=len(asked - replies.keys()),
            twice=sum(times > 1 for times in replies.values()) + sum(times > 1 for times in arrived),
            unasked=len(replies.keys() - asked - self.slack.refused),
            arrived=sum(arrived),
            undone=undone,
        )

    def _rest(self) -> int:
        """How much is still to be done; synchronous."""
        pending = select(func.count()).where(inbox.c.state == "pending")
        owed = select(func.count()).where(delivery.c.state.in_(OPEN))
        with self.store.read() as connection:
            stored = int(connection.scalar(pending) or 0) + int(connection.scalar(owed) or 0)
        return len(self.telegram.stand_in.pending) + stored


@asynccontextmanager
async def a_run(folder: Path, store_url: str, mode: str, seed: int) -> AsyncIterator[Run]:
    """All parts of a run, the bot not started."""
    random, port = Random(seed), free_port()  # noqa: S311 - to be had again, not to be hard to guess
    (folder / "archive").mkdir()
    telegram, slack = TelegramPeople(seed), SlackPeople(random)
    async with telegram.stand_in, slack.stand_in:
        slack.stand_in.deliver_to = f"http://127.0.0.1:{port}/slack/events" if mode == "http" else None
        config = folder / "heatwire.yaml"
        urls = {"telegram": telegram.stand_in.url, "slack": slack.stand_in.url}
        said = CONFIGURATION.format(folder=folder, store=store_url, mode=mode, port=port, **urls)
        config.write_text(said, "utf-8")
        with Store.opened(store_url) as store:
            async with subject(config, Pace()) as bot:
                yield Run(bot, store, telegram, slack, random)


def free_port() -> int:
    with socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.mark.parametrize(("kind", "mode"), [("sqlite", "socket"), ("postgresql", "http")])
async def test_each_command_is_acted_on_once_however_often_it_is_told_or_the_process_is_killed(
    kind: str, mode: str, request: pytest.FixtureRequest, tmp_path: Path, size: float, seed: int
) -> None:
    is_sqlite, kills, begun = kind == "sqlite", max(1, round(KILLS * size)), monotonic()
    place = f"sqlite:///{tmp_path}/heatwire.db" if is_sqlite else request.getfixturevalue("postgres").database()
    async with a_run(tmp_path, place, mode, seed) as run:
        for _ in range(kills):
            await run.ask(round(COMMANDS * size / kills))
            await run.live_and_die()
        await run.to_the_end()
        figures = await asyncio.to_thread(run.figures)
    print(f"{kind}, Slack by {mode}: {asdict(figures)}, {kills} kills, {monotonic() - begun:.0f} s")  # noqa: T201 - what a run is for
    assert (figures.lost, figures.twice, figures.unasked, figures.undone) == (0, 0, 0, 0)
    assert figures.told_again >= AGAIN * figures.asked
