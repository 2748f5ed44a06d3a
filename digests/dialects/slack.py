"""Slack's dialect: blocks within Slack's limits, and their text once more for notifications, nothing in it live."""

from collections.abc import Iterator, Sequence

from digests.dialects.blocks import MAX_TEXT, Block, blocks, texts
from digests.dialects.dialect import Cost, Part
from digests.dialects.text import clean, shortened, units
from digests.message import Message

MAX_BLOCKS = 49
"""One less than Slack takes, so that buttons find room under a message."""
MAX_CHARACTERS = 10_000
"""UTF-16 units over all blocks, addresses included; Slack refuses somewhere above and documents it nowhere."""
MAX_LINE = 500
"""Characters of a line of the fallback: escaped, even the longest line is within `MAX_TEXT`."""

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "@\u2060"})
"""What https://docs.slack.dev/messaging/formatting-message-text asks for, and nobody called by name."""


class Slack:
    """Messages for `chat.postMessage`."""

    name = "slack"
    markup = True
    limit: Cost = (MAX_BLOCKS, MAX_CHARACTERS)
    gap: Cost = (0, 0)

    def length(self, text: str) -> int:
        """In UTF-16 units: Slack does not say what it counts, and nothing counts more."""
        return units(text)

    def text(self, value: str, *, commands: bool = False) -> str:  # noqa: ARG002  # Slack makes no command tappable
        """Clean; nothing is escaped, since nothing is parsed."""
        return clean(value)

    def part(self, rendered: str) -> Part:
        """Costs blocks, and UTF-16 units over all of them; MarkupError where a tag is not known."""
        content = blocks(rendered)
        return Part(content, (len(content), sum(map(units, texts(content)))))

    def message(self, parts: Sequence[Part], *, link_previews: bool) -> Message:
        """The parts' blocks in a row."""
        content = [block for part in parts for block in part.content]
        return Message(
            self.name,
            {
                "text": _fallback(content),
                "blocks": content,
                "unfurl_links": link_previews,
                "unfurl_media": link_previews,
            },
        )


def _fallback(content: Sequence[Block]) -> str:
    """The text of all blocks in whole lines, as many as a text may hold."""
    kept: list[str] = []
    left = MAX_TEXT
    for line in _lines(content):
        written = shortened(line, MAX_LINE).translate(_ESCAPES)
        left -= units(written) + 1
        if left < 0:
            break
        kept.append(written)
    return "\n".join(kept)


def _lines(content: Sequence[Block]) -> Iterator[str]:
    for block in content:
        yield from (line for line in _words(block).splitlines() if line.strip())


def _words(element: Block) -> str:
    """The text of a block or of an element in it, without addresses."""
    match element:
        case {"text": str(text)}:
            return text
        case {"text": inner}:
            return _words(inner)
        case {"elements": inner}:
            return "".join(map(_words, inner))
        case _:
            return ""
