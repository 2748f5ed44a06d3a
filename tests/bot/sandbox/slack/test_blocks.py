"""Block Kit's rules: the same verdict as the judges', and every one of them seen to be broken."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.slack.blocks import faults, is_too_long, refusals
from tests.judges import slack as judges

Json = dict[str, Any]

LENGTHS = (1, 30, 31, 49, 50, 51, 75, 76, 100, 101, 150, 151, 199, 200, 201, 255, 256, 300, 301, 2000, 2001, 3000, 3001)
PLAIN = {"type": "plain_text", "text": "Hot", "emoji": True}
MRKDWN = {"type": "mrkdwn", "text": "*Hot*", "verbatim": False}
OPTION = {"text": PLAIN, "value": "v", "description": PLAIN}
CONFIRM = {"title": PLAIN, "text": MRKDWN, "confirm": PLAIN, "deny": PLAIN, "style": "danger"}
IMAGE = {"type": "image", "image_url": "https://news.example/a.png", "alt_text": "a"}
STRICTER = re.compile(
    r"must be less than (76|151) characters|missing required field: value|no more than (3|10|20|100) items allowed"
    r"|no fewer than 1 items allowed|must be between"
)
"""Limits of Slack's reference that neither the SDK's models nor the published types hold."""
COMMON = {"confirm": CONFIRM, "focus_on_load": True, "placeholder": PLAIN}
BUTTON = {
    "type": "button",
    "text": PLAIN,
    "value": "v",
    "url": "https://news.example",
    "style": "primary",
    "confirm": CONFIRM,
    "accessibility_label": "a",
}
CHOSEN: list[Json] = [
    {"type": "static_select", **COMMON, "options": [OPTION, OPTION], "initial_option": OPTION},
    {"type": "static_select", "option_groups": [{"label": PLAIN, "options": [OPTION]}]},
    {
        "type": "multi_static_select",
        **COMMON,
        "options": [OPTION],
        "initial_options": [OPTION],
        "max_selected_items": 2,
    },
    {"type": "external_select", **COMMON, "min_query_length": 2},
    {"type": "users_select", **COMMON, "initial_user": "U1"},
    {"type": "multi_users_select", "initial_users": ["U1"]},
    {"type": "conversations_select", "filter": {"include": ["im"], "exclude_bot_users": True}},
    {"type": "channels_select", "initial_channel": "C1"},
    {"type": "checkboxes", "options": [OPTION], "initial_options": [OPTION]},
    {"type": "radio_buttons", "options": [{"text": MRKDWN, "value": "v"}]},
    {"type": "datepicker", **COMMON, "initial_date": "2026-07-01"},
    {"type": "timepicker", **COMMON, "initial_time": "23:59"},
    {"type": "datetimepicker", "initial_date_time": 1_790_000_000},
]
PRESSED: list[Json] = [
    BUTTON,
    {"type": "overflow", "options": [OPTION], "confirm": CONFIRM},
    {"type": "workflow_button", "text": PLAIN, "workflow": {"trigger": {"url": "https://slack.example"}}},
]
TYPED: list[Json] = [
    {"type": "plain_text_input", "multiline": True, "max_length": 9, "placeholder": PLAIN},
    {"type": "number_input", "is_decimal_allowed": False, "min_value": "1"},
    {"type": "email_text_input", "initial_value": "a@b.example"},
    {"type": "url_text_input", "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]}},
    {"type": "file_input", "filetypes": ["png"], "max_files": 1},
]
BOLD = {"bold": True}
PARTS: list[Json] = [
    {"type": "text", "text": "Hot", "style": BOLD},
    {"type": "link", "url": "https://news.example", "text": "more", "unsafe": True},
    {"type": "broadcast", "range": "here"},
    {"type": "user", "user_id": "U1"},
    {"type": "channel", "channel_id": "C1"},
    {"type": "emoji", "name": "fire"},
    {"type": "date", "timestamp": 1_790_000_000, "format": "{date}", "fallback": "today"},
]
LINE = {"type": "rich_text_section", "elements": PARTS}
RICH_TEXT = {
    "type": "rich_text",
    "elements": [
        LINE,
        {"type": "rich_text_list", "style": "bullet", "elements": [LINE], "indent": 1, "border": 0},
        {"type": "rich_text_quote", "elements": [PARTS[0]]},
        {"type": "rich_text_preformatted", "elements": PARTS[:2], "border": 1},
    ],
}
RIGHT: list[Json] = [
    {"type": "divider"},
    {"type": "section", "text": MRKDWN, "expand": True},
    {"type": "section", "fields": [PLAIN, MRKDWN]},
    *({"type": "section", "text": PLAIN, "accessory": element} for element in (*PRESSED, *CHOSEN[:-1], IMAGE)),
    *({"type": "actions", "elements": [element]} for element in (*PRESSED, *CHOSEN)),
    {"type": "context", "elements": [PLAIN, MRKDWN, IMAGE]},
    {"type": "header", "text": PLAIN},
    {"type": "markdown", "text": "**Hot**"},
    {**IMAGE, "title": PLAIN},
    {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "a"},
    RICH_TEXT,
    *({"type": "input", "label": PLAIN, "hint": PLAIN, "optional": True, "element": e} for e in (*CHOSEN, *TYPED)),
    {"type": "file", "external_id": "F1", "source": "remote"},
    {"type": "alert", "text": MRKDWN, "level": "info"},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]], "column_settings": [{"align": "left"}]},
    {
        "type": "video",
        "alt_text": "a",
        "title": PLAIN,
        "thumbnail_url": "https://v.example/t",
        "video_url": "https://v.example",
        "author_name": "A",
    },
    {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": PLAIN}]},
]


def judged(blocks: list[Any]) -> list[str]:
    try:
        return judges.faults({"text": "Hot", "blocks": blocks})
    except (
        KeyError,
        TypeError,
        AttributeError,
        ValueError,
    ) as error:  # what is no block at all is nothing that they look at
        return [repr(error)]


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value within."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(place for key, part in inner for place in places(part, (*way, key)))]


@st.composite
def messages(draw: st.DrawFn) -> list[Any]:
    """Blocks that are right, but for one or two places."""
    blocks: list[Any] = json.loads(json.dumps(draw(st.lists(st.sampled_from(RIGHT), min_size=1, max_size=3))))
    for _ in range(draw(st.integers(0, 2))):
        way = draw(st.sampled_from([place for place in places(blocks) if place]))
        holder: Any = blocks
        for key in way[:-1]:
            holder = holder[key]
        _harm(draw, holder, way[-1])
    return blocks


def _harm(draw: st.DrawFn, holder: Any, key: Any) -> None:
    value = holder[key]
    match draw(st.sampled_from(["cut", "stretch", "retype", "leave out", "add", "name", "double"])):
        case "cut" if isinstance(value, str) and key in {"text", "url"}:
            holder[key] = draw(st.sampled_from(["", " "]))
        case "stretch" if isinstance(value, str) and key != "type":
            holder[key] = value[0] * draw(st.sampled_from(LENGTHS))
        case "retype":
            holder[key] = draw(st.sampled_from([7, True, "x", {"a": 1}]))
        case "leave out" if isinstance(holder, dict):
            del holder[key]
        case "add" if isinstance(value, dict):
            value["colour"] = "red"
        case "name" if isinstance(value, dict) and isinstance(holder, list):
            value[draw(st.sampled_from(["block_id", "action_id"]))] = "n" * draw(st.sampled_from([1, 255, 256]))
        case "double" if isinstance(value, list):
            value *= draw(st.sampled_from([2, 6, 11, 26, 51]))
        case _:
            pass


@given(messages())
@settings(max_examples=250)
def test_the_verdict_is_the_judges(blocks: list[Any]) -> None:
    found, judgement = faults(blocks), judged(blocks)
    assert bool(found) == bool(judgement) or (not judgement and all(map(STRICTER.match, found))), (found, judgement)


@pytest.mark.parametrize("block", RIGHT)
def test_what_the_reference_shows_is_right(block: Json) -> None:
    assert faults([block]) == judged([block]) == []


def actions(*elements: Any) -> Json:
    return {"type": "actions", "elements": list(elements)}


PRESS = {"type": "button", "text": PLAIN, "action_id": "a"}
MENU = {"type": "static_select", "options": [OPTION]}
LONG = {"type": "plain_text", "text": "x" * 151}
AT = "[json-pointer:/blocks"


@pytest.mark.parametrize(
    ("blocks", "found"),
    [
        ("no list", f"must be an array {AT}]"),
        (["x"], f"must be an object {AT}/0]"),
        ([{}], f"missing required field: type {AT}/0]"),
        ([{"type": "shout"}], f"unsupported type: shout {AT}/0/type]"),
        ([{"type": ["shout"]}], f"unsupported type: ['shout'] {AT}/0/type]"),
        ([{"type": "divider"}] * 51, f"no more than 50 items allowed {AT}]"),
        ([{"type": "divider", "colour": "red"}], f"invalid additional property: colour {AT}/0]"),
        ([{"type": "divider", "block_id": 7}], f"must be a string {AT}/0/block_id]"),
        ([{"type": "section"}], f"missing required field: text {AT}/0]"),
        ([{"type": "section", "text": PLAIN, "fields": []}], f"no fewer than 1 items allowed {AT}/0/fields]"),
        ([{"type": "header", "text": {**PLAIN, "text": ""}}], f"must be more than 0 characters {AT}/0/text/text]"),
        ([{"type": "header", "text": LONG}], f"must be less than 151 characters {AT}/0/text/text]"),
        ([{"type": "header", "text": {**PLAIN, "emoji": 1}}], f"must be a boolean {AT}/0/text/emoji]"),
        ([{"type": "context", "elements": []}], f"no fewer than 1 items allowed {AT}/0/elements]"),
        ([actions({**BUTTON, "style": "shy"})], f"must be one of primary, danger {AT}/0/elements/0/style]"),
        ([actions({**BUTTON, "value": "x" * 2001})], f"must be less than 2001 characters {AT}/0/elements/0/value]"),
        ([actions({**MENU, "options": [OPTION] * 101})], f"no more than 100 items allowed {AT}/0/elements/0/options]"),
        ([actions({"type": "static_select"})], f"must have either options or option_groups {AT}/0/elements/0]"),
        (
            [actions({"type": "datepicker", "initial_date": "July"})],
            f"must be in the format YYYY-MM-DD {AT}/0/elements/0/initial_date]",
        ),
        (
            [actions({"type": "datetimepicker", "initial_date_time": -1})],
            f"must be between 0 and 9999999999 {AT}/0/elements/0/initial_date_time]",
        ),
        (
            [actions({"type": "datetimepicker", "initial_date_time": True})],
            f"must be a number {AT}/0/elements/0/initial_date_time]",
        ),
        ([{"type": "divider", "block_id": "b"}] * 2, f"block_id b already exists {AT}/1/block_id]"),
        ([{"type": "card", "icon": IMAGE}], f"must have at least one of hero_image, title, actions, body {AT}/0]"),
    ],
)
def test_each_refusal_says_what_and_where(blocks: object, found: str) -> None:
    assert refusals(blocks) == [found]
    assert found in faults(blocks)


@pytest.mark.parametrize(
    "block",
    [
        {"type": "data_visualization", "chart": "pie"},
        {"type": "data_table", "caption": "a", "rows": [[{"type": "raw_number", "value": 1, "text": "1"}]]},
        {"type": "carousel", "elements": [{"type": "card", "title": MRKDWN}]},
        {"type": "container", "title": PLAIN, "child_blocks": [{"type": "divider"}]},
        {
            "type": "plan",
            "title": "a",
            "tasks": [{"type": "task_card", "task_id": "1", "title": "a", "status": "error"}],
        },
    ],
)
def test_newer_blocks_are_taken(block: Json) -> None:
    assert refusals([block]) == []


def test_what_slack_takes_and_documents_nowhere_is_no_refusal_but_a_fault() -> None:
    twice = [actions(PRESS), actions(PRESS)]
    long = [{"type": "markdown", "text": "x" * 10_001}]
    assert refusals(twice) == refusals(long) == []
    assert faults(twice) == [f"action_id a already exists {AT}/1/elements/0/action_id]"]
    assert faults(long) == [f"10001 of 10000 characters in all {AT}]", f"10001 of 3000 characters {AT}/0/text]"]


def test_all_texts_together_have_a_limit() -> None:
    texts = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}] * 4
    assert not is_too_long(texts)
    assert is_too_long([*texts, {"type": "section", "text": PLAIN}])
