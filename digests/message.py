"""What the news half hands over: messages in a dialect's own terms, addressed to nobody yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """One message, whole and within its platform's limits; the arguments of one call but for the address."""

    dialect: str
    """`telegram`, `slack` or `console`."""
    payload: Mapping[str, Any]
    """JSON-ready: `text`, `parse_mode`, `link_preview_options` for Telegram; `text`, `blocks`, `unfurl_links`,
    `unfurl_media` for Slack; `text` for the console."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A plain answer that is no digest (help, a list of topics, "not found"): plain text, not escaped."""

    title: str
    lines: tuple[str, ...] = ()
    commands: bool = False
    """Whether a /command that a line begins with can be tapped; only where every line is ours, as in help."""
