"""How a loop tells what happened, without knowing who listens: the log, a test, or nobody."""

from collections.abc import Callable, Mapping
from typing import Any

Observe = Callable[[str, Mapping[str, Any]], None]
"""Told of an event: its name in the past tense (`edition_published`), and its facts."""


def ignore(_event: str, _facts: Mapping[str, Any]) -> None:
    """Observe nothing."""
