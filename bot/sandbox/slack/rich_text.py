"""Rich text, Block Kit's only text that nothing in it can turn into markup.

docs.slack.dev/reference/block-kit/blocks/rich-text-block; looked up in July 2026.
"""

from collections.abc import Mapping
from typing import Final

from bot.sandbox.slack.elements import ANY_TEXT, ID, URL, typed, typing
from bot.sandbox.slack.shapes import Shape, choice, flag, items, number, one_of, record, string

STYLE: Final = record({}, dict.fromkeys(("bold", "code", "italic", "strike", "underline"), flag))
BORDER: Final = choice(0, 1)


def part(kind: str, required: Mapping[str, Shape], optional: Mapping[str, Shape] | None = None) -> Shape:
    """A piece of a line."""
    return typed(kind, required, {"style": STYLE, **(optional or {})})


TEXT: Final = part("text", {"text": ANY_TEXT})
LINK: Final = part("link", {"url": URL}, {"text": ANY_TEXT, "unsafe": flag})
PARTS: Final[Mapping[str, Shape]] = {
    "text": TEXT,
    "link": LINK,
    "broadcast": part("broadcast", {"range": choice("here", "channel", "everyone")}),
    "channel": part("channel", {"channel_id": string()}),
    "color": part("color", {"value": string()}),
    "date": part("date", {"timestamp": number(), "format": string()}, {"fallback": string(), "url": URL}),
    "emoji": part("emoji", {"name": string()}, {"unicode": string(), "url": URL}),
    "team": part("team", {"team_id": string()}),
    "user": part("user", {"user_id": string()}),
    "usergroup": part("usergroup", {"usergroup_id": string()}),
}
VERBATIM: Final[Mapping[str, Shape]] = {"text": TEXT, "link": LINK}
LINE: Final = items(one_of(lambda: PARTS), least=0)
SECTION: Final = typed("rich_text_section", {"elements": LINE})
SECTIONS: Final[Mapping[str, Shape]] = {
    "rich_text_section": SECTION,
    "rich_text_quote": typed("rich_text_quote", {"elements": LINE}, {"border": BORDER}),
    "rich_text_preformatted": typed(
        "rich_text_preformatted", {"elements": items(one_of(lambda: VERBATIM), least=0)}, {"border": BORDER}
    ),
    "rich_text_list": typed(
        "rich_text_list",
        {"elements": items(SECTION, least=0), "style": choice("bullet", "ordered")},
        {"indent": number(), "border": BORDER},
    ),
}
RICH_TEXT: Final = typed("rich_text", {"elements": items(one_of(lambda: SECTIONS))}, {"block_id": ID})
RICH_TEXT_INPUT: Final = typing(
    "rich_text_input", {}, {"initial_value": RICH_TEXT, "min_lines": number(), "max_lines": number()}
)
