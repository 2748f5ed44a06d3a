"""Secrets: read from the environment alone, hidden wherever they are shown, and struck from every text."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote

TELEGRAM_TOKEN = "HEATWIRE_TELEGRAM_TOKEN"  # noqa: S105 - a variable's name
SLACK_BOT_TOKEN = "HEATWIRE_SLACK_BOT_TOKEN"  # noqa: S105 - likewise
SLACK_APP_TOKEN = "HEATWIRE_SLACK_APP_TOKEN"  # noqa: S105 - likewise
SLACK_SIGNING_SECRET = "HEATWIRE_SLACK_SIGNING_SECRET"  # noqa: S105 - likewise
STORE = "HEATWIRE_STORE"

NAMES = (TELEGRAM_TOKEN, SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, STORE)

HIDDEN = "***"

_LONGEST = 4096
"""Bytes of a secret's file that are read; none is longer."""
_SHORTEST = 6
"""Shorter secrets are not struck from texts, which would lose more by it than an attacker gains."""

# A bot's id and its key (https://core.telegram.org/bots/api#authorizing-your-bot); Slack's prefixed tokens
# (https://docs.slack.dev/authentication/tokens). A stranger's token is as secret as ours, so patterns, not lists.
_TOKEN = re.compile(r"\d{6,}:[\w-]{30,}|xox[a-z]-[\w-]{8,}|xapp-[\w-]{8,}", re.ASCII)
_PASSWORD = re.compile(r"(?<=://)([^\s/@:]*):([^\s/@]+)(?=@)")


class Secret:
    """A text that shows itself only where it is asked to."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text; to be called where it is sent, and nowhere else."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return f"Secret({HIDDEN!r})" if self else "Secret('')"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class SecretFault:
    """Why a secret cannot be had: the variable, and what is wrong with it."""

    variable: str
    reason: str


def secret(environ: Mapping[str, str], name: str) -> Secret | SecretFault | None:
    """The secret of the variable `name`, or of the file that `name_FILE` names; None where neither is set.

    An empty variable counts as not set, as compose files leave them. The line end of a file is no part of it.
    """
    text, file = environ.get(name), environ.get(f"{name}_FILE")
    if text and file:
        return SecretFault(name, f"is set, and {name}_FILE as well")
    if file:
        return _from_file(f"{name}_FILE", Path(file))
    return Secret(text.strip()) if text and text.strip() else None


def _from_file(variable: str, path: Path) -> Secret | SecretFault:
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST + 1).decode().strip()
    except OSError as error:
        return SecretFault(variable, f"{str(path)!r} cannot be read: {(error.strerror or str(error)).lower()}")
    except UnicodeDecodeError:
        return SecretFault(variable, f"{str(path)!r} is not a text")
    if len(text) > _LONGEST:
        return SecretFault(variable, f"{str(path)!r} is longer than any secret")
    return Secret(text) if text else SecretFault(variable, f"{str(path)!r} is empty")


def fingerprint(environ: Mapping[str, str]) -> str:
    """Differs as soon as what a secret's file holds does; tells nothing of it."""
    files = {name: environ.get(f"{name}_FILE") for name in NAMES}
    return sha256(repr([_content(Path(file)) for file in files.values() if file]).encode()).hexdigest()


def _content(path: Path) -> bytes | str:
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST + 1)
    except OSError as error:
        return str(error)


def holds_token(text: str) -> bool:
    """Whether something in the text looks like a token of Telegram or Slack."""
    return _TOKEN.search(text) is not None


def passwords_of(url: str) -> tuple[str, ...]:
    """The password in a URL, as it is written and as it is meant."""
    match = _PASSWORD.search(url)
    return () if match is None else tuple(dict.fromkeys((match[2], unquote(match[2]))))


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text with each of the secrets, all that looks like a token, and passwords of URLs replaced by `***`."""
    for known in sorted(secrets, key=len, reverse=True):  # one may hold another
        if len(known) >= _SHORTEST:
            text = text.replace(known, HIDDEN)
    return _PASSWORD.sub(rf"\1:{HIDDEN}", _TOKEN.sub(HIDDEN, text))
