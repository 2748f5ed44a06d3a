"""A bot's whole day in some seconds: an edition, lost answers and late ones, questions, an edit, a new article."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, select

from bot.delivery import sightings
from bot.delivery.delivery import Priority
from bot.delivery.outcome import Sighting
from bot.delivery.rows import OPEN
from bot.demo.laying_out import owe_first_edition
from bot.demo.unfolding import unfold
from bot.failpoints import Point
from bot.sandbox.slack.faults import Fault
from bot.sandbox.slack.stand_in import SlackStandIn
from bot.sandbox.telegram.faults import close, late
from bot.sandbox.telegram.stand_in import TelegramStandIn
from bot.settings.loading import load
from bot.store.engine import Store
from bot.store.tables import delivery, edition, inbox, inspection
from digests.newsroom import Newsroom
from digests.reading.archive import Folder
from tests.faults.process import Pace
from tests.faults.subject import Subject, subject
from tests.stories.process import TOKENS

SUPERGROUP, GROUP, PERSON, GONE, ADMIN = -1_001_000_000_001, -77, 501, 502, 503
CHANNELS = ("C0000000001", "C0000000002", "C0000000003")
ASKED = 2
"""Questions in a day, each answered in one message."""
PACE = Pace(answer=0.4, settle=0.8, sweep=1.6, lease=1.6)
LATE = 1.3
"""Seconds: after what is unclear has settled, and before strays are looked for."""
LONGEST = 60.0
"""Seconds that any part of the day may take on a busy machine."""

CONFIGURATION = """\
archive: {{path: {folder}/archive, refresh: 1m}}
timezone: UTC
store: "{store}"
index: {folder}/index.db
telegram: {{base_url: "{telegram}"}}
slack: {{base_url: "{slack}"}}
admins: [{{telegram: {admin}}}]
digests:
  morning:
    topics: [AI, Space, Climate]
    cron: "{cron}"
    window: 7d
    limit: {limit}
    to: [{to}]
"""

WORDS = "unheard"
"""What no other article has."""
NEW_ARTICLE = """\
---
title: "An unheard article that came in during the day"
publishedDateTime: {now:%Y-%m-%dT%H:%M:%SZ}
webUrl: "https://example.com/new"
quality: 50
heat: 1
published: true
topics: [Space]
---
It came in during the day.
"""


@dataclass
class Day:
    """Everything around the bot."""

    folder: Path
    store_url: str
    store: Store
    telegram: TelegramStandIn
    slack: SlackStandIn
    bot: Subject
    cron: str
    was_killed: bool = False
    """Whether the process came to the point that it was to end at."""

    @property
    def chats(self) -> Sequence[tuple[str, str]]:
        """All but the one that is gone."""
        telegram = [("telegram", str(chat)) for chat in (SUPERGROUP, GROUP, PERSON, ADMIN)]
        return (*telegram, *(("slack", name) for name in CHANNELS))

    async def pass_by(self, kill_at: tuple[Point, int] | None) -> None:
        """Live through the day, with a crash at a point's n-th time; the process is begun again at once."""
        await self.bot.start(kill_at=kill_at)
        await self._until(self._is_published)
        await self.telegram.say(SUPERGROUP, "/help")
        asking = asyncio.create_task(self.slack.mention(CHANNELS[0], "help"))
        await self._until(lambda: asking.done() and len(self.replies()) == ASKED)
        self._add_article()
        self.configure(limit=4)
        starts = self.bot.starts
        await self._until(lambda: self.bot.starts > starts or self._has_logged("configuration_changed"))
        await self._until(lambda: self._is_indexed() and self._is_at_rest())
        await self._end()

    def configure(self, limit: int) -> None:
        """Write the configuration."""
        telegram = (f"{{telegram: {chat}}}" for chat in (SUPERGROUP, GROUP, PERSON, GONE))
        slack = (f"{{slack: {name}}}" for name in CHANNELS)
        said = CONFIGURATION.format(
            folder=self.folder,
            store=self.store_url,
            telegram=self.telegram.url,
            slack=self.slack.url,
            admin=ADMIN,
            cron=self.cron,
            limit=limit,
            to=", ".join((*telegram, *slack)),
        )
        self.config.write_text(said, "utf-8")

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / "heatwire.yaml"

    def deliveries(self) -> Sequence[Any]:
        """All rows of the outbox."""
        with self.store.read() as connection:
            return connection.execute(select(delivery)).all()

    def replies(self) -> Sequence[Any]:
        """Those of them that answer a question."""
        return [row for row in self.deliveries() if row.priority == Priority.REPLY]

    def count(self, table: Table, *which: Any) -> int:
        """How many rows of a table are so."""
        with self.store.read() as connection:
            return int(connection.scalar(select(func.count()).select_from(table).where(*which)) or 0)

    def texts(self, chat: tuple[str, str]) -> list[str]:
        """What the bot has in a chat."""
        if chat[0] == "telegram":
            return [message["text"] for message in self.telegram.messages(int(chat[1]))]
        return [str(message["text"]) for message in self.slack.messages(chat[1]) if "bot_id" in message]

    async def _until(self, condition: Callable[[], bool]) -> None:
        """Wait until it is so, the process begun again if it ends."""
        async with asyncio.timeout(LONGEST):
            # What another process does sets no event in this one.
            while not await asyncio.to_thread(condition):
                await self._replace_dead()
                await asyncio.sleep(0.05)

    async def _end(self) -> None:
        """Stop; where the point is met just then, begin again and stop again."""
        await self._replace_dead()
        await self._until(self._is_serving)
        while (code := await self.bot.stop()) != 0:
            self._note_death(code)
            await self.bot.serve()

    async def _replace_dead(self) -> None:
        if self.bot.has_ended():
            self._note_death(await self.bot.stop())
            await self.bot.start()

    def _note_death(self, code: int) -> None:
        """A process ends by its point, once, and by nothing else."""
        assert code == -signal.SIGKILL
        assert not self.was_killed
        self.was_killed = True

    def _is_published(self) -> bool:
        return self.count(edition) > 0 and self._is_settled() and self.count(inspection) == 0

    def _is_settled(self) -> bool:
        return self.count(delivery) > 0 and self.count(delivery, delivery.c.state.in_(OPEN)) == 0

    def _is_at_rest(self) -> bool:
        unread = self.count(inbox, inbox.c.state == "pending")
        told = ("telegram", str(ADMIN)) in {(row.platform, row.address) for row in self.deliveries()}
        return told and not unread and self._is_settled() and self.count(inspection) == 0

    def _is_indexed(self) -> bool:
        newsroom = Newsroom.open(Folder(self.folder / "archive"), self.folder / "index.db")
        try:
            return len(newsroom.search(WORDS)) == 1
        finally:
            newsroom.close()

    def _is_serving(self) -> bool:
        """Told to end before, a process has no manners yet."""
        return any('"service_started"' in line for line in self.bot.running.log)

    def _has_logged(self, event: str) -> bool:
        return any(f'"{event}"' in line for line in self.bot.log)

    def _add_article(self) -> None:
        article = self.folder / "archive" / "_news" / "2026-11-22-new.md"
        article.write_text(NEW_ARTICLE.format(now=datetime.now(UTC)), "utf-8")
        # A file written just now could be half-written, as far as a reader knows: this one is whole.
        os.utime(article, (0, 0))


