"""What a platform's way of writing must be able to do: clean, measure and deliver what templates render."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from digests.message import Message

Cost = tuple[int, ...]
"""What a text uses up of each of its dialect's limits; costs of whole parts add up."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a message that is never cut: a heading, an entry, a list of lines."""

    content: Any
    """The dialect's own form of it: HTML, blocks or lines; empty where there is nothing to show."""
    cost: Cost
    leads: bool = False
    """Whether it heads what follows, so that a message must not end with it."""
    topic: str = ""
    """The topic it belongs to, as shown, for the heading of a message that begins with it."""


class Dialect(Protocol):
    """A platform's markup, escaping and limits."""

    @property
    def name(self) -> str:
        """`telegram`, `slack` or `console`."""

    @property
    def markup(self) -> bool:
        """Whether its templates are HTML, so that values in them are escaped; else they are plain text."""

    @property
    def limit(self) -> Cost:
        """What one message may cost."""

    @property
    def gap(self) -> Cost:
        """What it costs to put one part after another."""

    def length(self, text: str) -> int:
        """How long a text is in the platform's own unit."""

    def text(self, value: str, *, commands: bool = False) -> str:
        """A stranger's text, made harmless; `commands`: a /command that it begins with may still be tapped."""

    def part(self, rendered: str) -> Part:
        """What a template rendered, read and measured; MarkupError where the platform would refuse it."""

    def message(self, parts: Sequence[Part], *, link_previews: bool) -> Message:
        """The parts as one message."""
