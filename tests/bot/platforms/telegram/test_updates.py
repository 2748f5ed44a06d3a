"""What Telegram reports is understood as a command, as news of a chat, or as nothing of ours."""

from inspect import signature
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import ChatMemberAdministrator, ChatMemberRestricted, Update

from bot.chat_events import ChatGone, ChatJoined, ChatMoved
from bot.command import Command
from bot.delivery.delivery import Destination
from bot.delivery.outcome import Sighting
from bot.platforms.telegram.updates import Identity, event, shown
from bot.receiving.received import Event

OURS = Identity("HeatBot", {"latest": "latest", "topic": "thema", "help": "help"})
GROUP = {"id": -1001, "type": "supergroup", "title": "Team"}
PRIVATE = {"id": 42, "type": "private", "first_name": "Ada"}
ADA = {"id": 42, "is_bot": False, "first_name": "Ada"}
BOT = {"id": 1, "is_bot": True, "first_name": "Heat"}


def understood(**content: Any) -> Event | None:
    update = Update.de_json({"update_id": 9, **content}, None)
    return event(update, OURS)


def message(text: str | None, chat: dict[str, Any] = GROUP, **more: Any) -> dict[str, Any]:
    base = {"message_id": 3, "date": 0, "chat": chat, "from": ADA, **more}
    return base if text is None else {**base, "text": text}


def standing(status: str, **more: Any) -> dict[str, Any]:
    rights = {*signature(ChatMemberAdministrator).parameters, *signature(ChatMemberRestricted).parameters}
    given = {"user": BOT, "status": status, "until_date": 0, **more}
    return {**dict.fromkeys(rights - {"api_kwargs", "custom_title", "tag"}, False), **given}


def changed(was: dict[str, Any], now: dict[str, Any], chat: dict[str, Any] = GROUP) -> Event | None:
    change = {"chat": chat, "from": ADA, "date": 0, "old_chat_member": was, "new_chat_member": now}
    return understood(my_chat_member=change)


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("/latest", "latest", ""),
        ("/latest azure 5", "latest", "azure 5"),
        ("/latest@HeatBot azure 5", "latest", "azure 5"),
        ("/latest@heatbot", "latest", ""),
        ("/LATEST  Power Apps ", "latest", "Power Apps"),
        ("/latest\tazure", "latest", "azure"),
        ("/latest azure\nand thanks", "latest", "azure"),
        ("/thema azure", "topic", "azure"),
        ("/Thema@HEATBOT", "topic", ""),
        ("/latest #TensorFlow 3", "latest", "#TensorFlow 3"),
    ],
)
def test_a_command_is_understood(text: str, name: str, argument: str) -> None:
    assert understood(message=message(text)) == Command(name, argument, Destination("telegram", "-1001"), "telegram/9")


@pytest.mark.parametrize(
    "text",
    [
        "latest",
        "see /latest",
        "/latest@OtherBot azure",
        "/topic azure",
        "/unknown",
        "/latest! azure",
        "/lätest",
        "/",
        "//latest",
        "",
        "\n/latest",
        None,
    ],
)
def test_what_is_no_command_of_ours_is_left_alone(text: str | None) -> None:
    assert understood(message=message(text)) is None


def test_a_command_keeps_the_topic_of_the_forum_it_was_asked_in() -> None:
    found = understood(message=message("/latest", message_thread_id=7, is_topic_message=True))

    assert isinstance(found, Command)
    assert found.origin == Destination("telegram", "-1001", "7")


def test_a_chain_of_replies_is_no_thread() -> None:
    found = understood(message=message("/latest", message_thread_id=7))

    assert isinstance(found, Command)
    assert found.origin.thread is None


def test_a_command_posted_in_a_channel_is_one() -> None:
    channel = {"id": -1002, "type": "channel", "title": "News"}
    post = {"message_id": 3, "date": 0, "chat": channel, "sender_chat": channel, "text": "/latest"}

    found = understood(channel_post=post)

    assert isinstance(found, Command)
    assert found.origin == Destination("telegram", "-1002")


def test_a_channels_post_repeated_in_its_group_is_no_second_command() -> None:
    assert understood(message=message("/latest", is_automatic_forward=True)) is None


@pytest.mark.parametrize("kind", ["edited_message", "edited_channel_post"])
def test_an_edited_message_was_answered_when_it_was_new(kind: str) -> None:
    assert understood(**{kind: message("/latest", edit_date=1)}) is None


def test_a_pressed_button_is_the_command_it_stands_for_as_an_edit() -> None:
    under = message("news", message_thread_id=7, is_topic_message=True, message_id=12)

    found = understood(
        callback_query={"id": "q", "from": ADA, "chat_instance": "c", "data": "latest a 5", "message": under}
    )

    assert found == Command("latest", "a 5", Destination("telegram", "-1001", "7"), "telegram/9", {"message_id": 12})


