"""The menus of commands that a bot sets, for each scope and language."""

import json
import re
from typing import Any

from bot.sandbox.telegram.refusals import bad_request
from bot.sandbox.telegram.requests import Arguments

COMMAND = re.compile(r"[a-z0-9_]{1,32}", re.ASCII)
LONGEST_DESCRIPTION = 256
MOST_COMMANDS = 100
EVERYWHERE = ('{"type": "default"}', "")


class Menus:
    """What was set and not taken away: https://core.telegram.org/bots/api#setmycommands."""

    def __init__(self) -> None:
        self._menus: dict[tuple[str, str], list[dict[str, str]]] = {}

    @property
    def default(self) -> list[dict[str, str]]:
        """What everybody sees."""
        return self._menus.get(EVERYWHERE, [])

    def set(self, arguments: Arguments) -> bool:
        """`setMyCommands`."""
        commands: list[Any] = arguments.get("commands") or []
        if len(commands) > MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        if not all(COMMAND.fullmatch(str(one.get("command"))) for one in commands):
            raise bad_request("BOT_COMMAND_INVALID")
        if not all(1 <= len(str(one.get("description", ""))) <= LONGEST_DESCRIPTION for one in commands):
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self._menus[place_of(arguments)] = [dict(one) for one in commands]
        return True

    def get(self, arguments: Arguments) -> list[dict[str, str]]:
        """`getMyCommands`: exactly that scope's, and none where it has none."""
        return self._menus.get(place_of(arguments), [])

    def delete(self, arguments: Arguments) -> bool:
        """`deleteMyCommands`."""
        self._menus.pop(place_of(arguments), None)
        return True


def place_of(arguments: Arguments) -> tuple[str, str]:
    """Scope and language that a call is about."""
    scope = arguments.get("scope") or {"type": "default"}
    return json.dumps(scope, sort_keys=True), str(arguments.get("language_code") or "")
