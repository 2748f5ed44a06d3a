"""From a file and an environment to `Settings`, or to every mistake in them at once."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.errors import SettingProblem, SettingsError
from bot.settings.conflicts import conflicts
from bot.settings.environment import Environment, environment
from bot.settings.secrets import holds_token, redact
from bot.settings.settings import Settings
from bot.settings.wording import Fault, path_text
from digests.reading.bounded_yaml import Document, YamlError, parse

_LARGEST = 1_000_000
"""Bytes; beyond them it is not a configuration."""


def load(path: Path, environ: Mapping[str, str], *, need_tokens: bool = True) -> Settings:
    """The settings of the file at `path`; SettingsError with all of its mistakes, in the file's order.

    Without `need_tokens` the platforms' tokens are not looked for, and are empty: for commands that send nothing.
    """
    return load_text(read_text(path), path, environ, need_tokens=need_tokens)


def read_text(path: Path) -> str:
    """The file's text; SettingsError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST).decode("utf-8-sig")
    except OSError as error:
        raise SettingsError([SettingProblem(str(path), None, "", (error.strerror or str(error)).lower())]) from error
    except UnicodeDecodeError as error:
        raise SettingsError([SettingProblem(str(path), None, "", "is not UTF-8")]) from error


def load_text(text: str, path: Path, environ: Mapping[str, str], *, need_tokens: bool = True) -> Settings:
    """As `load`, for the text that was read from `path`."""
    # Here, for pydantic takes longer to import than most commands to run.
    from bot.settings.assembling import settings  # noqa: PLC0415
    from bot.settings.shape import parsed  # noqa: PLC0415

    problems = list(_tokens(text, path))
    try:
        document = parse(text)
    except YamlError as error:
        problems.append(SettingProblem(str(path), error.line, "", redact(error.reason)))
        raise SettingsError(problems) from error
    raw = {} if document.value is None else document.value
    shape = parsed(raw)
    given = environment(raw, environ, need_tokens=need_tokens)
    faults = (*(shape if isinstance(shape, tuple) else ()), *conflicts(raw), *given.wanting)
    problems += _problems(faults, given, document, path)
    if problems or isinstance(shape, tuple):
        raise SettingsError(sorted(problems, key=_place))
    return settings(shape, given.secrets, path.parent)


def _tokens(text: str, path: Path) -> Iterator[SettingProblem]:
    for number, line in enumerate(text.splitlines(), 1):
        if holds_token(line):
            yield SettingProblem(str(path), number, "", "holds a token; secrets come from the environment alone")


def _problems(
    faults: tuple[Fault, ...], given: Environment, document: Document, path: Path
) -> Iterator[SettingProblem]:
    for fault in dict.fromkeys(faults):
        line = document.key_line(fault.path)
        yield SettingProblem(str(path), line, redact(path_text(fault.path)), redact(fault.reason))
    for one in given.faults:
        yield SettingProblem(one.variable, None, "", one.reason)


def _place(problem: SettingProblem) -> tuple[bool, int, str]:
    """By line; what has none comes last."""
    return (problem.line is None, problem.line or 0, problem.key)