@asynccontextmanager
async def a_day(folder: Path, store_url: str) -> AsyncIterator[Day]:
    """A day about to begin: the edition is due, and the first answers of both platforms will get lost."""

    unfold(folder / "archive", datetime.now(UTC))
    slack = SlackStandIn(
        bot_token=TOKENS["HEATWIRE_SLACK_BOT_TOKEN"],
        app_token=TOKENS["HEATWIRE_SLACK_APP_TOKEN"],
        signing_secret=TOKENS["HEATWIRE_SLACK_SIGNING_SECRET"],
        channels=CHANNELS,
        retries=[0.3] * 20,
    )
    slack.sockets.acknowledge_within = 1.0
    async with TelegramStandIn(TOKENS["HEATWIRE_TELEGRAM_TOKEN"]) as telegram, slack:
        telegram.fail("sendMessage", close(accepted=True), late(LATE))
        slack.fail("chat.postMessage", Fault(close=True, accepted=True), Fault(close=True, late=LATE))
        config = folder / "heatwire.yaml"
        with Store.opened(store_url) as store:
            async with subject(config, PACE) as bot:
                now = datetime.now(UTC)
                day = Day(folder, store_url, store, telegram, slack, bot, f"{now:%M} {now:%H} * * *")
                day.configure(limit=5)
                owe_first_edition(load(config, TOKENS), now, 1)
                for chat in (SUPERGROUP, GROUP, PERSON, GONE, ADMIN):
                    await telegram.say(chat, "hello")
                _hear(store, telegram, now)
                telegram.chats.get(GONE).shut = "bot was blocked by the user"
                yield day


def _hear(store: Store, telegram: TelegramStandIn, now: datetime) -> None:
    """Have a first number known in each chat, as a bot has that ever was spoken to or let in."""
    heard = [
        Sighting(f"telegram:{SUPERGROUP}", telegram.history(SUPERGROUP)[0]["message_id"]),
        *(Sighting("telegram:account", telegram.history(chat)[0]["message_id"]) for chat in (GROUP, PERSON, ADMIN)),
    ]
    with store.begin() as connection:
        sightings.note(connection, heard, now)
