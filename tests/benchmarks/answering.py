"""How long an answer takes from command to messages, over 100,000 articles, beside one plain SQL query without any.

Run as `python -m tests.benchmarks.answering`.
"""

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from bot.command import Command
from bot.commands.answers import answer
from bot.commands.conversation import Conversation
from bot.commands.options import LATEST, CommandOptions
from bot.delivery.delivery import Destination
from digests.newsroom import Newsroom
from digests.rendering.renderer import Renderer
from tests.benchmarks.choosing import NOW, SyntheticArchive, milliseconds, naive, say

ASKED = (("latest", ""), ("latest", "azure 5"), ("topic", "security"), ("topic", ""), ("topics", ""))


def main(count: int = 100_000) -> None:
    """Print the figures: median of 21 runs, one process, warm; chosen, rendered and packed, but not sent."""
    with TemporaryDirectory() as folder:
        newsroom = Newsroom.open(SyntheticArchive(count, Path(folder)), Path(folder) / "index.db")
        newsroom.refresh()
        renderer, options = Renderer(), CommandOptions(ZoneInfo("Europe/Berlin"))
        with closing(sqlite3.connect(Path(folder) / "index.db")) as rows:
            peer = milliseconds(partial(naive, rows, LATEST))
        say(f"{'':28}{'telegram':>12}{'slack':>12}   a plain SQL query: {peer:.2f} ms")
        for name, argument in ASKED:
            line = f"/{name} {argument}".ljust(28)
            for platform in ("telegram", "slack"):
                command = Command(name, argument, Destination(platform, "1"), "key")
                talk = Conversation(command, NOW, newsroom, renderer, options)
                line += f"{milliseconds(partial(answer, talk)):9.2f} ms"
            say(line)
        newsroom.close()


if __name__ == "__main__":
    main()
