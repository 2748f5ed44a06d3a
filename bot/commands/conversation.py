"""One command with all that it takes to answer it."""

from dataclasses import dataclass
from datetime import datetime

from bot.command import Answer, Button, Command
from bot.commands.options import CommandOptions
from digests.message import Notice
from digests.newsroom import Newsroom
from digests.rendering.renderer import Renderer

Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A command, when it was asked, and where the answer comes from."""

    command: Command
    now: datetime
    newsroom: Newsroom
    renderer: Renderer
    options: CommandOptions

    @property
    def dialect(self) -> str:
        """In which dialect the answer is rendered: that of the platform where it was asked."""
        return self.command.origin.platform

    def typed(self, name: str) -> str:
        """A command as it is typed there: `/latest`."""
        return self.options.typed(self.dialect, name)

    def said(self, title: str, *lines: str, buttons: Rows = (), ours: bool = True) -> Answer:
        """An answer that is no digest: plain text, escaped by the dialect.

        Lines that are `ours` may begin with a command to tap; those with names from the archive must not.
        """
        return Answer(self.renderer.notice(Notice(title, lines, commands=ours), self.dialect), buttons)
