"""What a bot can do with messages, in the words of the Bot API."""

from typing import Any

import aiohttp
import pytest

from tests.bot.sandbox.telegram.client import CHANNEL, GROUP, KEYBOARD, PERSON, SUPERGROUP, TOKEN, Client
from tests.clock import SettableClock

PROBES: dict[str, dict[str, Any]] = {
    "editMessageCaption": {"caption": "x"},
    "editMessageLiveLocation": {"latitude": 1, "longitude": 2},
}
NOTHING_TO_EDIT = {"editMessageCaption": "caption", "editMessageLiveLocation": "live location"}


def button(**what: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "x", **what}]]}


@pytest.mark.parametrize("method", PROBES)
async def test_a_probe_tells_an_own_text_from_anothers_and_from_none_and_changes_nothing(
    client: Client, method: str
) -> None:
    own = await client.call("sendMessage", chat_id=PERSON, text="mine")
    await client.telegram.say(PERSON, "theirs")
    words = [
        await client.refused(method, chat_id=PERSON, message_id=number, **PROBES[method])
        for number in (own["message_id"], own["message_id"] + 1, 99)
    ]

    assert words == [
        (400, f"Bad Request: there is no {NOTHING_TO_EDIT[method]} in the message to edit"),
        (400, "Bad Request: message can't be edited"),
        (400, "Bad Request: message to edit not found"),
    ]
    assert client.telegram.messages(PERSON) == [own]


@pytest.mark.parametrize(
    ("method", "arguments", "words"),
    [
        ("editMessageText", {"text": "x"}, "message identifier is not specified"),
        ("editMessageText", {"chat_id": PERSON, "message_id": "none", "text": "x"}, "message to edit not found"),
        ("editMessageLiveLocation", {"chat_id": PERSON, "message_id": 1}, "latitude is empty"),
        ("forwardMessage", {"chat_id": GROUP, "from_chat_id": PERSON, "message_id": 9}, "message to forward not found"),
        ("copyMessage", {"chat_id": GROUP, "from_chat_id": PERSON, "message_id": 9}, "message to copy not found"),
        ("sendMessage", {"chat_id": PERSON, "text": "x", "parse_mode": "MarkdownV2"}, "unsupported parse_mode"),
        ("sendMessage", {"chat_id": PERSON, "text": "x" * 32769}, "text is too long"),
        ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": "seven", "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": PERSON, "text": "x", "reply_markup": [1]}, "object expected as reply markup"),
        (
            "sendMessage",
            {"chat_id": PERSON, "text": "x", "reply_markup": button(url="javascript:x")},
            "inline keyboard button URL 'javascript:x' is invalid: Wrong HTTP URL",
        ),
        ("sendMessage", {"chat_id": PERSON, "text": "x", "reply_markup": "{"}, "can't parse reply markup JSON object"),
        (
            "sendMessage",
            {"chat_id": PERSON, "text": "x", "reply_parameters": {"message_id": 9}},
            "message to be replied not found",
        ),
        ("getChatMember", {"chat_id": PERSON, "user_id": 404}, "PARTICIPANT_ID_INVALID"),
        ("getChatMember", {"chat_id": PERSON}, "user not found"),
        ("sendChatAction", {"chat_id": PERSON, "action": "dancing"}, "wrong parameter action in request"),
        ("leaveChat", {"chat_id": PERSON}, "chat member status can't be changed in private chats"),
    ],
)
async def test_a_wrong_call_is_refused_in_the_servers_words(
    client: Client, method: str, arguments: dict[str, Any], words: str
) -> None:
    assert await client.refused(method, **arguments) == (400, f"Bad Request: {words}")


async def test_a_keyboard_can_be_edited_by_itself(client: Client) -> None:
    await client.call("sendMessage", chat_id=PERSON, text="<b>x</b>", parse_mode="HTML", reply_markup=KEYBOARD)

    same = await client.refused("editMessageReplyMarkup", chat_id=PERSON, message_id=1, reply_markup=KEYBOARD)
    edited = await client.call("editMessageReplyMarkup", chat_id=PERSON, message_id=1)

    assert same[1].startswith("Bad Request: message is not modified")
    assert (edited["text"], edited["entities"][0]["type"], "reply_markup" in edited) == ("x", "bold", False)


async def test_an_edit_that_changes_nothing_is_refused_after_an_edit_too(client: Client) -> None:
    await client.call("sendMessage", chat_id=PERSON, text="old")
    await client.call("editMessageText", chat_id=PERSON, message_id=1, text="new")

    status, words = await client.refused("editMessageText", chat_id=PERSON, message_id=1, text="new")

    assert (status, words[:36]) == (400, "Bad Request: message is not modified")


