"""Menus and page buttons become Slack's blocks, within its limits."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.command import Button
from bot.platforms.slack.controls import BLOCKS, CHARACTERS, characters, with_controls
from tests.judges.slack import faults

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Hot"}}
MESSAGE = {"text": "Hot", "blocks": [SECTION]}


def topics(count: int) -> list[list[Button]]:
    return [[Button(f"Topic {number}", "topic", f"t{number}")] for number in range(count)]


def controls(*rows: list[Button]) -> list[dict[str, Any]]:
    (message,) = with_controls((MESSAGE,), rows)
    elements: list[dict[str, Any]] = message["blocks"][-1]["elements"]
    return elements


def test_up_to_twenty_five_are_buttons() -> None:
    assert [element["type"] for element in controls(*topics(25))] == ["button"] * 25


def test_more_become_a_menu_that_says_its_ends() -> None:
    (menu,) = controls(*topics(26))
    assert menu["placeholder"]["text"] == "Topic 0 … Topic 25"
    assert menu["options"][3]["value"] == "topic t3"


def test_more_than_a_hundred_become_several_menus() -> None:
    assert [len(menu["options"]) for menu in controls(*topics(230))] == [100, 100, 30]


def test_rows_flow_together() -> None:
    rows = [Button("Back", "latest", "1"), Button("On", "latest", "3")], [Button("Topics", "topics")]
    assert [element["value"] for element in controls(*rows)] == ["latest 1", "latest 3", "topics"]


def test_a_long_label_is_shortened() -> None:
    (button,) = controls([Button("x" * 80, "topic", "x")])
    assert button["text"]["text"] == "x" * 74 + "…"


def test_a_value_too_long_to_be_said_is_not_offered() -> None:
    (button,) = controls([Button("Long", "topic", "x" * 2000), Button("Short", "topic", "x")])
    assert button["text"]["text"] == "Short"


def test_a_button_without_a_label_is_not_offered() -> None:
    assert with_controls((MESSAGE,), [[Button(" ", "topic", "x")]]) == (MESSAGE,)


def test_no_buttons_change_nothing() -> None:
    assert with_controls((MESSAGE,), ()) == (MESSAGE,)


def test_a_message_full_of_blocks_gets_its_buttons_in_one_of_their_own() -> None:
    full = {"text": "Hot", "blocks": [SECTION] * BLOCKS}
    first, second = with_controls((full,), topics(1))
    assert first == full
    assert [block["type"] for block in second["blocks"]] == ["actions"]
    assert second["text"] == "Hot"


def test_a_message_full_of_text_gets_its_buttons_in_one_of_their_own() -> None:
    long = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2500}}
    assert len(with_controls(({"text": "Hot", "blocks": [long] * 4},), topics(1))) == 2


def test_a_message_without_blocks_keeps_its_text_visible() -> None:
    plain = {"text": "Nothing yet"}
    first, second = with_controls((plain,), topics(1))
    assert first == plain
    assert second["blocks"][0]["type"] == "actions"


def test_texts_and_links_are_counted_at_any_depth() -> None:
    link = {"type": "link", "url": "https://a.de", "text": "abc"}
    assert characters([{"type": "rich_text", "elements": [{"elements": [link]}]}, SECTION]) == 12 + 3 + 3


labels = st.text(min_size=1, max_size=90)
buttons = st.builds(Button, labels, st.just("topic"), st.text(max_size=200))


@settings(max_examples=40)
@given(st.lists(st.lists(buttons, max_size=40), max_size=8))
def test_whatever_the_buttons_slack_would_take_them(rows: list[list[Button]]) -> None:
    for message in with_controls((MESSAGE,), rows):
        assert faults(message) == []
        assert characters(message["blocks"]) <= CHARACTERS
