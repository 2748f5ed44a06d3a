"""Which secrets a configuration needs, and what the environment gives for them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.settings.conflicts import mapping
from bot.settings.secrets import (
    SLACK_APP_TOKEN,
    SLACK_BOT_TOKEN,
    SLACK_SIGNING_SECRET,
    STORE,
    TELEGRAM_TOKEN,
    Secret,
    SecretFault,
    secret,
)
from bot.settings.settings import SlackMode
from bot.settings.values import store_url
from bot.settings.wording import Fault

_FORMS = {
    TELEGRAM_TOKEN: re.compile(r"\d+:\S+"),
    SLACK_BOT_TOKEN: re.compile(r"xoxb-\S+"),
    SLACK_APP_TOKEN: re.compile(r"xapp-\S+"),
    SLACK_SIGNING_SECRET: re.compile(r"\S+"),
}
"""What tells one token from another, for they are easily mixed up; nothing finer, for platforms change their minds."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The secrets by variable, and what is wrong with them: in a variable, or for want of one."""

    secrets: Mapping[str, Secret] = field(default_factory=dict)
    faults: tuple[SecretFault, ...] = ()
    wanting: tuple[Fault, ...] = ()
    """Variables that a key of the file needs, and that are not set."""


def environment(raw: Any, environ: Mapping[str, str], *, need_tokens: bool) -> Environment:
    """The secrets that the configuration in plain data needs; without `need_tokens` that of the store alone."""
    root = mapping(raw)
    needed = _needed(root) if need_tokens else {}
    found = {name: secret(environ, name) for name in (*needed, STORE)}
    held = {name: value for name, value in found.items() if isinstance(value, Secret)}
    return Environment(
        secrets=held,
        faults=(*(fault for fault in found.values() if isinstance(fault, SecretFault)), *_malformed(held)),
        wanting=tuple(Fault((needed[name],), f"{name} is not set") for name in needed if found[name] is None),
    )


def _needed(root: Mapping[str, Any]) -> dict[str, str]:
    """The variables that the configuration needs, each with the key that needs it."""
    needed = {TELEGRAM_TOKEN: "telegram"} if "telegram" in root else {}
    if "slack" in root:
        mode = mapping(root["slack"]).get("mode", SlackMode.SOCKET)
        second = SLACK_SIGNING_SECRET if mode == SlackMode.HTTP else SLACK_APP_TOKEN
        needed |= {SLACK_BOT_TOKEN: "slack", second: "slack"}
    return needed


def _malformed(held: Mapping[str, Secret]) -> list[SecretFault]:
    """What is no token, told without a letter of it: it may be the secret of something else."""
    faults = [
        SecretFault(name, "does not look like one")
        for name, form in _FORMS.items()
        if name in held and not form.fullmatch(held[name].reveal())
    ]
    if STORE in held:
        try:
            store_url(held[STORE].reveal())
        except ValueError:
            faults.append(SecretFault(STORE, "is not sqlite:///FILE or postgresql://USER@HOST/NAME"))
    return faults
