"""A client that knows nothing of us: python-telegram-bot, with its own transport."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, Message, ReplyParameters, Update
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, RetryAfter, TimedOut
from telegram.request import HTTPXRequest

from bot.sandbox.telegram import faults
from bot.sandbox.telegram.stand_in import TelegramStandIn
from tests.bot.sandbox.telegram.client import CHANNEL, GROUP, PERSON, TOKEN
from tests.waiting import PATIENCE

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Older", callback_data="latest 2")]])


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramStandIn]:
    async with TelegramStandIn() as telegram:
        for chat in (PERSON, GROUP):
            telegram.chats.add(chat)
        telegram.chats.add(CHANNEL, "channel", username="news")
        yield telegram


@pytest.fixture
async def bot(telegram: TelegramStandIn) -> AsyncIterator[Bot]:
    requests = [HTTPXRequest(read_timeout=PATIENCE, httpx_kwargs={"trust_env": False}) for _ in range(2)]
    async with Bot(TOKEN, base_url=f"{telegram.url}/bot", request=requests[0], get_updates_request=requests[1]) as bot:
        yield bot


async def test_it_sends_edits_forwards_copies_and_deletes(bot: Bot, telegram: TelegramStandIn) -> None:
    sent = await bot.send_message(PERSON, "<b>Hot</b>", parse_mode="HTML", reply_markup=KEYBOARD)
    answer = await bot.send_message(PERSON, "more", reply_parameters=ReplyParameters(sent.message_id))
    edited = await sent.edit_text("cold")
    forwarded = await sent.forward("@news")
    await answer.copy(GROUP)
    await answer.delete()

    assert (sent.text_html, sent.reply_markup) == ("<b>Hot</b>", KEYBOARD)
    assert answer.reply_to_message is not None
    assert isinstance(edited, Message)
    assert edited.text == "cold"
    assert forwarded.forward_origin is not None
    assert [message["text"] for message in telegram.messages(GROUP)] == ["more"]
    assert [message["text"] for message in telegram.messages(PERSON)] == ["cold"]


async def test_it_learns_of_chats_members_and_menus(bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("latest", "News")])

    assert (await bot.get_chat(CHANNEL)).username == "news"
    assert (await bot.get_chat_member(CHANNEL, bot.id)).status == "administrator"
    assert [command.command for command in await bot.get_my_commands()] == ["latest"]
    assert await bot.send_chat_action(PERSON, "typing")
    assert (await bot.get_webhook_info()).url == ""


async def test_it_polls_and_acknowledges(bot: Bot, telegram: TelegramStandIn) -> None:
    sent = await bot.send_message(PERSON, "news", reply_markup=KEYBOARD)
    await telegram.say(PERSON, "/latest ai")
    await telegram.press(PERSON, sent.message_id, "latest 2")

    written, pressed = await bot.get_updates(allowed_updates=Update.ALL_TYPES)

    assert written.message is not None
    assert written.message.parse_entities(["bot_command"])
    assert pressed.callback_query is not None
    assert await pressed.callback_query.answer()


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")  # of RetryAfter, on itself
async def test_it_understands_refusals_and_faults(bot: Bot, telegram: TelegramStandIn) -> None:
    telegram.fail("sendMessage", faults.too_many_requests(3), faults.hang())
    with pytest.raises(RetryAfter):
        await bot.send_message(PERSON, "x")
    with pytest.raises(TimedOut):
        await bot.send_message(PERSON, "x", read_timeout=0.2)
    with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
        await bot.edit_message_caption(PERSON, 1, caption="x")
    await telegram.block(PERSON)
    with pytest.raises(Forbidden):
        await bot.send_message(PERSON, "x")
    await telegram.migrate(GROUP, -1005)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(GROUP, "x")
    await bot.set_webhook("https://127.0.0.1:1/", secret_token="s")
    with pytest.raises(Conflict):
        await bot.get_updates()

    assert moved.value.new_chat_id == -1005
