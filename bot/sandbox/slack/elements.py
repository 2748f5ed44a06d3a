"""Block Kit's parts: texts, options, dialogs, and every element that a block can hold, with the reference's limits.

docs.slack.dev/reference/block-kit/block-elements and …/composition-objects; looked up in July 2026.
"""

import re
from collections.abc import Mapping
from typing import Final

from bot.sandbox.slack.shapes import Shape, also, choice, either, flag, items, number, one_of, passing, record, string

ANY_TEXT: Final = string(least=1)
URL: Final = string(3000, least=1)
ID: Final = string(255)


def typed(kind: str, required: Mapping[str, Shape], optional: Mapping[str, Shape] | None = None) -> Shape:
    """An object of one `type`."""
    return record({"type": choice(kind), **required}, optional)


def plain(most: int = 3000) -> Shape:
    """A `plain_text` object."""
    return typed("plain_text", {"text": string(most, least=1)}, {"emoji": flag})


def mrkdwn(most: int = 3000) -> Shape:
    """A `mrkdwn` object."""
    return typed("mrkdwn", {"text": string(most, least=1)}, {"verbatim": flag})


def text(most: int = 3000) -> Shape:
    """A text object of either type."""
    kinds = {"plain_text": plain(most), "mrkdwn": mrkdwn(most)}
    return one_of(lambda: kinds)


def option(label: Shape) -> Shape:
    """An option; its `value` may not be left out."""
    return record({"text": label, "value": string(150)}, {"description": plain(75), "url": URL})


def element(kind: str, required: Mapping[str, Shape], optional: Mapping[str, Shape]) -> Shape:
    """An element that people use."""
    return typed(kind, required, {"action_id": ID, **optional})


def choosing(kind: str, required: Mapping[str, Shape], optional: Mapping[str, Shape], *, hints: bool = True) -> Shape:
    """An element with which people choose something."""
    common = {"confirm": CONFIRM, "focus_on_load": flag, **({"placeholder": plain(150)} if hints else {})}
    return element(kind, required, {**common, **optional})


def typing(kind: str, required: Mapping[str, Shape], optional: Mapping[str, Shape]) -> Shape:
    """An element into which people type."""
    common = {"dispatch_action_config": DISPATCH, "focus_on_load": flag, "placeholder": plain(150)}
    return element(kind, required, {**common, **optional})


STYLE: Final = choice("primary", "danger")
CONFIRM: Final = record(
    {"title": plain(100), "text": text(300)}, {"confirm": plain(30), "deny": plain(30), "style": STYLE}
)
DISPATCH: Final = record({}, {"trigger_actions_on": items(choice("on_enter_pressed", "on_character_entered"))})
PLAIN_OPTION: Final = option(plain(75))
OPTION: Final = option(text(75))
OPTIONS: Final = items(PLAIN_OPTION, 100)
GROUPS: Final = items(record({"label": plain(75), "options": OPTIONS}), 100)
FILTER: Final = record(
    {},
    {
        "exclude_bot_users": flag,
        "exclude_external_shared_channels": flag,
        "include": items(choice("im", "mpim", "private", "public")),
    },
)
DATE: Final = passing(re.compile(r"\d{4}-\d{2}-(0[1-9]|[12][0-9]|3[01])").match, "must be in the format YYYY-MM-DD")
TIME: Final = passing(re.compile(r"([0-1][0-9]|2[0-3]):([0-5][0-9])").match, "must be in the format HH:mm")
SLACK_FILE: Final = either(record({"id": string()}), record({"url": URL}))
MOST: Final = number(least=1)
STRINGS: Final = items(string())


def image(**more: Shape) -> Shape:
    """An image, from an address or from Slack's own files."""
    described = {"alt_text": string(2000)}
    outside = typed("image", {**described, "image_url": string(3000)}, more)
    return either(outside, typed("image", {**described, "slack_file": SLACK_FILE}, more))


def one_list(shape: Shape) -> Shape:
    """A menu with `options` or `option_groups`, one and only one."""
    both = "must have either options or option_groups"
    return also(shape, lambda menu: ("options" in menu) != ("option_groups" in menu), both)


