"""The stand-in for Telegram behaves as the Bot API does, over real sockets."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from bot.sandbox.telegram import faults
from bot.sandbox.telegram.stand_in import TelegramStandIn
from tests.bot.sandbox.telegram.client import CHANNEL, GROUP, KEYBOARD, PERSON, SUPERGROUP, TOKEN, Client


async def test_a_sent_message_is_shown_as_a_client_shows_it(client: Client) -> None:
    sent = await client.call("sendMessage", chat_id=PERSON, text=" <b>Hot</b> &amp; new ", parse_mode="HTML")

    assert (sent["message_id"], sent["text"], sent["chat"]["type"]) == (1, "Hot & new", "private")
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 3}]
    assert client.telegram.messages(PERSON) == [sent]


async def test_a_form_is_as_good_as_json(client: Client) -> None:
    form = {"chat_id": str(SUPERGROUP), "text": "news", "message_thread_id": "7", "reply_markup": json.dumps(KEYBOARD)}
    async with client.session.post(f"{client.telegram.url}/bot{TOKEN}/sendMessage", data=form) as response:
        sent = (await response.json())["result"]

    assert (sent["message_thread_id"], sent["reply_markup"]) == (7, KEYBOARD)
    assert client.telegram.calls[0].arguments["reply_markup"] == KEYBOARD


async def test_a_query_will_do_too(client: Client) -> None:
    url = f"{client.telegram.url}/bot{TOKEN}/sendMessage"
    async with client.session.get(url, params={"chat_id": PERSON, "text": "news"}) as response:
        assert response.status == 200


async def test_private_chats_and_groups_number_their_messages_together_and_channels_apart(client: Client) -> None:
    numbers = [
        (await client.call("sendMessage", chat_id=chat, text="news"))["message_id"]
        for chat in (PERSON, GROUP, SUPERGROUP, CHANNEL, PERSON)
    ]

    assert numbers == [1, 2, 1, 1, 3]


async def test_a_channel_is_found_by_its_name(client: Client) -> None:
    sent = await client.call("sendMessage", chat_id="@news", text="news")

    assert (sent["chat"]["id"], sent["chat"]["username"]) == (CHANNEL, "news")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"text": "x"}, "chat_id is empty"),
        ({"chat_id": "", "text": "x"}, "chat_id is empty"),
        ({"chat_id": 404, "text": "x"}, "chat not found"),
        ({"chat_id": PERSON}, "message text is empty"),
        ({"chat_id": PERSON, "text": "<b> </b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"chat_id": PERSON, "text": "x" * 4097}, "message is too long"),
        (
            {"chat_id": PERSON, "text": "<br>", "parse_mode": "html"},
            'can\'t parse entities: Unsupported start tag "br" at byte offset 0',
        ),
        ({"chat_id": PERSON, "text": "x", "message_thread_id": 7}, "message thread not found"),
        ({"chat_id": SUPERGROUP, "text": "x", "message_thread_id": 1}, "message thread not found"),
        (
            {"chat_id": PERSON, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x"}]]}},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {
                "chat_id": PERSON,
                "text": "x",
                "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "é" * 33}]]},
            },
            "BUTTON_DATA_INVALID",
        ),
        (
            {"chat_id": PERSON, "text": "x", "reply_markup": {"inline_keyboard": [[{"callback_data": "x"}]]}},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
    ],
)
async def test_a_wrong_message_is_refused_in_the_servers_words(
    client: Client, arguments: dict[str, Any], words: str
) -> None:
    assert await client.refused("sendMessage", **arguments) == (400, f"Bad Request: {words}")


async def test_4096_characters_and_100_entities_are_shown(client: Client) -> None:
    text = "<b>x</b>y" * 101
    sent = await client.call("sendMessage", chat_id=PERSON, text=text + "z" * (4096 - 202), parse_mode="HTML")

    assert (len(sent["text"]), len(sent["entities"])) == (4096, 100)


async def test_an_edit_takes_the_messages_place(client: Client) -> None:
    await client.call("sendMessage", chat_id=PERSON, text="old", reply_markup=KEYBOARD)

    await client.call("editMessageText", chat_id=PERSON, message_id=1, text="new")

    (message,) = client.telegram.messages(PERSON)
    assert message["text"] == "new"
    assert "reply_markup" not in message


async def test_an_edit_that_changes_nothing_is_refused(client: Client) -> None:
    await client.call("sendMessage", chat_id=PERSON, text="same", reply_markup=KEYBOARD)

    status, words = await client.refused(
        "editMessageText", chat_id=PERSON, message_id=1, text="same", reply_markup=KEYBOARD
    )

    assert (status, words.partition(":")[2].partition(":")[0]) == (400, " message is not modified")


async def test_only_the_bots_own_messages_can_be_edited(client: Client) -> None:
    await client.telegram.say(CHANNEL, "mine")

    assert await client.refused("editMessageText", chat_id=CHANNEL, message_id=1, text="x") == (
        400,
        "Bad Request: message can't be edited",
    )
    assert await client.refused("editMessageText", chat_id=CHANNEL, message_id=9, text="x") == (
        400,
        "Bad Request: message to edit not found",
    )
    assert client.telegram.messages(CHANNEL) == []


async def test_a_deleted_message_is_no_more(client: Client) -> None:
    await client.call("sendMessage", chat_id=PERSON, text="news")

    assert await client.call("deleteMessage", chat_id=PERSON, message_id=1) is True
    assert client.telegram.messages(PERSON) == []
    assert (await client.refused("deleteMessage", chat_id=PERSON, message_id=1))[0] == 400


async def test_a_stranger_is_not_served(client: Client) -> None:
    status, body = await client.answer("getMe", token="1:other")

    assert (status, body["description"]) == (401, "Unauthorized")


async def test_a_method_that_is_not_there_is_not_found(client: Client) -> None:
    assert await client.refused("sendTelegram") == (404, "Not Found")


async def test_methods_are_found_in_any_case(client: Client) -> None:
    assert (await client.call("GETME"))["is_bot"] is True


async def test_commands_are_kept_and_checked(client: Client) -> None:
    menu = [{"command": "latest", "description": "News"}]

    await client.call("setMyCommands", commands=menu)

    assert await client.call("getMyCommands") == client.telegram.commands == menu
    for wrong in ([{"command": "Latest", "description": "x"}], [{"command": "latest", "description": ""}], menu * 101):
        assert (await client.refused("setMyCommands", commands=wrong))[0] == 400


async def test_a_poll_gets_what_was_said_and_only_an_offset_takes_it_away(client: Client) -> None:
    first = await client.telegram.say(PERSON, "/latest azure")
    second = await client.telegram.say(CHANNEL, "hello")

    for _ in range(2):
        updates = await client.call("getUpdates", timeout=0)
        assert [update["update_id"] for update in updates] == [first, second]
    assert updates[0]["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 7}]
    assert updates[1]["channel_post"]["text"] == "hello"
    assert len(await client.call("getUpdates", limit=1)) == 1
    assert [one["update_id"] for one in await client.call("getUpdates", offset=second)] == [second]
    assert await client.call("getUpdates", offset=second + 1) == []
    assert client.telegram.pending == []


async def test_a_negative_offset_counts_from_the_end(client: Client) -> None:
    await client.telegram.say(PERSON, "a")
    last = await client.telegram.say(PERSON, "b")

    assert [one["update_id"] for one in await client.call("getUpdates", offset=-1)] == [last]


async def test_a_poll_waits_for_what_comes(client: Client) -> None:
    poll = asyncio.ensure_future(client.call("getUpdates", timeout=30))
    await client.call("getMe")

    number = await client.telegram.say(PERSON, "hello")

    assert [update["update_id"] for update in await poll] == [number]


async def test_kinds_that_nobody_asked_for_are_not_given(client: Client) -> None:
    await client.call("getUpdates", allowed_updates=["message"])

    await client.telegram.block(PERSON)

    assert client.telegram.pending == []


async def test_a_second_poll_ends_the_first(client: Client) -> None:
    first = asyncio.ensure_future(client.refused("getUpdates", timeout=30))
    while not first.done():
        await client.call("getUpdates", timeout=0)

    status, words = await first
    assert (status, words.partition(";")[0]) == (409, "Conflict: terminated by other getUpdates request")


async def test_a_webhook_keeps_pollers_out_until_it_is_deleted(client: Client) -> None:
    await client.call("setWebhook", url="https://a.example/")

    assert (await client.refused("getUpdates"))[0] == 409
    assert (await client.call("getWebhookInfo"))["url"] == "https://a.example/"
    await client.call("deleteWebhook")
    assert await client.call("getUpdates") == []


async def test_a_press_is_to_be_acknowledged_once(client: Client) -> None:
    await client.call("sendMessage", chat_id=PERSON, text="news", reply_markup=KEYBOARD)

    await client.telegram.press(PERSON, 1, "latest 2")

    (update,) = await client.call("getUpdates")
    query = update["callback_query"]
    assert (query["data"], query["message"]["message_id"]) == ("latest 2", 1)
    assert await client.call("answerCallbackQuery", callback_query_id=query["id"]) is True
    assert (await client.refused("answerCallbackQuery", callback_query_id=query["id"]))[0] == 400


async def test_a_group_that_grew_refuses_with_its_new_address_and_says_so_to_both(client: Client) -> None:
    await client.telegram.migrate(GROUP, -1005)

    status, body = await client.answer("sendMessage", chat_id=GROUP, text="news")
    assert (status, body["parameters"]) == (400, {"migrate_to_chat_id": -1005})
    old, new = await client.call("getUpdates")
    assert old["message"]["migrate_to_chat_id"] == -1005
    assert new["message"]["migrate_from_chat_id"] == GROUP
    await client.call("sendMessage", chat_id=-1005, text="news")


@pytest.mark.parametrize(
    ("chat", "words"),
    [
        (PERSON, "bot was blocked by the user"),
        (GROUP, "bot was kicked from the group chat"),
        (CHANNEL, "bot was kicked from the channel chat"),
    ],
)
async def test_a_chat_that_shuts_the_bot_out_says_so_and_can_let_it_in_again(
    client: Client, chat: int, words: str
) -> None:
    await client.telegram.block(chat)

    assert await client.refused("sendMessage", chat_id=chat, text="news") == (403, f"Forbidden: {words}")
    (update,) = await client.call("getUpdates")
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"

    await client.telegram.unblock(chat)
    await client.call("sendMessage", chat_id=chat, text="news")


async def test_faults_come_in_the_order_they_were_told_and_then_stop(client: Client) -> None:
    client.telegram.fail("sendMessage", faults.too_many_requests(5), faults.server_error(accepted=True))

    status, body = await client.answer("sendMessage", chat_id=PERSON, text="1")
    assert (status, body["parameters"]) == (429, {"retry_after": 5})
    assert (await client.answer("sendMessage", chat_id=PERSON, text="2"))[0] == 500
    await client.call("sendMessage", chat_id=PERSON, text="3")

    assert [message["text"] for message in client.telegram.messages(PERSON)] == ["2", "3"]
    assert [call.arguments["text"] for call in client.telegram.requests("sendMessage")] == ["1", "2", "3"]


@pytest.mark.parametrize("fault", [faults.close(accepted=True), faults.cut()], ids=["close", "cut"])
async def test_a_connection_can_end_after_the_message_was_taken(client: Client, fault: faults.Fault) -> None:
    client.telegram.fail("sendMessage", fault)

    with pytest.raises(aiohttp.ClientError):
        await client.answer("sendMessage", chat_id=PERSON, text="news")

    assert len(client.telegram.messages(PERSON)) == 1
    assert client.telegram.calls[0].answer is None


async def test_a_server_can_fall_silent_and_still_close(client: Client) -> None:
    client.telegram.fail("sendMessage", faults.hang())

    silent = asyncio.ensure_future(client.answer("sendMessage", chat_id=PERSON, text="news"))
    await client.telegram.expect(lambda: len(client.telegram.calls) == 1)
    silent.cancel()

    assert len(client.telegram.messages(PERSON)) == 1


async def test_one_can_wait_for_so_many_messages(client: Client) -> None:
    waiting = asyncio.ensure_future(client.telegram.expect(2))
    for text in "ab":
        await client.call("sendMessage", chat_id=PERSON, text=text)

    await waiting


async def test_waiting_in_vain_says_what_was_seen(client: Client) -> None:
    await client.call("getMe")

    with pytest.raises(TimeoutError, match="getMe"):
        await client.telegram.expect(1, seconds=0.01)
    await client.call("getMe")


async def test_a_server_that_was_never_opened_closes_quietly() -> None:
    await TelegramStandIn().__aexit__(None, None, None)


async def test_a_chat_can_be_added_by_what_happens_in_it(client: Client) -> None:
    await client.telegram.say(-9, "hello")

    assert (await client.call("sendMessage", chat_id=-9, text="hi"))["chat"]["type"] == "group"


async def test_any_update_can_be_put_in(client: Client) -> None:
    await client.telegram.push({"update_id": 1, "odd": True})

    assert await client.call("getUpdates") == [{"update_id": 1, "odd": True}]
