"""Slack's `mrkdwn` as HTML, as far as docs.slack.dev/messaging/formatting-message-text describes it."""

import re
from collections.abc import Iterator

from bot.sandbox.drawing.emoji import emoji
from bot.sandbox.drawing.markup import Html, element, escaped, joined, link

_PREFORMATTED = re.compile(r"```(.+?)```", re.DOTALL)
_QUOTE = re.compile(r"(?:&gt;|>) ?(.*)")
_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<reference>[^<>\n]+)>"
    r"|:(?P<emoji>[a-z0-9_+'-]+):"
    r"|(?<![^\W_])(?P<mark>[*_~])(?!\s)(?P<styled>(?:(?!(?P=mark))[^\n])+)(?<!\s)(?P=mark)(?![^\W_])"
)
_STYLES = {"*": "b", "_": "i", "~": "s"}
_REFERENCES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


def mrkdwn(text: str) -> Html:
    """The text as Slack shows it; marks that mean nothing stay as they are."""
    pieces = _PREFORMATTED.split(text)
    return joined(
        element("code", escaped(decoded(piece.strip("\n"))), css="sl-pre") if number % 2 else _lines(piece)
        for number, piece in enumerate(pieces)
    )


def decoded(text: str) -> str:
    """With the three references that Slack knows as what they stand for."""
    return re.sub("&(?:lt|gt|amp);", lambda found: _REFERENCES[found[0]], text)


def reference(said: str) -> Html:
    """What stands between `<` and `>`: a link, a person, a channel, everyone."""
    target, _, label = said.partition("|")
    match target[:1]:
        case "@" | "#":
            shown = f"{target[0]}{label}" if label else target
            return element("span", escaped(decoded(shown)), css="sl-mention")
        case "!":
            name = label or f"@{target[1:].partition('^')[0]}"
            return element("span", escaped(decoded(name)), css="sl-mention")
        case _:
            return link(decoded(target), escaped(decoded(label or target)), css="sl-link")


def _lines(text: str) -> Html:
    """Inline markup, with runs of quoted lines as quotes."""
    pieces: list[Html] = []
    quoted: list[Html] = []
    for line in text.splitlines(keepends=True):
        quote = _QUOTE.match(line)
        if quote:
            quoted.append(_inline(quote[1]))
            continue
        pieces += [*_quotes(quoted), _inline(line)]
        quoted = []
    return joined([*pieces, *_quotes(quoted)])


def _quotes(lines: list[Html]) -> Iterator[Html]:
    if lines:
        yield element("blockquote", Html("\n".join(lines)), css="sl-quote")


def _inline(text: str) -> Html:
    pieces, at = [], 0
    for found in _INLINE.finditer(text):
        pieces += [escaped(decoded(text[at : found.start()])), _piece(found)]
        at = found.end()
    return joined([*pieces, escaped(decoded(text[at:]))])


def _piece(found: re.Match[str]) -> Html:
    match found.lastgroup:
        case "code":
            return element("code", escaped(decoded(found["code"])), css="sl-code")
        case "reference":
            return reference(found["reference"])
        case "emoji":
            return escaped(emoji(found["emoji"]))
        case _:
            # None of the three is open twice, so they are three deep at most.
            return element(_STYLES[found["mark"]], _inline(found["styled"]))
