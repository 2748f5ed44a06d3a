"""The bot as a process of its own, against the stand-ins over real sockets."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.demo.laying_out import owe_first_edition
from bot.demo.unfolding import unfold
from bot.sandbox.slack.stand_in import SlackStandIn
from bot.sandbox.telegram.stand_in import TelegramStandIn
from bot.settings.loading import load
from tests.judges import bot_api
from tests.judges import slack as slack_judges
from tests.judges.telegram import Parsed, verdict
from tests.stores import store_in_file
from tests.waiting import PATIENCE, until

GROUP = -1001234567890
CHANNEL = "C0123456789"
TOKENS = {
    "HEATWIRE_TELEGRAM_TOKEN": "123456:TEST-invented-for-these-stories-0000",
    "HEATWIRE_SLACK_BOT_TOKEN": "xoxb-test",
    "HEATWIRE_SLACK_APP_TOKEN": "xapp-test",
    "HEATWIRE_SLACK_SIGNING_SECRET": "signing-secret",
}
CONFIGURATION = """\
archive: {{{archive}, refresh: 1m}}
timezone: Europe/Berlin
store: {store}
index: {folder}/index.db
telegram: {{base_url: "{telegram}"}}
slack: {{base_url: "{slack}", mode: {mode}, host: 127.0.0.1, port: {port}}}
digests:
  morning:
    topics: [{topics}]
    cron: "* * * * *"
    window: 7d
    limit: 50
    to: [{{telegram: {group}}}, {{slack: {channel}}}]
"""


@dataclass(frozen=True)
class World:
    """Everything around the process: its folder, its chats and its configuration."""

    folder: Path
    telegram: TelegramStandIn
    slack: SlackStandIn

    @property
    def config(self) -> Path:
        return self.folder / "heatwire.yaml"

    def configure(self, **changes: object) -> None:
        """Write the configuration file, with changes to what it says by default."""
        said = {
            "archive": f"path: {self.folder}/archive",
            "store": f"sqlite:///{self.folder}/heatwire.db",
            "folder": self.folder,
            "telegram": self.telegram.url,
            "slack": self.slack.url,
            "mode": "socket",
            "port": 3000,
            "topics": "AI, Space, Climate",
            "group": GROUP,
            "channel": CHANNEL,
        }
        self.config.write_text(CONFIGURATION.format(**{**said, **changes}), "utf-8")

    def owe_an_edition(self) -> None:
        """Let the fire time of the last full minute be due when the process comes up."""
        owe_first_edition(load(self.config, TOKENS), datetime.now(UTC), 1)

    def in_telegram(self, text: str = "") -> list[str]:
        """What stands in the group, as far as it holds a text."""
        return [message["text"] for message in self.telegram.messages(GROUP) if text in message.get("text", "")]

    def in_slack(self, text: str = "") -> list[dict[str, Any]]:
        """What stands in the channel, as far as it holds a text."""
        return [message for message in self.slack.messages(CHANNEL) if text in str(message)]

    def judge(self) -> None:
        """Every call made on either platform is one that the platform takes."""
        for call in self.telegram.calls:
            assert bot_api.faults(call.method, call.arguments) == []
            if call.arguments.get("parse_mode") == "HTML":
                assert isinstance(verdict(call.arguments["text"]), Parsed)
        for request in self.slack.calls:
            if "blocks" in request.arguments:
                assert slack_judges.faults(request.arguments) == []


@asynccontextmanager
async def world(folder: Path) -> AsyncIterator[World]:
    """The stand-ins, an archive of recent news and an empty store; at the end every call that was made is judged."""
    unfold(folder / "archive", datetime.now(UTC))
    store_in_file(folder / "heatwire.db").close()
    async with (
        TelegramStandIn(TOKENS["HEATWIRE_TELEGRAM_TOKEN"]) as telegram,
        SlackStandIn(
            bot_token=TOKENS["HEATWIRE_SLACK_BOT_TOKEN"],
            app_token=TOKENS["HEATWIRE_SLACK_APP_TOKEN"],
            signing_secret=TOKENS["HEATWIRE_SLACK_SIGNING_SECRET"],
        ) as slack,
    ):
        telegram.chats.add(GROUP)
        slack.add_channel(CHANNEL)
        around = World(folder, telegram, slack)
        around.configure()
        yield around
        around.judge()


class Running:
    """A running process and what it logged."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.log: list[str] = []
        self._listening = asyncio.create_task(self._listen())

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def code(self) -> int | None:
        """What it ended with; None while it runs."""
        return self._process.returncode

    async def until_logged(self, event: str) -> str:
        """The first log line that holds the event's name."""
        await eventually(lambda: any(event in line for line in self.log))
        return next(line for line in self.log if event in line)

    async def stop(self, number: int = signal.SIGTERM, *, seconds: float = 10.0) -> int:
        """Send a signal and wait for the end, so many seconds at most; the exit code."""
        self._signal(number)
        async with asyncio.timeout(seconds):
            code = await self._process.wait()
        await self._listening
        return code

    async def ended(self) -> int:
        """Wait for the end of a command that ends by itself; the exit code."""
        async with asyncio.timeout(PATIENCE):
            return await self._process.wait()

    async def end(self) -> None:
        """Whatever has happened, leave no process behind."""
        self._signal(signal.SIGKILL)
        await self._process.wait()
        await self._listening

    def _signal(self, number: int) -> None:
        # Not by the process object: where it has just ended by itself, that would take the exit code from asyncio.
        if self.code is None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    async def _listen(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self.log.append(line.decode())


@asynccontextmanager
async def running(around: World, *arguments: str, environ: Mapping[str, str] = TOKENS) -> AsyncIterator[Running]:
    """`heatwire run`, or another command, in the world."""
    command = arguments or ("run", "--config", str(around.config))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *command,
        env={**os.environ, **environ},
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    up = Running(process)
    try:
        yield up
    except BaseException:
        print("".join(up.log))  # noqa: T201 - the log of a process that a failing test is about
        raise
    finally:
        await up.end()


async def eventually(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until the condition holds, at the latest for so many seconds."""
    await until(condition, seconds)
