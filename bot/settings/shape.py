"""What each key of the configuration means, may hold and is by default; with `kinds` the one door to pydantic.

The text under a field is its description in the JSON Schema, which editors show: it is written for admins.
"""

from functools import partial
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, ValidationError

from bot.settings.keys import keys_at
from bot.settings.kinds import (
    Branch,
    ChannelId,
    ChatId,
    CommandName,
    Cron,
    DaysOrRanges,
    DigestName,
    GitUrl,
    HalfLife,
    HttpPath,
    Minutes,
    SlackThread,
    StoreUrl,
    Text,
    Texts,
    Times,
    Url,
    Window,
    Zone,
    entries,
    present,
)
from bot.settings.values import DIGEST_PATTERN
from bot.settings.wording import Fault, fault


class Section(BaseModel):
    """A mapping of the configuration; a key that it does not know is a mistake."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


def _one_of(*keys: str) -> dict[str, Any]:
    return {"oneOf": [{"required": [key]} for key in keys]}


class ArchiveShape(Section):
    """A folder of articles, or a git repository of one."""

    model_config = ConfigDict(json_schema_extra=_one_of("path", "git"))

    path: Text | None = None
    """A folder with `_news` and `_data/topics` in it; a relative one is below the folder that the bot is started in.
    Either this or `git`."""
    git: GitUrl | None = None
    """A git repository of such a folder, any URL that git takes; a copy of it is kept and pulled every `refresh`."""
    branch: Branch | None = None
    """The branch of `git`; by default the repository's own."""
    refresh: Minutes = Field(default="5m", validate_default=True)
    """How often the archive is looked at for new articles and new heat."""


class TelegramShape(Section):
    """How Telegram is reached."""

    base_url: Url = "https://api.telegram.org"
    """Where the Bot API is: another address for a Bot API server of your own."""
    messages_per_second: int = Field(default=30, ge=1, le=1000)
    """How many messages the bot sends in a second, over all chats: Telegram allows 30, and more to bots that pay for
    it."""
    log_chat: ChatId | None = None
    """A chat of your own in which the bot may copy, look at and delete messages: its id or `@name`. With it the bot can
    find out in channels, too, whether a message that was never confirmed has arrived; by default there is none."""


class SlackShape(Section):
    """How Slack is reached, and how it reaches the bot."""

    base_url: Url = "https://slack.com/api/"
    """Where Slack's Web API is."""
    mode: Literal["socket", "http"] = "socket"
    """How Slack's events come in: `socket` (the bot calls Slack; nothing to open) or `http` (Slack calls the bot)."""
    host: Text = "0.0.0.0"  # noqa: S104 - Slack calls from outside; used in HTTP mode alone
    """HTTP mode: the address to listen at."""
    port: int = Field(default=3000, ge=1, le=65535)
    """HTTP mode: the port to listen at."""
    path: HttpPath = "/slack/events"
    """HTTP mode: the path that Slack calls."""


class WeightsShape(Section):
    """How the articles' order is found."""

    heat: float = 1.0
    """What a point of heat is worth."""
    quality: float = 0.0
    """What a point of quality is worth; at 0 it decides between articles of the same heat."""
    half_life: HalfLife | None = None
    """The age at which an article's score has halved; by default age decides only between equals."""


class Selection(Section):
    """Which articles are let in, and in which order."""

    limit: int = Field(default=5, ge=1, le=50)
    """At most so many articles per topic."""
    types: Texts = []
    """Only articles of these types (`article`, `video` …); by default all."""
    min_heat: float | None = None
    """Only articles of at least this heat."""
    min_quality: float | None = None
    """Only articles of at least this quality."""
    per_provider: int | None = Field(default=None, ge=1)
    """At most so many articles of one provider per topic; by default any number."""
    weights: Annotated[WeightsShape, BeforeValidator(present)] = WeightsShape()
    """What heat, quality and age count; by default the hottest come first, then the best, then the newest."""


class LatestShape(Selection):
    """Which articles `/latest` and `/topic` let in, and in which order."""

    window: Minutes = Field(default="7d", validate_default=True)
    """How far back an article may have been published."""


class TelegramDestination(Section):
    """A chat, group or channel of Telegram."""

    telegram: ChatId
    """The chat's id, or `@name` of a public channel or group."""
    thread: int | None = Field(default=None, ge=1)
    """The topic of a forum: its `message_thread_id`."""


class SlackDestination(Section):
    """A channel of Slack."""

    slack: ChannelId
    """The channel's id, `C0123456789`: in Slack at the end of the channel's details."""
    thread: SlackThread | None = None
    """The thread to answer in: the `ts` of its first message."""


class ConsoleDestination(Section):
    """The terminal that the bot runs in."""

    console: Literal[True]
    """`true`."""


def _platform(value: Any) -> str | None:
    named = [key for key in ("telegram", "slack", "console") if isinstance(value, dict) and key in value]
    return f"#{named[0]}" if len(named) == 1 else None


DestinationShape = Annotated[
    Annotated[TelegramDestination, Tag("#telegram")]
    | Annotated[SlackDestination, Tag("#slack")]
    | Annotated[ConsoleDestination, Tag("#console")],
    Discriminator(_platform, custom_error_type="destination", custom_error_message="names no platform"),
]