def test_a_button_under_a_message_too_old_to_be_seen_still_works() -> None:
    old = {"message_id": 12, "date": 0, "chat": GROUP}

    found = understood(callback_query={"id": "q", "from": ADA, "chat_instance": "c", "data": "topic", "message": old})

    assert found == Command("topic", "", Destination("telegram", "-1001"), "telegram/9", {"message_id": 12})


@pytest.mark.parametrize("data", ["drop tables", "", " latest", "thema azure", None])
def test_a_press_with_data_that_we_never_made_is_no_command(data: str | None) -> None:
    query = {"id": "q", "from": ADA, "chat_instance": "c", "data": data, "message": message("news")}

    assert understood(callback_query=query) is None


def test_a_press_without_a_message_is_no_command() -> None:
    query = {"id": "q", "from": ADA, "chat_instance": "c", "data": "latest", "inline_message_id": "i"}

    assert understood(callback_query=query) is None


def test_a_group_that_became_a_supergroup_has_moved() -> None:
    old = {"id": -5, "type": "group", "title": "Team"}

    assert understood(message=message(None, old, migrate_to_chat_id=-1001)) == ChatMoved("telegram", "-5", "-1001")


def test_the_supergroups_own_word_of_it_adds_nothing() -> None:
    assert understood(message=message(None, migrate_from_chat_id=-5)) is None


@pytest.mark.parametrize(
    "now",
    [standing("kicked"), standing("left"), standing("restricted", is_member=False)],
    ids=lambda now: now["status"],
)
def test_a_bot_that_is_shut_out_has_lost_the_chat(now: dict[str, Any]) -> None:
    assert changed(standing("member"), now) == ChatGone("telegram", "-1001")
    assert changed(now, standing("administrator")) == ChatJoined("telegram", "-1001")


def test_a_person_who_blocks_the_bot_is_gone() -> None:
    assert changed(standing("member"), standing("kicked"), PRIVATE) == ChatGone("telegram", "42")


@pytest.mark.parametrize(
    "now", [standing("administrator"), standing("restricted", is_member=True)], ids=lambda now: now["status"]
)
def test_with_other_rights_in_the_chat_the_bot_may_be_able_to_send_again(now: dict[str, Any]) -> None:
    assert changed(standing("member"), now) == ChatJoined("telegram", "-1001")


def test_a_bot_that_was_outside_and_stays_there_changes_nothing() -> None:
    assert changed(standing("left"), standing("kicked")) is None


def test_an_update_of_another_kind_says_nothing_to_us() -> None:
    assert understood(poll_answer={"poll_id": "1", "option_ids": [], "option_persistent_ids": [], "user": ADA}) is None


@given(st.text(max_size=60))
def test_any_text_is_a_command_of_ours_or_nothing(text: str) -> None:
    found = understood(message=message("/" + text))

    assert found is None or (isinstance(found, Command) and found.name in OURS.names and "\n" not in found.argument)


THERE: dict[str, Any] = {"id": -1001234567890, "type": "supergroup", "title": "News"}
HERE: dict[str, Any] = {"id": 7, "type": "private"}


@pytest.mark.parametrize(
    ("content", "numbers"),
    [
        ({"message": {"message_id": 5, "chat": HERE, "text": "hello"}}, [("telegram:account", 5)]),
        ({"channel_post": {"message_id": 5, "chat": THERE}}, [("telegram:-1001234567890", 5)]),
        ({"message": {"message_id": 9, "chat": {"id": -55}, "new_chat_title": "News"}}, [("telegram:account", 9)]),
        ({"callback_query": {"id": "1", "message": {"message_id": 5, "chat": HERE}}}, [("telegram:account", 5)]),
        ({"callback_query": {"id": "1", "inline_message_id": "x"}}, []),
        (
            {"message": {"message_id": 5, "chat": HERE, "reply_to_message": {"message_id": 3, "chat": HERE}}},
            [("telegram:account", 5), ("telegram:account", 3)],
        ),
        (
            {"message": {"message_id": 5, "chat": HERE, "pinned_message": {"message_id": 2, "chat": HERE, "date": 0}}},
            [("telegram:account", 5), ("telegram:account", 2)],
        ),
        ({"my_chat_member": {"chat": HERE, "date": 1}}, []),
        ({"message": {"message_id": 2**63, "chat": HERE}}, []),
        ({"message": "odd", "channel_post": {"message_id": "5", "chat": 7}}, []),
    ],
)
def test_every_message_number_that_an_update_shows_is_sighted(
    content: dict[str, Any], numbers: list[tuple[str, int]]
) -> None:
    assert list(shown({"update_id": 1, **content})) == [Sighting(*number) for number in numbers]
