"""What the rest of the bot is given: the configuration, checked, complete and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.delivery.delivery import Destination
from bot.delivery.retry import OnUnclear
from bot.plans import DigestPlan
from bot.settings.secrets import Secret, passwords_of
from digests.digest import DigestSpec


@dataclass(frozen=True, slots=True)
class ArchiveSettings:
    """Where the articles are: a folder, or a git repository to keep a copy of."""

    path: Path | None
    git: str | None
    """Any URL that git takes; exactly one of `path` and `git` is given."""
    branch: str | None
    """None: the repository's own default."""
    refresh: timedelta
    """How often the archive is looked at again."""


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """How Telegram is reached."""

    token: Secret
    """Empty where the settings were loaded for a command that sends nothing."""
    base_url: str
    """Without a slash at its end; `/bot<token>/<method>` follows."""
    messages_per_second: int = 30
    """Over all chats."""
    log_chat: str | None = None
    """A chat to look at messages in, as an address of Telegram; None: there is none."""


class SlackMode(StrEnum):
    """How Slack's events come in."""

    SOCKET = "socket"
    HTTP = "http"


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """How Slack is reached, and how it reaches us."""

    bot_token: Secret
    """Empty where the settings were loaded for a command that sends nothing."""
    app_token: Secret | None
    """Needed for Socket Mode."""
    signing_secret: Secret | None
    """Needed for HTTP."""
    base_url: str
    """With a slash at its end; the method follows."""
    mode: SlackMode
    host: str
    """Where HTTP mode listens, as do `port` and `path`; Socket Mode does not."""
    port: int
    path: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that an admin decided."""

    archive: ArchiveSettings
    timezone: ZoneInfo
    """For digests that name none, and for dates in answers."""
    store: str = field(repr=False)
    """A URL, `sqlite:///…` or `postgresql://…`; may hold a password, so it is not shown."""
    telegram: TelegramSettings | None
    """None: Telegram is not used."""
    slack: SlackSettings | None
    """None: Slack is not used."""
    digests: Mapping[str, DigestPlan]
    """By name, in the file's order."""
    on_unclear: OnUnclear
    """What happens to a message of which nobody can find out whether it arrived."""
    admins: tuple[Destination, ...]
    """Who is told of what went wrong."""
    commands: Mapping[str, str]
    """What each command is called in the chats, by its own name (`latest`, `topic` …)."""
    latest: DigestSpec
    """What `/latest` and `/topic` choose from, but for the topic and number that a person asks for."""
    templates: Path
    """The folder of the admin's own templates; it need not be there."""
    index: Path | None
    """The index's file; None: in the user's cache folder."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret text in here, for `redact`."""
        tokens: list[Secret | None] = []
        if self.telegram is not None:
            tokens.append(self.telegram.token)
        if self.slack is not None:
            tokens += [self.slack.bot_token, self.slack.app_token, self.slack.signing_secret]
        return (*(token.reveal() for token in tokens if token), *passwords_of(self.store))
