"""An answer becomes exactly these calls."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.command import Answer, Button, Command
from bot.delivery.delivery import Call, Destination
from bot.platforms.telegram.payload import CALLBACK_BYTES, callback_data, calls, chat_id, inline_keyboard
from digests.message import Message

HERE = Destination("telegram", "-1001234567890")
TOPIC = Destination("telegram", "-1001234567890", "7")


def message(text: str = "<b>news</b>") -> Message:
    options = {"is_disabled": True}
    return Message("telegram", {"text": text, "parse_mode": "HTML", "link_preview_options": options})


def command(edit: dict[str, int] | None = None) -> Command:
    return Command("latest", "", HERE, "telegram/1", edit)


def test_a_message_is_sent_with_its_payload_as_it_is() -> None:
    assert calls(Answer((message(),)), HERE, None) == (
        Call(
            "sendMessage",
            {
                "chat_id": -1001234567890,
                "text": "<b>news</b>",
                "parse_mode": "HTML",
                "link_preview_options": {"is_disabled": True},
            },
        ),
    )


def test_a_thread_is_named_by_number() -> None:
    (call,) = calls(Answer((message(),)), TOPIC, None)

    assert call.arguments["message_thread_id"] == 7


def test_a_forums_general_topic_is_named_by_no_number() -> None:
    (call,) = calls(Answer((message(),)), Destination("telegram", "-1001234567890", "1"), None)

    assert "message_thread_id" not in call.arguments


@pytest.mark.parametrize(
    ("address", "expected"),
    [("42", 42), ("-100123", -100123), ("@news", "@news"), ("-", "-"), ("٤٢", "٤٢"), ("--4", "--4")],
)
def test_an_address_is_a_number_where_it_is_written_as_one(address: str, expected: int | str) -> None:
    assert chat_id(address) == expected


def test_several_messages_are_several_calls_in_order() -> None:
    made = calls(Answer((message("1"), message("2"), message("3"))), HERE, command())

    assert [(call.method, call.arguments["text"]) for call in made] == [
        ("sendMessage", "1"),
        ("sendMessage", "2"),
        ("sendMessage", "3"),
    ]


def test_no_message_is_no_call() -> None:
    assert calls(Answer(()), HERE, None) == ()


def test_a_pressed_button_is_answered_in_place_of_its_message() -> None:
    (call,) = calls(Answer((message(),)), TOPIC, command({"message_id": 12}))

    assert call.method == "editMessageText"
    assert call.arguments == {"chat_id": -1001234567890, "message_id": 12, **message().payload}


def test_what_only_a_new_message_can_have_is_left_out_of_an_edit() -> None:
    silent = Message("telegram", {"text": "news", "disable_notification": True, "protect_content": True})

    (call,) = calls(Answer((silent,)), HERE, command({"message_id": 12}))

    assert call.arguments == {"chat_id": -1001234567890, "message_id": 12, "text": "news"}


def test_only_the_first_message_takes_the_place_of_the_pressed_one() -> None:
    made = calls(Answer((message("1"), message("2"))), TOPIC, command({"message_id": 12}))

    assert [call.method for call in made] == ["editMessageText", "sendMessage"]
    assert made[1].arguments["message_thread_id"] == 7


def test_an_edit_without_a_message_is_a_new_message() -> None:
    (call,) = calls(Answer((message(),)), HERE, command({}))

    assert call.method == "sendMessage"


def test_buttons_stand_under_the_last_message() -> None:
    answer = Answer((message("1"), message("2")), ((Button("Older", "latest", "azure 5 2"),),))

    first, last = calls(answer, HERE, None)

    assert "reply_markup" not in first.arguments
    assert last.arguments["reply_markup"] == {
        "inline_keyboard": [[{"text": "Older", "callback_data": "latest azure 5 2"}]]
    }


def test_a_button_without_argument_carries_the_bare_name() -> None:
    assert callback_data("topics", "") == "topics"


def test_a_long_row_goes_on_in_the_next() -> None:
    rows = inline_keyboard([[Button(str(number), "topic", str(number)) for number in range(19)]])

    assert [len(row) for row in rows] == [8, 8, 3]


def test_no_more_than_a_hundred_buttons_are_shown() -> None:
    rows = inline_keyboard([[Button("b", "topic", "b")] * 7] * 20)

    assert sum(map(len, rows)) == 100
    assert all(rows)


def test_a_long_topic_loses_its_end_and_the_numbers_behind_it_stay() -> None:
    data = callback_data("latest", "the-" + "very-" * 20 + "long-topic 5 12")

    assert len(data.encode()) == CALLBACK_BYTES
    assert data.startswith("latest the-very-very-")
    assert data.endswith(" 5 12")


def test_a_cut_falls_between_characters() -> None:
    assert callback_data("topic", "é" * 60) == "topic " + "é" * 29


@given(st.sampled_from(["latest", "topic"]), st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_data_fits_whatever_the_argument_is(name: str, argument: str) -> None:
    data = callback_data(name, argument)

    assert len(data.encode()) <= CALLBACK_BYTES
    assert data.split(" ")[0] == name


@given(st.lists(st.text("abcdefg-", min_size=1, max_size=9), max_size=5))
def test_data_that_fits_is_not_touched(words: list[str]) -> None:
    assert callback_data("latest", " ".join(words)) == " ".join(["latest", *words])