async def test_a_channel_may_let_the_bot_edit_what_others_posted(client: Client) -> None:
    await client.telegram.say(CHANNEL, "theirs")
    client.telegram.chats.get(CHANNEL).edits_others = True

    await client.call("editMessageText", chat_id=CHANNEL, message_id=1, text="overwritten")

    assert client.telegram.history(CHANNEL)[0]["text"] == "overwritten"


@pytest.mark.parametrize(("source", "kind"), [(PERSON, "user"), (CHANNEL, "channel")])
async def test_a_forward_brings_the_whole_message_and_whence_it_came(client: Client, source: int, kind: str) -> None:
    await client.call("sendMessage", chat_id=source, text="<b>x</b>", parse_mode="HTML", reply_markup=KEYBOARD)

    forward = await client.call("forwardMessage", chat_id=SUPERGROUP, from_chat_id=source, message_id=1)

    assert (forward["text"], forward["entities"][0]["type"], forward["chat"]["id"]) == ("x", "bold", SUPERGROUP)
    assert (forward["forward_origin"]["type"], "reply_markup" in forward) == (kind, False)
    assert (await client.refused("editMessageText", chat_id=SUPERGROUP, message_id=1, text="y"))[1] == (
        "Bad Request: message can't be edited"
    )


async def test_a_copy_brings_a_number_and_nothing_else(client: Client) -> None:
    await client.call("sendMessage", chat_id=PERSON, text="x")

    copied = await client.call("copyMessage", chat_id=CHANNEL, from_chat_id=PERSON, message_id=1)

    assert copied == {"message_id": 1}
    assert client.telegram.messages(CHANNEL)[0]["text"] == "x"


@pytest.mark.parametrize(("method", "words"), [("forwardMessage", "forwarded"), ("copyMessage", "copied")])
async def test_protected_content_stays_where_it_is(client: Client, method: str, words: str) -> None:
    await client.call("sendMessage", chat_id=PERSON, text="x", protect_content=True)

    refused = await client.refused(method, chat_id=CHANNEL, from_chat_id=PERSON, message_id=1)

    assert refused == (400, f"Bad Request: message can't be {words}")


async def test_an_answer_shows_what_it_answers(client: Client) -> None:
    await client.telegram.say(PERSON, "how hot is it?")

    answer = await client.call(
        "sendMessage", chat_id=PERSON, text="very", reply_parameters={"message_id": 1, "quote": "hot"}
    )
    elsewhere = await client.call(
        "sendMessage", chat_id=GROUP, text="very", reply_parameters={"message_id": 1, "chat_id": PERSON}
    )
    old = await client.call("sendMessage", chat_id=PERSON, text="very", reply_to_message_id=answer["message_id"])

    assert (answer["reply_to_message"]["text"], answer["quote"]) == ("how hot is it?", {"text": "hot", "position": 4})
    assert elsewhere["reply_to_message"]["chat"]["id"] == PERSON
    assert "reply_to_message" not in old["reply_to_message"]


async def test_an_answer_to_nothing_can_be_sent_all_the_same(client: Client) -> None:
    asked = {"message_id": 9, "allow_sending_without_reply": True}

    assert "reply_to_message" not in await client.call("sendMessage", chat_id=PERSON, text="x", reply_parameters=asked)


async def test_a_quote_that_is_not_in_the_message_is_refused(client: Client) -> None:
    await client.telegram.say(PERSON, "hello")

    refused = await client.refused(
        "sendMessage", chat_id=PERSON, text="x", reply_parameters={"message_id": 1, "quote": "bye"}
    )

    assert refused == (400, "Bad Request: QUOTE_TEXT_INVALID")


async def test_a_deleted_topic_takes_no_messages(client: Client) -> None:
    await client.call("sendMessage", chat_id=SUPERGROUP, text="x", message_thread_id=7)
    client.telegram.chats.get(SUPERGROUP).lost_topics.add(7)

    assert await client.refused("sendMessage", chat_id=SUPERGROUP, text="x", message_thread_id=7) == (
        400,
        "Bad Request: message thread not found",
    )


async def test_messages_of_others_can_be_deleted_in_private_only(client: Client) -> None:
    await client.telegram.say(PERSON, "x")
    await client.telegram.say(GROUP, "x")

    await client.call("deleteMessage", chat_id=PERSON, message_id=1)
    assert await client.refused("deleteMessage", chat_id=GROUP, message_id=2) == (
        400,
        "Bad Request: message can't be deleted",
    )


