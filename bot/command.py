"""What a person asked, in no platform's terms, and what is answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.delivery.delivery import Call, Destination
from digests.message import Message


@dataclass(frozen=True, slots=True)
class Button:
    """A button under an answer; pressing it is the command `name` with `argument`, answered by an edit."""

    label: str
    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person asked of the bot."""

    name: str
    """Canonical and lower case (`latest`, `topic`, `topics`, `help`, `start`), whatever it is called in the chat."""
    argument: str
    """The rest of the line, trimmed: `azure 5`."""
    origin: Destination
    """Where it was asked, so where the answer goes."""
    key: str
    """Unique per update or event of the platform: the same key twice is the same command, redelivered."""
    edit: Mapping[str, Any] | None = None
    """Set where a button was pressed: how the platform names the message to be edited (`{"message_id": 7}`,
    `{"ts": "…"}` or `{"response_url": "…"}`)."""
    reply: Mapping[str, Any] = field(default_factory=dict)
    """How the platform is to answer otherwise than by posting to `origin` (`{"response_url": "…"}`)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said in return: rendered messages for the origin's platform, and buttons under the last of them."""

    messages: tuple[Message, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    """Rows of buttons."""


Composer = Callable[[Answer, Destination, Command | None], tuple[Call, ...]]
"""Each platform's pure `calls(answer, destination, command)`: the calls that say the answer there, as an edit
or through the reply handle where the command (None for a digest) has one."""
