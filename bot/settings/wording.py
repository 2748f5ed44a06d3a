"""A mistake before it has a file and a line: where in the data it is, and what is wrong, in our words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from bot.settings.values import shown

Path = tuple[str | int, ...]
"""Keys and list indexes, from the top down."""

_WANTED = {
    "model_type": "a mapping",
    "dict_type": "a mapping",
    "list_type": "a list",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
}
_BOUNDS = {
    "greater_than_equal": "{} is less than {ge}",
    "less_than_equal": "{} is more than {le}",
}
_OWN = {
    "too_short": "is empty",
    "destination": "names not exactly one of 'telegram', 'slack' and 'console'",
}
_SECRET_WORDS = ("token", "secret", "password")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the value at `path`; shows no secret."""

    path: Path
    reason: str


def path_text(path: Path) -> str:
    """`digests.ai-morning.to[0].thread`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def fault(error: Mapping[str, Any], raw: Any, known: Callable[[Path], Iterable[str]]) -> Fault:
    """What one of pydantic's errors about `raw` means; `known` tells which keys the mapping at a path may have.

    https://docs.pydantic.dev/latest/errors/validation_errors/
    """
    path = _path(error["loc"], raw)
    if error["type"] == "missing":
        return Fault((*path, error["loc"][-1]), "is missing")
    if error["type"] == "extra_forbidden":
        return Fault(path, _unknown(str(path[-1]), known(path[:-1])))
    return Fault(path, _reason(error["type"], error["input"], error.get("ctx", {}), error["msg"]))


def _path(places: Path, raw: Any) -> Path:
    """As far as the places are in the data: pydantic names its unions, too, and the lists that it made of one value."""
    path: Path = ()
    for place in places:
        if isinstance(raw, dict | list) and place in (raw if isinstance(raw, dict) else range(len(raw))):
            raw = raw[place]  # type: ignore[index]  # mypy cannot see that a list's place is a number
            path = (*path, place)
    return path


def _unknown(key: str, known: Iterable[str]) -> str:
    if any(word in key.lower() for word in _SECRET_WORDS):
        return "secrets come from the environment alone"
    near = get_close_matches(key, known, 1)
    return "is no setting" + (f", the nearest is {near[0]!r}" if near else "")


def _reason(kind: str, value: Any, context: Mapping[str, Any], message: str) -> str:
    if value is None:
        return "is empty"
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        return f"{shown(value)} is not {context['expected'].lower()}"
    if kind in _WANTED:
        return f"{shown(value)} is not {_WANTED[kind]}"
    if kind in _BOUNDS:
        return _BOUNDS[kind].format(shown(value), **context)
    return _OWN.get(kind) or f"{shown(value)}: {message.lower()}"
