"""Kinds of single values for pydantic: how each is read (`values`), and what it looks like in the JSON Schema."""

from datetime import time, timedelta
from functools import partial
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, PlainValidator
from pydantic import WithJsonSchema as Schema

from bot.durations import DURATION_PATTERN
from bot.settings import values

_DURATION = {"type": "string", "minLength": 2, "pattern": DURATION_PATTERN, "examples": ["90m", "24h", "7d"]}


def _string(**more: Any) -> Schema:
    return Schema({"type": "string", "minLength": 1, **more})


def _at_least(minutes: int) -> PlainValidator:
    return PlainValidator(partial(values.duration, least=timedelta(minutes=minutes)))


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def present(value: Any) -> Any:
    """A section with nothing behind its key is one without a key in it."""
    return {} if value is None else value


def entries(value: Any) -> Any:
    """A list with nothing behind its key is an empty one."""
    return [] if value is None else value


Text = Annotated[str, PlainValidator(values.text), _string()]
Zone = Annotated[ZoneInfo, PlainValidator(values.zone), _string(examples=["Europe/Berlin", "UTC"])]
Time = Annotated[time, PlainValidator(values.time_of_day), _string(pattern=values.TIME_PATTERN, examples=["09:00"])]
Days = Annotated[frozenset[int], PlainValidator(values.weekdays), _string(examples=["mon", "mon-fri"])]
Cron = Annotated[str, PlainValidator(values.cron_line), _string(examples=["0 9 * * 1-5"])]
Minutes = Annotated[timedelta, _at_least(1), Schema(_DURATION)]
HalfLife = Annotated[timedelta, _at_least(10), Schema(_DURATION)]
Window = Annotated[
    timedelta | None, PlainValidator(values.window), Schema({"anyOf": [{"const": values.SINCE_LAST}, _DURATION]})
]
Url = Annotated[str, PlainValidator(values.web_url), _string(pattern="^https?://")]
StoreUrl = Annotated[str, PlainValidator(values.store_url), _string(pattern="^(sqlite:///|postgresql://).")]
GitUrl = Annotated[str, PlainValidator(values.git_url), _string(pattern="^[^-]")]
Branch = Annotated[str, PlainValidator(values.branch), _string()]
HttpPath = Annotated[str, PlainValidator(values.http_path), _string(pattern="^/")]
CommandName = Annotated[str, PlainValidator(values.command_name), _string(pattern=values.COMMAND_PATTERN)]
DigestName = Annotated[str, PlainValidator(values.digest_name), _string(pattern=values.DIGEST_PATTERN)]
ChatId = Annotated[
    str,
    PlainValidator(values.telegram_address),
    Schema({"type": ["integer", "string"], "pattern": values.CHAT_PATTERN, "examples": [-1001234567890, "@channel"]}),
]
ChannelId = Annotated[str, PlainValidator(values.slack_address), _string(pattern=values.CHANNEL_PATTERN)]
SlackThread = Annotated[
    str,
    PlainValidator(values.slack_thread),
    Schema({"type": ["string", "number"], "pattern": values.SLACK_THREAD_PATTERN}),
]
Texts = Annotated[list[Text], BeforeValidator(_listed, json_schema_input_type=Text | list[Text])]

Times = Annotated[list[Time], Field(min_length=1), BeforeValidator(_listed, json_schema_input_type=Time | list[Time])]
DaysOrRanges = Annotated[
    list[Days], Field(min_length=1), BeforeValidator(_listed, json_schema_input_type=Days | list[Days])
]
