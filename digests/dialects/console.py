"""The console's dialect: plain text in lines of at most 100 cells, nothing in it that a terminal would obey."""

import re
from collections.abc import Iterator, Sequence

from digests.dialects.dialect import Cost, Part
from digests.dialects.text import cells, clean
from digests.message import Message

WIDTH = 100
"""Terminal cells a line."""

_INDENT = re.compile(r" *(?:\d+\. +)?")
"""How far the lines that a long line is broken into are set in: below its first word, past a number."""


class Console:
    """Text for a terminal: no colours, which are the terminal's owner's to choose, and no limits."""

    name = "console"
    markup = False
    limit: Cost = ()
    gap: Cost = ()

    def length(self, text: str) -> int:
        """In terminal cells."""
        return cells(text)

    def text(self, value: str, *, commands: bool = False) -> str:  # noqa: ARG002  # nothing is tappable in a console
        """Clean: without control characters there is no escape sequence."""
        return clean(value)

    def part(self, rendered: str) -> Part:
        """Costs nothing; its lines are broken between words."""
        lines = [piece for line in rendered.strip("\n").splitlines() for piece in _broken(line.rstrip())]
        text = "\n".join(lines)
        return Part(text if text.strip() else "", ())

    def message(self, parts: Sequence[Part], *, link_previews: bool) -> Message:  # noqa: ARG002  # there are none
        """The parts, a blank line between each two."""
        return Message(self.name, {"text": "\n\n".join(part.content for part in parts)})


def _broken(line: str) -> Iterator[str]:
    """The line in pieces that fit; a word that fits in none (an address) stays whole on a line of its own."""
    indent = " " * len(_INDENT.match(line)[0])  # type: ignore[index]  # the pattern matches anything
    words = line[len(indent) :].split(" ")
    piece, used = line[: len(indent)] + words[0], len(indent) + cells(words[0])
    for word in words[1:]:
        width = cells(word)
        if used + 1 + width <= WIDTH:
            piece, used = f"{piece} {word}", used + 1 + width
        else:
            yield piece
            piece, used = indent + word, len(indent) + width
    yield piece