async def test_a_message_can_be_deleted_for_two_days(client: Client, clock: SettableClock) -> None:
    await client.call("sendMessage", chat_id=PERSON, text="x")

    await clock.advance(48 * 3600 + 1)

    assert await client.refused("deleteMessage", chat_id=PERSON, message_id=1) == (
        400,
        "Bad Request: message can't be deleted for everyone",
    )


async def test_entities_can_come_beside_the_text_and_are_moved_with_it(client: Client) -> None:
    entities = [{"type": "bold", "offset": 0, "length": 4}, {"type": "italic", "offset": 5, "length": 2}]

    sent = await client.call("sendMessage", chat_id=PERSON, text="  hot  ", entities=entities)

    assert (sent["text"], sent["entities"]) == ("hot", [{"type": "bold", "offset": 0, "length": 2}])


async def test_links_and_other_buttons_are_taken(client: Client) -> None:
    keyboard = {"inline_keyboard": [[{"text": "a", "url": "a.b"}, {"text": "c", "copy_text": {"text": "d"}}]]}

    sent = await client.call("sendMessage", chat_id=PERSON, text="x", reply_markup=keyboard)

    assert sent["reply_markup"] == keyboard


async def test_an_empty_json_field_is_none(client: Client) -> None:
    await client.call("sendMessage", chat_id=PERSON, text="x", reply_markup="")

    assert client.telegram.calls[0].arguments["reply_markup"] is None


async def test_a_multipart_body_is_as_good_as_json(client: Client) -> None:
    form = aiohttp.FormData({"chat_id": str(PERSON), "text": "x"}, default_to_multipart=True)
    form.add_field("document", b"file", filename="a.txt")
    async with client.session.post(f"{client.telegram.url}/bot{TOKEN}/sendMessage", data=form) as response:
        assert (await response.json())["result"]["text"] == "x"

    assert client.telegram.calls[0].arguments == {"chat_id": str(PERSON), "text": "x", "document": "a.txt"}


@pytest.mark.parametrize("body", ["{", "[]"])
async def test_a_body_that_is_no_json_object_is_refused(client: Client, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    url = f"{client.telegram.url}/bot{TOKEN}/getMe"
    async with client.session.post(url, data=body, headers=headers) as response:
        assert response.status == 400


@pytest.mark.parametrize("path", ["/", "/bot1:x", "/file/bot1:x/a", "/bot1:x/a/b"])
async def test_what_is_no_call_is_not_found(client: Client, path: str) -> None:
    async with client.session.get(f"{client.telegram.url}{path}") as response:
        assert (await response.json())["description"] == "Not Found"


async def test_a_bot_can_ask_who_and_where_it_is(client: Client) -> None:
    await client.telegram.say(GROUP, "hello", user={"id": 5, "is_bot": False, "first_name": "Eve"})
    ours = [(await client.call("getChatMember", chat_id=chat, user_id=123456))["status"] for chat in (GROUP, CHANNEL)]

    assert (await client.call("getChat", chat_id="@news"))["id"] == CHANNEL
    assert ours == ["member", "administrator"]
    assert (await client.call("getChatMember", chat_id=GROUP, user_id=5))["user"]["first_name"] == "Eve"
    assert (await client.call("getChatMember", chat_id=PERSON, user_id=PERSON))["status"] == "member"
    assert await client.call("sendChatAction", chat_id=PERSON, action="typing") is True


async def test_a_person_who_blocked_the_bot_can_still_be_looked_up(client: Client) -> None:
    await client.telegram.block(PERSON)
    await client.telegram.block(GROUP)

    assert (await client.call("getChat", chat_id=PERSON))["id"] == PERSON
    assert (await client.refused("getChat", chat_id=GROUP))[0] == 403


async def test_a_chat_that_was_left_takes_nothing(client: Client) -> None:
    assert await client.call("leaveChat", chat_id=GROUP) is True

    assert await client.refused("sendMessage", chat_id=GROUP, text="x") == (
        403,
        "Forbidden: bot is not a member of the group chat",
    )


async def test_menus_are_kept_apart_by_scope_and_language(client: Client) -> None:
    menu, scope = [{"command": "latest", "description": "News"}], {"type": "all_private_chats"}

    await client.call("setMyCommands", commands=menu, scope=scope, language_code="de")

    assert await client.call("getMyCommands") == []
    assert await client.call("getMyCommands", scope=scope, language_code="de") == menu
    assert await client.call("deleteMyCommands", scope=scope, language_code="de") is True
    assert await client.call("getMyCommands", scope=scope, language_code="de") == []
