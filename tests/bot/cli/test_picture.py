"""A digest's picture shows both chats, as HTML and as PNG."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.picture import in_slack, in_telegram, write_picture
from bot.errors import BotError, UsageError
from digests.message import Message

NINE = datetime(2026, 1, 15, 9, tzinfo=UTC)


async def test_a_message_stands_in_a_group_as_telegram_parsed_it() -> None:
    [message] = await in_telegram("News", [Message("telegram", {"text": "<b>hot</b>", "parse_mode": "HTML"})], NINE)

    assert message["text"] == "hot"
    assert [one["type"] for one in message["entities"]] == ["bold"]
    assert (message["chat"]["title"], message["from"]["first_name"]) == ("News", "Heatwire")
    assert message["date"] == NINE.timestamp()


async def test_a_message_stands_in_a_channel_as_slack_keeps_it() -> None:
    blocks = [{"type": "divider"}]
    [message] = await in_slack([Message("slack", {"text": "hot", "blocks": blocks, "unfurl_links": False})], NINE)

    assert [block["type"] for block in message["blocks"]] == ["divider"]
    assert float(message["ts"]) == NINE.timestamp()


async def test_what_telegram_does_not_take_is_not_drawn() -> None:
    with pytest.raises(BotError, match="can't parse entities"):
        await in_telegram("News", [Message("telegram", {"text": "<b>", "parse_mode": "HTML"})], NINE)


async def test_what_slack_does_not_take_is_not_drawn() -> None:
    with pytest.raises(BotError, match="invalid_blocks"):
        await in_slack([Message("slack", {"text": "x", "blocks": [{"type": "hot"}]})], NINE)


def test_a_page_is_written_alone(tmp_path: Path) -> None:
    page = tmp_path / "out.html"

    assert write_picture(page, "<p>") == (page,)
    assert page.read_text("utf-8") == "<p>"


def test_another_kind_of_file_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"out.jpg' is neither a .png nor a .html"):
        write_picture(tmp_path / "out.jpg", "")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BotError, match=r"no/out.html: No such file or directory"):
        write_picture(tmp_path / "no" / "out.html", "")
