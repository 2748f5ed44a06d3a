"""Block Kit as HTML, block by block (docs.slack.dev/reference/block-kit/blocks)."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.drawing.emoji import with_emoji
from bot.sandbox.drawing.markup import NOTHING, Html, element, escaped, is_address, link, object_of, objects
from bot.sandbox.drawing.slack_mrkdwn import mrkdwn
from bot.sandbox.drawing.slack_rich_text import rich_text

Place = Mapping[str, Any]
"""The data attributes that say which message a control stands in."""
_BUTTON_STYLES = frozenset({"primary", "danger"})


def block_html(block: Mapping[str, Any], place: Place) -> Html:
    """One block; of a kind that is not drawn, its name in a box."""
    draw = _DRAWN.get(str(block.get("type")), _unknown)
    return draw(block, place)


def text_html(text: object) -> Html:
    """A text object: `mrkdwn` parsed, `plain_text` as it is but for its emoji."""
    said = object_of(text)
    words = str(said.get("text", ""))
    if said.get("type") == "mrkdwn":
        return mrkdwn(words)
    return escaped(words if said.get("emoji") is False else with_emoji(words))


def _section(block: Mapping[str, Any], place: Place) -> Html:
    parts = [element("div", text_html(block["text"]), css="sl-text", dir="auto")] if "text" in block else []
    fields = [element("div", text_html(one), css="sl-field", dir="auto") for one in objects(block.get("fields"))]
    if fields:
        parts.append(element("div", *fields, css="sl-fields"))
    beside = object_of(block.get("accessory"))
    drawn = element("div", _control(beside, place), css="sl-accessory") if beside else NOTHING
    return element("div", element("div", *parts, css="sl-section-body"), drawn, css="sl-section")


def _context_element(one: Mapping[str, Any]) -> Html:
    if one.get("type") == "image":
        return _image(one)
    return element("span", text_html(one), css="sl-context-text", dir="auto")


def _control(control: Mapping[str, Any], place: Place) -> Html:
    match control.get("type"):
        case "button":
            return _button(control, place)
        case "static_select":
            return _select(control, place)
        case "image":
            return _image(control)
        case kind:
            return element("span", escaped(kind), css="sl-unknown")


def _button(button: Mapping[str, Any], place: Place) -> Html:
    style = button.get("style")
    css = f"sl-button sl-{style}" if style in _BUTTON_STYLES else "sl-button"
    label = element("span", text_html(button.get("text")), dir="auto")
    if is_address(button.get("url")):
        return link(button["url"], label, css=css)
    said = {"data_action": button.get("action_id"), "data_value": button.get("value")}
    return element("button", label, css=css, type="button", **place, **said)


def _select(menu: Mapping[str, Any], place: Place) -> Html:
    chosen = object_of(menu.get("initial_option")).get("value")
    groups = objects(menu.get("option_groups"))
    options = [
        *(_option(option, chosen) for option in objects(menu.get("options"))),
        *(_group(group, chosen) for group in groups),
    ]
    placeholder = element("option", text_html(menu.get("placeholder")), value="")
    return element("select", placeholder, *options, css="sl-select", **place, data_action=menu.get("action_id"))


def _group(group: Mapping[str, Any], chosen: object) -> Html:
    options = (_option(option, chosen) for option in objects(group.get("options")))
    return element("optgroup", *options, label=object_of(group.get("label")).get("text", ""))


def _option(option: Mapping[str, Any], chosen: object) -> Html:
    value = option.get("value", "")
    return element("option", text_html(option.get("text")), value=value, selected="" if value == chosen else None)


def _image(image: Mapping[str, Any]) -> Html:
    """Its description in its place: nothing is ever loaded from elsewhere."""
    return element("span", escaped(image.get("alt_text", "")), css="sl-image", role="img")


def _unknown(block: Mapping[str, Any], _: Place) -> Html:
    return element("div", escaped(block.get("type")), css="sl-unknown")


def _header(block: Mapping[str, Any], _: Place) -> Html:
    return element("h3", text_html(block.get("text")), css="sl-header", dir="auto")


def _context(block: Mapping[str, Any], _: Place) -> Html:
    elements = (_context_element(one) for one in objects(block.get("elements")))
    return element("div", *elements, css="sl-context")


def _actions(block: Mapping[str, Any], place: Place) -> Html:
    return element("div", *(_control(one, place) for one in objects(block.get("elements"))), css="sl-actions")


def _figure(block: Mapping[str, Any], _: Place) -> Html:
    title = element("div", text_html(block["title"]), css="sl-image-title") if "title" in block else NOTHING
    return element("div", title, _image(block), css="sl-figure")


_DRAWN: Mapping[str, Callable[[Mapping[str, Any], Place], Html]] = {
    "actions": _actions,
    "context": _context,
    "divider": lambda _block, _place: element("hr", css="sl-divider"),
    "header": _header,
    "image": _figure,
    "markdown": lambda block, _: element("div", escaped(block.get("text", "")), css="sl-text", dir="auto"),
    "rich_text": lambda block, _: rich_text(block),
    "section": _section,
}
