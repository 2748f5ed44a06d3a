"""Lays out the invented archive as if its newest article had been published just now."""

import os
import re
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

NEWEST = datetime(2026, 1, 15, 8, 20, tzinfo=UTC)
"""When the newest of the invented articles says that it was published."""
AGE = timedelta(minutes=20)
"""How old the newest is to look."""
_DATE = re.compile(r"^(publishedDateTime: )(\S+)$", re.MULTILINE)


def unfold(folder: Path, now: datetime) -> None:
    """Write the archive below `folder`, every date moved by the same time."""
    moved = now - AGE - NEWEST
    _copy(files("bot.demo") / "archive", folder, moved)


def _copy(source: Traversable, target: Path, moved: timedelta) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for entry in source.iterdir():
        if entry.is_dir():
            _copy(entry, target / entry.name, moved)
        else:
            copy = target / entry.name
            copy.write_text(_redated(entry.read_text("utf-8"), moved), "utf-8")
            # A file written just now could be half-written, as far as a reader knows: these are whole.
            os.utime(copy, (0, 0))


def _redated(text: str, moved: timedelta) -> str:
    def later(match: re.Match[str]) -> str:
        return f"{match[1]}{datetime.fromisoformat(match[2]) + moved:%Y-%m-%dT%H:%M:%SZ}"

    return _DATE.sub(later, text)