BUTTON: Final = element(
    "button",
    {"text": plain(75)},
    {"url": URL, "value": string(2000), "style": STYLE, "confirm": CONFIRM, "accessibility_label": string(75)},
)
WORKFLOW: Final = record(
    {
        "trigger": record(
            {"url": URL}, {"customizable_input_parameters": items(record({"name": string(), "value": string()}))}
        )
    }
)
FEEDBACK: Final = record({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})
FEEDBACK_BUTTONS: Final = element("feedback_buttons", {"positive_button": FEEDBACK, "negative_button": FEEDBACK}, {})
ICON_BUTTON: Final = element(
    "icon_button",
    {"icon": string(), "text": plain()},
    {"value": string(2000), "confirm": CONFIRM, "accessibility_label": string(75), "visible_to_user_ids": STRINGS},
)
IMAGE: Final = image()

PRESSED: Final[Mapping[str, Shape]] = {
    "button": BUTTON,
    "workflow_button": element(
        "workflow_button",
        {"text": plain(75), "workflow": WORKFLOW},
        {"style": STYLE, "confirm": CONFIRM, "accessibility_label": string(75)},
    ),
    "overflow": element("overflow", {"options": items(PLAIN_OPTION, 5)}, {"confirm": CONFIRM}),
}
"""Elements of an `actions` block or a section that are no form's."""

CHOSEN: Final[Mapping[str, Shape]] = {
    "static_select": one_list(
        choosing("static_select", {}, {"options": OPTIONS, "option_groups": GROUPS, "initial_option": PLAIN_OPTION})
    ),
    "multi_static_select": one_list(
        choosing(
            "multi_static_select",
            {},
            {
                "options": OPTIONS,
                "option_groups": GROUPS,
                "initial_options": items(PLAIN_OPTION),
                "max_selected_items": MOST,
            },
        )
    ),
    "external_select": choosing("external_select", {}, {"initial_option": PLAIN_OPTION, "min_query_length": number()}),
    "multi_external_select": choosing(
        "multi_external_select",
        {},
        {"initial_options": items(PLAIN_OPTION), "min_query_length": number(), "max_selected_items": MOST},
    ),
    "users_select": choosing("users_select", {}, {"initial_user": string()}),
    "multi_users_select": choosing("multi_users_select", {}, {"initial_users": STRINGS, "max_selected_items": MOST}),
    "conversations_select": choosing(
        "conversations_select",
        {},
        {
            "initial_conversation": string(),
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": FILTER,
        },
    ),
    "multi_conversations_select": choosing(
        "multi_conversations_select",
        {},
        {
            "initial_conversations": STRINGS,
            "default_to_current_conversation": flag,
            "filter": FILTER,
            "max_selected_items": MOST,
        },
    ),
    "channels_select": choosing("channels_select", {}, {"initial_channel": string(), "response_url_enabled": flag}),
    "multi_channels_select": choosing(
        "multi_channels_select", {}, {"initial_channels": STRINGS, "max_selected_items": MOST}
    ),
    "checkboxes": choosing(
        "checkboxes", {"options": items(OPTION, 10)}, {"initial_options": items(OPTION)}, hints=False
    ),
    "radio_buttons": choosing("radio_buttons", {"options": items(OPTION, 10)}, {"initial_option": OPTION}, hints=False),
    "datepicker": choosing("datepicker", {}, {"initial_date": DATE}),
    "timepicker": choosing("timepicker", {}, {"initial_time": TIME, "timezone": string()}),
    "datetimepicker": choosing("datetimepicker", {}, {"initial_date_time": number(0, 9_999_999_999)}, hints=False),
}
"""Elements with which people choose, in an `actions` block, a section or a form."""

TYPED: Final[Mapping[str, Shape]] = {
    "plain_text_input": typing(
        "plain_text_input",
        {},
        {"initial_value": string(), "min_length": number(0, 3000), "max_length": number(1, 3000), "multiline": flag},
    ),
    "email_text_input": typing("email_text_input", {}, {"initial_value": string()}),
    "url_text_input": typing("url_text_input", {}, {"initial_value": string()}),
    "number_input": typing(
        "number_input",
        {"is_decimal_allowed": flag},
        {"initial_value": string(), "min_value": string(), "max_value": string()},
    ),
    "file_input": element("file_input", {}, {"filetypes": STRINGS, "max_files": number(1, 10)}),
}
"""Elements of a form alone."""
