"""The judges refuse what the platforms refuse: a judge that nods at everything proves nothing."""

from typing import Any

import pytest

from tests.judges import bot_api, slack, telegram

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}


def test_telegram_says_what_text_and_links_come_out() -> None:
    parsed = telegram.verdict('<b>Hot</b> <a href="https://example.com">news</a>')
    assert isinstance(parsed, telegram.Parsed)
    assert parsed.text == "Hot news"
    assert [(entity.kind, entity.text, entity.url) for entity in parsed.entities] == [
        ("Bold", "Hot", None),
        ("TextUrl", "news", "https://example.com/"),
    ]


def test_telegram_refuses_an_unknown_tag_with_its_place() -> None:
    refused = telegram.verdict("a<br>b")
    assert isinstance(refused, telegram.Refused)
    assert "Unsupported start tag" in refused.reason


def test_telegram_counts_text_in_utf_16_units() -> None:
    assert telegram.faults({"text": "🔥" * 2049, "parse_mode": "HTML"}) == ["4098 UTF-16 units"]


def test_telegram_finds_what_a_client_would_make_tappable() -> None:
    found = telegram.live("@durov says /stop to #spam at evil.com")
    assert [entity.kind for entity in found] == ["Mention", "BotCommand", "Hashtag", "Url"]


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("sendMessage", {"chat_id": -100, "text": "hello", "link_preview_options": {"is_disabled": True}}),
        (
            "sendMessage",
            {"chat_id": "@channel", "text": "hello", "reply_markup": {"inline_keyboard": [[{"text": "1"}]]}},
        ),
        ("setMyCommands", {"commands": [{"command": "latest", "description": "the news"}]}),
    ],
)
def test_the_bot_api_has_calls_that_are_right(method: str, arguments: dict[str, Any]) -> None:
    assert bot_api.faults(method, arguments) == []


@pytest.mark.parametrize(
    ("method", "arguments", "fault"),
    [
        ("sendMassage", {}, "sendMassage: no such method"),
        ("sendMessage", {"chat_id": 1}, "sendMessage.text: missing"),
        ("sendMessage", {"chat_id": 1, "text": "a", "txt": "b"}, "sendMessage.txt: no such field"),
        ("sendMessage", {"chat_id": True, "text": "a"}, "sendMessage.chat_id: True is no Integer"),
        ("sendMessage", {"chat_id": 1, "text": 7}, "sendMessage.text: 7 is no String"),
        (
            "setMyCommands",
            {"commands": [{"command": "latest"}]},
            "setMyCommands.commands[0].description: missing",
        ),
    ],
)
def test_the_bot_api_says_what_is_wrong(method: str, arguments: dict[str, Any], fault: str) -> None:
    assert bot_api.faults(method, arguments) == [fault]


def test_slack_takes_blocks_that_are_right() -> None:
    assert slack.faults({"text": "hello", "blocks": [SECTION, {"type": "divider"}]}) == []


@pytest.mark.parametrize(
    ("blocks", "fault"),
    [
        ([SECTION] * 51, "more than 50 blocks"),
        ([SECTION | {"block_id": "a"}] * 2, "a block_id twice"),
        ([{"type": "section", "text": {"type": "mrkdwn", "text": " "}}], "a section without text"),
        (
            [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2999}}] * 4,
            "more than 10000 characters in all",
        ),
    ],
)
def test_slack_keeps_the_rules_that_are_written_nowhere(blocks: list[dict[str, Any]], fault: str) -> None:
    assert slack.faults({"text": "hello", "blocks": blocks}) == [fault]


def test_slack_knows_the_shapes_of_blocks() -> None:
    wrong = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text"}]}]}
    assert slack.faults({"text": "hello", "blocks": [wrong]}) != []


def test_slack_knows_the_lengths_of_texts() -> None:
    header = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}
    assert slack.faults({"text": "hello", "blocks": [header]}) != []


def test_slack_refuses_live_markup_in_the_fallback() -> None:
    assert slack.faults({"text": "<!channel>", "blocks": [SECTION]}) == [
        "live markup in the fallback text '<!channel>'"
    ]
