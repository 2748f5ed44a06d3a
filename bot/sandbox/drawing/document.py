"""Both chats side by side as one HTML file that needs nothing else, and lets nothing in."""

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files
from typing import Literal

from bot.sandbox.drawing.markup import Html, element, escaped, joined

QUIET = "Nothing to send"


Theme = Literal["auto", "light", "dark"]
"""How bright a document is; `auto` is as its reader likes it."""


def document(title: str, telegram: Sequence[str], slack: Sequence[str], *, theme: Theme = "auto") -> str:
    """The fragments of `telegram.bubble` and `slack.post` as a page, each app's below its own bar."""
    css = style("style.css", "document.css")
    head = joined(
        [
            Html('<meta charset="utf-8">'),
            Html(f'<meta http-equiv="Content-Security-Policy" content="{policy(css)}">'),
            Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
            element("title", escaped(title)),
            element("style", Html(css)),
        ]
    )
    body = element("main", _telegram(title, telegram), _slack(title, slack), css="chats")
    whole = element(
        "html",
        element("head", head),
        element("body", body),
        lang="en",
        data_theme=None if theme == "auto" else theme,
    )
    return f"<!doctype html>\n{whole}\n"


def style(*names: str) -> str:
    """The style sheets of these names, one after the other."""
    return "\n".join((files(__package__) / name).read_text("utf-8") for name in names)


def policy(css: str) -> str:
    """The content security policy under which this style sheet, and nothing else whatever, has effect."""
    digest = b64encode(sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def channel_name(title: str) -> str:
    """The title as Slack would let a channel be called."""
    return re.sub(r"[^\w]+", "-", title.lower()).strip("-") or "news"


def _telegram(title: str, fragments: Sequence[str]) -> Html:
    face = element("span", css="tg-face", data_initial=title[:1].upper())
    names = element("div", element("b", escaped(title), dir="auto"), element("small", escaped("Telegram")))
    said = [Html(one) for one in fragments] or [_nothing("tg-service")]
    return element(
        "section", element("header", face, names, css="tg-bar"), element("div", *said, css="tg-chat"), css="pane"
    )


def _slack(title: str, fragments: Sequence[str]) -> Html:
    names = element("div", element("b", escaped(f"# {channel_name(title)}"), dir="auto"))
    bar = element("header", names, element("small", escaped("Slack")), css="sl-bar")
    said = [Html(one) for one in fragments] or [_nothing("sl-nothing")]
    return element("section", bar, element("div", *said, css="sl-channel"), css="pane")


def _nothing(css: str) -> Html:
    return element("article", element("span", escaped(QUIET)), css=css)
