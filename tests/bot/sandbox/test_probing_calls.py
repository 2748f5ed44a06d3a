"""Calls that probe the stand-ins, and what the vendors' pages and servers say to each.

Telegram's texts: https://core.telegram.org/bots/api and the open server, https://github.com/tdlib/telegram-bot-api.
Slack's codes: the page of each method below https://docs.slack.dev/reference/methods.
"""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox.slack.stand_in import SlackStandIn
from bot.sandbox.telegram import faults
from bot.sandbox.telegram.stand_in import TelegramStandIn

TOKEN = "123456:TEST"
PERSON, BLOCKED, FORUM, OLD, NEW = 1, 2, -1001, -5, -1005
FIRST = "the first message"
"""Stands for its number, which Telegram chooses."""

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)

TELEGRAM: list[tuple[str, dict[str, Any], int, str]] = [
    ("getMe", {}, 200, ""),
    ("getMessage", {}, 404, "Not Found"),
    ("sendMessage", {"chat_id": 999, "text": "x"}, 400, "Bad Request: chat not found"),
    ("sendMessage", {"chat_id": PERSON, "text": " "}, 400, "Bad Request: message text is empty"),
    ("sendMessage", {"chat_id": PERSON, "text": "x" * 4097}, 400, "Bad Request: message is too long"),
    (
        "sendMessage",
        {"chat_id": PERSON, "text": "<p>x</p>", "parse_mode": "HTML"},
        400,
        'Bad Request: can\'t parse entities: Unsupported start tag "p" at byte offset 0',
    ),
    ("sendMessage", {"chat_id": BLOCKED, "text": "x"}, 403, "Forbidden: bot was blocked by the user"),
    (
        "sendMessage",
        {"chat_id": FORUM, "text": "x", "message_thread_id": 99},
        400,
        "Bad Request: message thread not found",
    ),
    ("sendMessage", {"chat_id": OLD, "text": "x"}, 400, "Bad Request: group chat was upgraded to a supergroup chat"),
    (
        "editMessageText",
        {"chat_id": PERSON, "message_id": FIRST, "text": "first"},
        400,
        NOT_MODIFIED,
    ),
    (
        "editMessageText",
        {"chat_id": PERSON, "message_id": 99, "text": "x"},
        400,
        "Bad Request: message to edit not found",
    ),
    (
        "editMessageCaption",
        {"chat_id": PERSON, "message_id": FIRST, "caption": "x"},
        400,
        "Bad Request: there is no caption in the message to edit",
    ),
    ("deleteMessage", {"chat_id": PERSON, "message_id": 99}, 400, "Bad Request: message to delete not found"),
    ("forwardMessage", {"chat_id": PERSON, "from_chat_id": PERSON, "message_id": FIRST}, 200, ""),
]

SLACK: list[tuple[str, dict[str, Any], str | None]] = [
    ("auth.test", {}, None),
    ("chat.shout", {}, "unknown_method"),
    ("chat.postMessage", {"channel": "C404", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "COUT", "text": "x"}, "not_in_channel"),
    ("chat.postMessage", {"channel": "COLD", "text": "x"}, "is_archived"),
    ("chat.postMessage", {"channel": "C1"}, "no_text"),
    ("chat.postMessage", {"channel": "C1", "text": "x", "blocks": [{"type": "section"}]}, "invalid_blocks"),
    ("chat.update", {"channel": "C1", "ts": "1.000001", "text": "x"}, "message_not_found"),
    ("chat.delete", {"channel": "C1", "ts": "1.000001"}, "message_not_found"),
    ("conversations.history", {"channel": "C404"}, "channel_not_found"),
    ("conversations.replies", {"channel": "C1", "ts": "1.000001"}, "thread_not_found"),
    ("views.open", {"trigger_id": "1.2.x", "view": {"type": "modal"}}, "invalid_trigger_id"),
]


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def telegram(session: aiohttp.ClientSession) -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn(TOKEN) as telegram:
        telegram.chats.add(PERSON)
        telegram.chats.add(BLOCKED)
        telegram.chats.add(FORUM, forum=True)
        telegram.chats.get(FORUM).lost_topics.add(99)
        telegram.chats.add(OLD)
        await telegram.block(BLOCKED)
        await telegram.migrate(OLD, NEW)
        await session.post(f"{telegram.url}/bot{TOKEN}/sendMessage", json={"chat_id": PERSON, "text": "first"})
        yield telegram


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(bot_token="xoxb-t", app_token="xapp-t", signing_secret="s", channels=("C1",)) as slack:
        slack.add_channel("COUT", is_member=False)
        slack.add_channel("COLD", is_archived=True)
        yield slack


@pytest.mark.parametrize(("method", "arguments", "status", "description"), TELEGRAM)
async def test_telegram_answers_as_documented(
    telegram: TelegramStandIn,
    session: aiohttp.ClientSession,
    method: str,
    arguments: dict[str, Any],
    status: int,
    description: str,
) -> None:
    if arguments.get("message_id") == FIRST:
        arguments = {**arguments, "message_id": telegram.messages(PERSON)[0]["message_id"]}
    async with session.post(f"{telegram.url}/bot{TOKEN}/{method}", json=arguments) as answer:
        said = await answer.json()

    assert (answer.status, said.get("description", "")) == (status, description)
    assert said["ok"] is (status == 200)


async def test_telegram_tells_where_a_group_went(telegram: TelegramStandIn, session: aiohttp.ClientSession) -> None:
    async with session.post(f"{telegram.url}/bot{TOKEN}/sendMessage", json={"chat_id": OLD, "text": "x"}) as answer:
        assert (await answer.json())["parameters"] == {"migrate_to_chat_id": NEW}


async def test_telegram_tells_how_long_to_wait(telegram: TelegramStandIn, session: aiohttp.ClientSession) -> None:
    telegram.fail("sendMessage", faults.too_many_requests(7))
    async with session.post(f"{telegram.url}/bot{TOKEN}/sendMessage", json={"chat_id": PERSON, "text": "x"}) as answer:
        said = await answer.json()

    assert (answer.status, said["description"]) == (429, "Too Many Requests: retry after 7")
    assert said["parameters"] == {"retry_after": 7}


async def test_telegram_knows_its_token(telegram: TelegramStandIn, session: aiohttp.ClientSession) -> None:
    async with session.post(f"{telegram.url}/bot123456:WRONG/getMe") as answer:
        assert (answer.status, (await answer.json())["description"]) == (401, "Unauthorized")


@pytest.mark.parametrize(("method", "arguments", "code"), SLACK)
async def test_slack_answers_as_documented(
    slack: SlackStandIn, session: aiohttp.ClientSession, method: str, arguments: dict[str, Any], code: str | None
) -> None:
    bearer = {"Authorization": "Bearer xoxb-t"}
    async with session.post(f"{slack.url}{method}", json=arguments, headers=bearer) as answer:
        said = await answer.json()

    assert (answer.status, said.get("error"), said["ok"]) == (200, code, code is None)


@pytest.mark.parametrize(("headers", "code"), [({}, "not_authed"), ({"Authorization": "Bearer x"}, "invalid_auth")])
async def test_slack_knows_its_token(
    slack: SlackStandIn, session: aiohttp.ClientSession, headers: dict[str, str], code: str
) -> None:
    async with session.post(f"{slack.url}auth.test", headers=headers) as answer:
        assert await answer.json() == {"ok": False, "error": code}
