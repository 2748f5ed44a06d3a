"""What goes into the log: one line a unit of work, for people on a terminal and JSON elsewhere, never a secret."""

import logging
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

import structlog

from bot.settings.secrets import redact

NOISY = ("httpx", "httpcore", "aiohttp", "apscheduler", "telegram", "slack_bolt", "slack_sdk", "alembic", "asyncio")
"""Libraries that say at INFO what nobody asked, some of them with the token in it."""


class Redacting(logging.Formatter):
    """Formats a line, traceback included, and takes every secret out of it."""

    def __init__(self, inner: logging.Formatter, secrets: Sequence[str]) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = tuple(secrets)

    def learn(self, secrets: Iterable[str]) -> None:
        """Take these out as well, from now on."""
        self._secrets = tuple(dict.fromkeys((*self._secrets, *secrets)))

    def format(self, record: logging.LogRecord) -> str:
        """The line as it may be shown."""
        return redact(self._inner.format(record), self._secrets)


def configure(*, secrets: Iterable[str] = (), stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send all logs of this process to `stream` (standard error by default): pretty on a terminal, else JSON lines."""
    stream = stream or sys.stderr
    shared = _shared_steps()
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=True) if stream.isatty() else structlog.processors.JSONRenderer()
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        foreign_pre_chain=shared,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Redacting(formatter, tuple(secrets)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _shared_steps() -> list[Any]:
    return [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]


def protect(secrets: Iterable[str]) -> None:
    """Keep these out of the log as well, and all that it was told of before."""
    known = tuple(secrets)
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, Redacting):
            handler.formatter.learn(known)


LEVELS = {
    "error": logging.ERROR,
    "failed": logging.WARNING,
    "held": logging.WARNING,
    "lost": logging.WARNING,
    "paused": logging.WARNING,
    "rejected": logging.ERROR,
    "undelivered": logging.WARNING,
}
"""A last word of an event's name that asks for more attention than INFO."""


def observe(event: str, fields: Mapping[str, Any]) -> None:
    """Say that something happened: an event's name in the past tense (`edition_published`) and its facts."""
    log = structlog.get_logger("heatwire")
    log.log(LEVELS.get(event.rsplit("_", 1)[-1], logging.INFO), event, **fields)
