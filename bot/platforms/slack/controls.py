"""The buttons under an answer as Slack's controls: buttons while they fit, menus where they do not."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.command import Button

BLOCKS = 50
"""Blocks in a message (docs.slack.dev/reference/block-kit/blocks)."""
CHARACTERS = 10_000
"""Characters over all blocks that Slack surely takes; it names no figure, and was seen to refuse 11,341."""
ELEMENTS = 25
"""Buttons or menus in an `actions` block (docs.slack.dev/reference/block-kit/blocks/actions-block)."""
OPTIONS = 100
"""Options of a menu (docs.slack.dev/reference/block-kit/block-elements/select-menu-element)."""
LABEL = 75
"""Characters of a button's or an option's text."""
BUTTON_VALUE = 2000
"""Characters of a button's value (docs.slack.dev/reference/block-kit/block-elements/button-element)."""
OPTION_VALUE = 150
"""Characters of an option's value (docs.slack.dev/reference/block-kit/composition-objects/option-object)."""

Payload = Mapping[str, Any]
Json = dict[str, Any]


def with_controls(payloads: tuple[Payload, ...], rows: Sequence[Sequence[Button]]) -> tuple[Payload, ...]:
    """The messages with the buttons at the end of the last one, or in one of their own where that one is full.

    Rows are Telegram's: Slack flows controls as the window allows.
    """
    controls = _controls([button for row in rows for button in row])
    if not payloads or not controls:
        return payloads
    *before, last = payloads
    blocks = last.get("blocks") or []
    if blocks and len(blocks) < BLOCKS and characters([*blocks, controls]) <= CHARACTERS:
        return (*before, {**last, "blocks": [*blocks, controls]})
    return (*payloads, {**last, "blocks": [controls]})


def characters(value: object) -> int:
    """How many characters the texts and links in it have, at any depth: what Slack's total counts, as far as known."""
    if isinstance(value, Mapping):
        own = [value.get(name) for name in ("text", "url")]
        said = sum(len(text) for text in own if isinstance(text, str))
        return said + sum(characters(part) for part in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return sum(characters(part) for part in value)
    return 0


def _controls(buttons: list[Button]) -> Json | None:
    elements = _buttons(buttons) if len(buttons) <= ELEMENTS else _menus(buttons)
    return {"type": "actions", "elements": elements} if elements else None


def _buttons(buttons: list[Button]) -> list[Json]:
    return [
        {"type": "button", "action_id": f"button-{place}", "text": _plain(button.label), "value": value}
        for place, (button, value) in enumerate(_sayable(buttons, BUTTON_VALUE))
    ]


def _menus(buttons: list[Button]) -> list[Json]:
    sayable = list(_sayable(buttons, OPTION_VALUE))[: ELEMENTS * OPTIONS]
    chunks = [sayable[start : start + OPTIONS] for start in range(0, len(sayable), OPTIONS)]
    return [_menu(place, chunk) for place, chunk in enumerate(chunks)]


def _menu(place: int, chunk: list[tuple[Button, str]]) -> Json:
    # Its ends say what it holds, in whatever language the labels are.
    ends = f"{_shortened(chunk[0][0].label, LABEL - 5)} … {_shortened(chunk[-1][0].label, LABEL - 5)}"
    return {
        "type": "static_select",
        "action_id": f"menu-{place}",
        "placeholder": _plain_text(ends),
        "options": [{"text": _plain(button.label), "value": value} for button, value in chunk],
    }


def _sayable(buttons: list[Button], limit: int) -> Iterator[tuple[Button, str]]:
    """Each button with its value; a value over the limit cannot be offered, for cut it would be another command."""
    for button in buttons:
        value = f"{button.name} {button.argument}".strip()
        if len(value) <= limit and button.label.strip():
            yield button, value


def _plain(label: str) -> Json:
    return _plain_text(_shortened(label, LABEL))


def _plain_text(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
