"""Block Kit's blocks: what each type holds, with the limits of Slack's reference.

docs.slack.dev/reference/block-kit/blocks; looked up in July 2026.
"""

from collections.abc import Mapping
from typing import Final

from bot.sandbox.slack.elements import (
    ANY_TEXT,
    BUTTON,
    CHOSEN,
    FEEDBACK_BUTTONS,
    ICON_BUTTON,
    ID,
    IMAGE,
    PRESSED,
    TYPED,
    URL,
    image,
    mrkdwn,
    plain,
    text,
    typed,
)
from bot.sandbox.slack.rich_text import RICH_TEXT, RICH_TEXT_INPUT
from bot.sandbox.slack.shapes import Shape, also, anything, choice, either, flag, items, number, one_of, record, string

BLOCKS = 50
"""Blocks in a message (docs.slack.dev/reference/block-kit/blocks)."""
VIEW_BLOCKS = 100
"""Blocks in a modal or a home tab (docs.slack.dev/reference/views)."""

ACTIONS: Final[Mapping[str, Shape]] = {**PRESSED, **CHOSEN, "rich_text_input": RICH_TEXT_INPUT}
ACCESSORIES: Final[Mapping[str, Shape]] = {
    **PRESSED,
    **{kind: shape for kind, shape in CHOSEN.items() if kind != "datetimepicker"},
    "image": IMAGE,
}
INPUTS: Final[Mapping[str, Shape]] = {**CHOSEN, **TYPED, "rich_text_input": RICH_TEXT_INPUT}
CONTEXT: Final[Mapping[str, Shape]] = {"image": IMAGE, "plain_text": plain(), "mrkdwn": mrkdwn()}
CONTEXT_ACTIONS: Final[Mapping[str, Shape]] = {"feedback_buttons": FEEDBACK_BUTTONS, "icon_button": ICON_BUTTON}
CELLS: Final[Mapping[str, Shape]] = {
    "raw_text": typed("raw_text", {"text": ANY_TEXT}),
    "raw_number": typed("raw_number", {"value": number(), "text": ANY_TEXT}),
    "rich_text": RICH_TEXT,
}
CELL: Final = one_of(lambda: CELLS)


def block(kind: str, required: Mapping[str, Shape], optional: Mapping[str, Shape] | None = None) -> Shape:
    """A block of one type."""
    return typed(kind, required, {"block_id": ID, **(optional or {})})


SECTION: Final = also(
    block(
        "section",
        {},
        {
            "text": text(),
            "fields": items(text(2000), 10),
            "accessory": one_of(lambda: ACCESSORIES),
            "expand": flag,
        },
    ),
    lambda section: "fields" in section or _says(section),
    "missing required field: text",
)
ACTIONS_BLOCK: Final = block("actions", {"elements": items(one_of(lambda: ACTIONS), 25)})
CONTEXT_BLOCK: Final = block("context", {"elements": items(one_of(lambda: CONTEXT), 10)})
IMAGE_BLOCK: Final = image(block_id=ID, title=plain(2000))
CARD: Final = also(
    block(
        "card",
        {},
        {
            "title": mrkdwn(150),
            "subtitle": mrkdwn(150),
            "body": mrkdwn(200),
            "hero_image": IMAGE,
            "icon": IMAGE,
            "actions": items(BUTTON, 3),
        },
    ),
    lambda card: card.keys() & {"hero_image", "title", "actions", "body"},
    "must have at least one of hero_image, title, actions, body",
)
CARDS: Final[Mapping[str, Shape]] = {"card": CARD}
TASK: Final = block(
    "task_card",
    {"task_id": string(), "title": string(), "status": choice("pending", "in_progress", "complete", "error")},
    {
        "details": RICH_TEXT,
        "output": RICH_TEXT,
        "sources": items(typed("url", {"url": URL, "text": ANY_TEXT})),
    },
)
TABLE: Final = block(
    "table",
    {"rows": items(items(CELL, 20), 100)},
    {
        "column_settings": items(
            record({}, {"align": choice("left", "center", "right"), "is_wrapped": flag}), 20, least=0
        )
    },
)
CONTAINER: Final = also(
    also(
        block(
            "container",
            {"child_blocks": items(one_of(lambda: CONTAINED), 10)},
            {
                "title": plain(150),
                "rich_text_title": RICH_TEXT,
                "subtitle": text(150),
                "width": choice("narrow", "standard", "wide", "full"),
                "icon": IMAGE,
                "is_collapsible": flag,
                "default_collapsed": flag,
                "has_header_divider": flag,
            },
        ),
        lambda container: container.keys() & {"title", "rich_text_title"},
        "missing required field: title",
    ),
    lambda container: not (container.get("is_collapsible") is True and container.get("has_header_divider") is True),
    "must not have a header divider where it is collapsible",
)

KNOWN: Final[Mapping[str, Shape]] = {
    "actions": ACTIONS_BLOCK,
    "alert": block("alert", {"text": text()}, {"level": choice("default", "info", "warning", "error", "success")}),
    "card": CARD,
    "carousel": block("carousel", {"elements": items(one_of(lambda: CARDS), 10)}),
    "container": CONTAINER,
    "context": CONTEXT_BLOCK,
    "context_actions": block("context_actions", {"elements": items(one_of(lambda: CONTEXT_ACTIONS), 5)}),
    "data_table": block(
        "data_table",
        {"caption": string(), "rows": items(items(CELL, 20), 201)},
        {"page_size": number(), "row_header_column_index": number()},
    ),
    "data_visualization": record({"type": anything}, open_=True),
    "divider": block("divider", {}),
    "file": block("file", {"external_id": string(), "source": string()}),
    "header": block("header", {"text": plain(150)}),
    "image": IMAGE_BLOCK,
    "input": block(
        "input",
        {"label": plain(2000), "element": one_of(lambda: INPUTS)},
        {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "markdown": block("markdown", {"text": ANY_TEXT}),
    "plan": block("plan", {"title": string()}, {"tasks": items(either(TASK, record({}, open_=True)), least=0)}),
    "rich_text": RICH_TEXT,
    "section": SECTION,
    "table": TABLE,
    "task_card": TASK,
    "video": block(
        "video",
        {"alt_text": string(), "title": plain(199), "thumbnail_url": string(), "video_url": string()},
        {
            "title_url": string(),
            "description": plain(),
            "provider_icon_url": string(),
            "provider_name": string(),
            "author_name": string(49),
        },
    ),
}
"""Every type of block that a message may hold. `data_visualization` is new and described nowhere: it is let through."""

CONTAINED: Final[Mapping[str, Shape]] = {
    kind: KNOWN[kind]
    for kind in (
        "actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section", "table", "video",
    )
}  # fmt: skip
"""What a container takes."""


def _says(section: Mapping[str, object]) -> bool:
    said = section.get("text")
    words = said.get("text") if isinstance(said, Mapping) else None
    return isinstance(words, str) and bool(words.strip())
