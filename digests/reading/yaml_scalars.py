"""What a plain YAML scalar means: the core schema of YAML 1.2, with no dates and no `yes` or `off`."""

import re
from collections.abc import Callable

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_NUMBERS_START = frozenset("+-.0123456789")
_NUMBERS: tuple[tuple[re.Pattern[str], Callable[[str], int | float]], ...] = (
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"), float),
    (re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+"), lambda text: int(text, 0)),
)
_LONGEST_NUMBER = 100
"""Characters; beyond them `int` takes time that grows with the square, and refuses at 4,300 digits."""


def plain(text: str) -> Scalar:
    """The value of a scalar that stands without quotes; ValueError for a number of more than 100 characters.

    https://yaml.org/spec/1.2.2/#103-core-schema
    """
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in _NUMBERS_START else text


def _number(text: str) -> str | int | float:
    for pattern, value in _NUMBERS:
        if pattern.fullmatch(text):
            if len(text) > _LONGEST_NUMBER:
                raise ValueError(f"number of {len(text)} characters, at most {_LONGEST_NUMBER}")
            return value(text)
    return text
