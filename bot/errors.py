"""Faults that are ours or the operator's, each with the exit code it ends a command with.

    BotError                1  problems found
    ├── UsageError          2  the command line asks for what there is not
    ├── SettingsError      78  the configuration, every mistake of it at once (sysexits' EX_CONFIG)
    ├── BrowserError        1  no browser is there to draw a page, or it broke
    ├── DeliveryError       1  a delivery is not there, or not in a state for what is asked
    └── StoreError          1  the store cannot be reached or trusted
        └── SchemaError     1  its tables are of another version

What is wrong with an article is a value (`digests.article.Problem`), and so is what became of a sending
(`bot.delivery.outcome`); neither is raised.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


class BotError(Exception):
    """Something that ends a command; its text is for the person who typed it."""

    exit_code: ClassVar[int] = 1


class UsageError(BotError):
    """The command line names something that there is not."""

    exit_code = 2


class BrowserError(BotError):
    """No browser is there to draw a page, or it did not draw it."""


class DeliveryError(BotError):
    """What is asked of a delivery cannot be done: there is none of that key, or it has gone on."""


class StoreError(BotError):
    """The store cannot be reached, or what it holds cannot be trusted."""


class SchemaError(StoreError):
    """The store's tables are of another version than this program's."""


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """One mistake in the configuration: where it stands, which setting it is, and what is wrong with it."""

    file: str
    """The configuration file as it was named, or the environment variable."""
    line: int | None
    """From 1; None where no line can be told."""
    key: str
    """The setting's path, `digests.ai-morning.to[0].thread`; empty where it is about the whole file."""
    reason: str
    """Never holds a secret."""

    def __str__(self) -> str:
        """`config/heatwire.yaml:14: digests.ai-morning.cron: 'every day' is not a cron line`."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (place, self.key, self.reason) if part)


class SettingsError(BotError):
    """The configuration cannot be used; `problems` are all of its mistakes, in the file's order."""

    exit_code = 78

    def __init__(self, problems: Iterable[SettingProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