class DigestShape(Selection):
    """A digest: what it holds, when it comes, and where it goes."""

    model_config = ConfigDict(json_schema_extra=_one_of("at", "cron"))

    title: Text | None = None
    """The heading; by default the digest's name."""
    topics: Texts = []
    """Topics by slug, name, short name or hashtag, one section each; by default one section of everything."""
    window: Window = Field(default="24h", validate_default=True)
    """How far back an article may have been published: a duration (after missed editions back to the last one before
    them, at most 30 days), or `since-last` for everything since the last edition (the first one reaches back as far as
    the longest pause of the timetable)."""
    at: Times | None = None
    """One or more times of day, in quotes: "09:00". Either this or `cron`."""
    days: DaysOrRanges | None = None
    """Days on which `at` counts, as names or ranges (`mon`, `mon-fri`); by default every day."""
    cron: Cron | None = None
    """A cron line of five fields, read as cron reads it: Sunday is 0 and 7, and where both days are given either is
    enough. Names, ranges, steps, `L`, `mon#2` and `@daily` are understood."""
    timezone: Zone | None = None
    """The zone of `at` and `cron`; by default the one of the whole configuration."""
    lateness: Minutes = Field(default="3h", validate_default=True)
    """How late is too late: after a standstill an edition is still sent this long after its time, and says so; later it
    is left out."""
    on_empty: Literal["skip", "say"] = "skip"
    """What happens when no article is found: `skip` sends nothing, `say` says so."""
    link_previews: bool = False
    """Whether the chats show a preview of the links."""
    to: list[DestinationShape] = Field(min_length=1)
    """Where it goes: chats of Telegram, channels of Slack, the console."""


class CommandsShape(Section):
    """The commands' names, without the slash."""

    latest: CommandName = "latest"
    """The hottest articles: `/latest [topic] [number]`."""
    topic: CommandName = "topic"
    """The hottest articles of a topic, or the topics to choose from: `/topic [name]`."""
    topics: CommandName = "topics"
    """All topics: `/topics`."""
    help: CommandName = "help"
    """What the bot can do: `/help`."""
    start: CommandName = "start"
    """What a person presses first in Telegram: `/start`."""
    digest: CommandName = "digest"
    """Slack's one command for all of them, where the others are taken: `/digest latest`."""


class Shape(Section):
    """Heatwire's configuration. Paths that are relative are below the folder that the bot is started in."""

    archive: ArchiveShape
    """Where the articles are."""
    timezone: Zone = Field(default="UTC", validate_default=True)
    """The zone of the digests' times and of dates in answers, unless a digest has its own."""
    store: StoreUrl = "sqlite:///heatwire.db"
    """Where the bot keeps what it sent and has to send: `sqlite:///FILE`, or `postgresql://USER@HOST/NAME` for several
    processes. HEATWIRE_STORE or HEATWIRE_STORE_FILE, if set, comes first: the place for a URL with a password."""
    telegram: Annotated[TelegramShape | None, BeforeValidator(present)] = None
    """Telegram is used if this key is there; its token comes from HEATWIRE_TELEGRAM_TOKEN or
    HEATWIRE_TELEGRAM_TOKEN_FILE."""
    slack: Annotated[SlackShape | None, BeforeValidator(present)] = None
    """Slack is used if this key is there; its tokens come from HEATWIRE_SLACK_BOT_TOKEN and, for Socket Mode,
    HEATWIRE_SLACK_APP_TOKEN or, for HTTP, HEATWIRE_SLACK_SIGNING_SECRET, each also as `…_FILE`."""
    digests: Annotated[dict[DigestName, DigestShape], BeforeValidator(present)] = Field(
        default={}, json_schema_extra={"propertyNames": {"pattern": DIGEST_PATTERN}}
    )
    """The digests by name (a to z, 0 to 9 and -). A digest of another name is another digest."""
    on_unclear: Literal["resend", "hold"] = "resend"
    """What happens to a message of a digest of which nobody can find out whether it arrived: `resend` sends it again
    (rather twice than never), `hold` keeps it, and what follows it in its chat, until an operator decides with
    `heatwire outbox` (rather never than twice)."""
    admins: Annotated[list[DestinationShape], BeforeValidator(entries)] = []
    """Who is told of what went wrong, once: chats that cannot be reached any more, messages that were given up or wait
    for an operator, editions that were missed. Destinations as under `to`; by default it is only in the log."""
    latest: Annotated[LatestShape, BeforeValidator(present)] = Field(default={}, validate_default=True)
    """What `/latest` and `/topic` choose from."""
    commands: Annotated[CommandsShape, BeforeValidator(present)] = CommandsShape()
    """What the commands are called in the chats."""
    templates: Text | None = None
    """The folder of your own templates, which win over the built-in ones; by default `templates` beside this file."""
    index: Text | None = None
    """The file of the search index, which can be thrown away; by default one in the user's cache folder."""


def parsed(raw: Any) -> Shape | tuple[Fault, ...]:
    """The configuration in plain data, or everything that is wrong with single values of it."""
    try:
        return Shape.model_validate(raw)
    except ValidationError as error:
        known = partial(keys_at, schema())
        return tuple(fault(dict(one), raw, known) for one in error.errors(include_url=False))


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the configuration file, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Heatwire", **_tidied(Shape)}


def _tidied(model: type[Section]) -> dict[str, Any]:
    """The schema of pydantic without the titles that it makes of names, each description on one line."""

    def tidy(node: Any) -> Any:
        if isinstance(node, list):
            return [tidy(inner) for inner in node]
        if not isinstance(node, dict):
            return " ".join(node.split()) if isinstance(node, str) else node
        return {key: tidy(inner) for key, inner in node.items() if key != "title" or isinstance(inner, dict)}

    tidied: dict[str, Any] = tidy(model.model_json_schema())
    return tidied
