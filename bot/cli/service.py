"""`heatwire run` and `heatwire demo`: the service in this process, until a signal ends it."""

import asyncio
import logging
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app import Surroundings
from bot.cli.signals import stop_at_signals
from bot.clock import SystemClock
from bot.demo.laying_out import Chats, lay_out, owe_first_edition
from bot.logs import configure, observe, protect
from bot.platforms.console import TypedLines
from bot.serving import Server
from bot.settings.loading import load
from bot.settings.settings import Settings

WELCOME = """\
This is Heatwire on {what}. A Telegram and a Slack to try it in are at

    {address}

and this terminal is a third chat. A digest comes to all three on schedule, every {every}; the first is on its way.
Meanwhile ask, here or there:  /latest    /topic space    /topics    /help    (quit or Ctrl-C to leave)
"""


def run_service(config: Path) -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = load(config, os.environ)
    configure(secrets=settings.secrets)
    asyncio.run(_serve(config, os.environ, settings))


def run_demo(archive: Path | None, minutes: int, port: int) -> None:
    """Serve the demo's archive to the sandbox and this terminal until `quit` or a signal; nothing is left behind."""
    configure(level=logging.WARNING)
    with TemporaryDirectory(prefix="heatwire-demo-") as name:
        asyncio.run(_play(Path(name), archive, minutes, port))


async def _play(folder: Path, archive: Path | None, minutes: int, port: int) -> None:
    from bot.cli.sandbox import opened_sandbox

    async with opened_sandbox(port) as sandbox:
        now = datetime.now(UTC)
        chats = Chats(sandbox.telegram_url, sandbox.telegram_chat, sandbox.slack_url, sandbox.slack_channel)
        config = lay_out(folder, archive, minutes, chats, now)
        settings = load(config, sandbox.tokens)
        owe_first_edition(settings, now, minutes)
        what = "invented articles" if archive is None else str(archive)
        every = "minute" if minutes == 1 else f"{minutes} minutes"
        print(WELCOME.format(what=what, address=sandbox.address, every=every), flush=True)
        await _serve(config, sandbox.tokens, settings)


async def _serve(config: Path, environ: Mapping[str, str], settings: Settings) -> None:
    stop = asyncio.Event()
    stop_at_signals(stop)
    around = Surroundings(SystemClock(), observe, TypedLines(sys.stdin), protect=protect)
    await Server(config, environ, settings, around).run(stop)
