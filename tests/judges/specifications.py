"""The published schemas that judges read; they lie beside a checkout and are never part of it."""

import json
from functools import cache
from typing import Any

import pytest

from tests.shared import shared_folder


@cache
def _read(name: str) -> dict[str, Any] | None:
    path = shared_folder() / "specs" / name
    if not path.is_file():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def specification(name: str) -> dict[str, Any]:
    """The schema of that file name; the test that asks is skipped where there is none."""
    found = _read(name)
    if found is None:
        pytest.skip(f"judge absent: {name} is not in ../shared/specs")
    return found
