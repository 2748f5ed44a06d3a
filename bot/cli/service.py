"""`heatwire run` and `heatwire demo`: the service in this process, until a signal ends it."""

import asyncio
import logging
import os
import signal
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app import Surroundings
from bot.clock import SystemClock
from bot.demo.laying_out import lay_out, owe_first_edition
from bot.logs import configure, observe
from bot.serving import Server
from bot.settings.loading import load
from bot.settings.settings import Settings

WELCOME = """\
This is Heatwire on {what}, with this terminal as its chat.
A digest comes on schedule, every {every}; the first one is on its way. Meanwhile ask, for example:
  /latest    /topic space    /topics    /help        (quit or Ctrl-C to leave)
"""


def run_service(config: Path) -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = load(config, os.environ)
    configure(secrets=settings.secrets)
    asyncio.run(_serve(config, os.environ, settings))


def run_demo(archive: Path | None, minutes: int) -> None:
    """Serve the demo's archive to this terminal until `quit` or a signal; nothing is left behind."""
    configure(level=logging.WARNING)
    with TemporaryDirectory(prefix="heatwire-demo-") as name:
        now = datetime.now(UTC)
        config = lay_out(Path(name), archive, minutes, now)
        settings = load(config, {})
        owe_first_edition(settings, now, minutes)
        what = "invented articles" if archive is None else str(archive)
        print(WELCOME.format(what=what, every="minute" if minutes == 1 else f"{minutes} minutes"))
        asyncio.run(_serve(config, {}, settings))


async def _serve(config: Path, environ: Mapping[str, str], settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await Server(config, environ, settings, Surroundings(SystemClock(), observe)).run(stop)
