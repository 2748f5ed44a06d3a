"""The trouble that can be asked for on the page: what it is called there, and whose calls it can befall."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bot.sandbox.chaos import Mishap
from bot.sandbox.hub.rooms import SLACK, TELEGRAM

LABELS: Mapping[Mishap, str] = MappingProxyType(
    {
        Mishap.RATE_LIMITED: "429: too many requests",
        Mishap.ERROR_BEFORE: "5xx, nothing done",
        Mishap.ERROR_AFTER: "5xx, but done",
        Mishap.TIMEOUT_AFTER: "no answer, but done",
        Mishap.RESET_BEFORE: "reset, nothing done",
        Mishap.RESET_AFTER: "reset, but done",
        Mishap.LATE: "reset, done later",
        Mishap.DUPLICATE: "told twice (lost ack)",
    }
)
METHODS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        TELEGRAM: ("sendMessage", "editMessageText", "answerCallbackQuery", "getUpdates"),
        SLACK: ("chat.postMessage", "chat.update", "respond", "apps.connections.open"),
    }
)
"""Calls that trouble can be asked for; the first is what is meant where none is named."""
SIZE = 0.2
"""How bad what is asked for is, of what could be drawn: a wait of two seconds, a lateness of six."""


def even(share: float) -> dict[str, float]:
    """Rates at which a share of all calls, 0 to 1, meets any trouble, each kind as often as the next."""
    return {mishap.value: share / len(LABELS) for mishap in LABELS}


def choices() -> dict[str, Any]:
    """All of it, as JSON for the page."""
    return {
        "kinds": {mishap.value: label for mishap, label in LABELS.items()},
        "methods": {platform: list(methods) for platform, methods in METHODS.items()},
    }
