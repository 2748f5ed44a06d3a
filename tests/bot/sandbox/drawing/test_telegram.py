"""Text and entities are drawn as Telegram's app shows them."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.drawing.telegram import bubble, day
from tests.bot.sandbox.drawing.hostile import ATTACKS, json_with, plain, texts
from tests.bot.sandbox.drawing.reading import named, of, only, read

NINE = int(datetime(2026, 1, 15, 9, 5, tzinfo=UTC).timestamp())
GROUP = {"id": -100, "type": "supergroup", "title": "News"}
BOT = {"id": 123456, "is_bot": True, "first_name": "Heatwire"}
ADA = {"id": 42, "is_bot": False, "first_name": "Ada", "last_name": "L."}
KINDS = [
    "bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "blockquote", "expandable_blockquote",
    "text_link", "url", "mention", "hashtag", "bot_command", "custom_emoji", "of another world",
]  # fmt: skip


def a_message(text: str = "hello", *entities: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = {"message_id": 7, "from": BOT, "chat": GROUP, "date": NINE, "text": text, "entities": list(entities)}
    return {**told, **more}


def sent_by(sender: Any, **more: Any) -> dict[str, Any]:
    return {**a_message(**more), "from": sender}


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


def drawn(text: str, *entities: dict[str, Any]) -> str:
    """The inside of the text of such a message."""
    fragment = bubble(a_message(text, *entities))
    read(fragment)
    return fragment.partition('<div class="tg-text" dir="auto">')[2].partition("</div>")[0]


def test_a_message_has_its_name_its_text_and_its_time() -> None:
    fragment = bubble(a_message())

    assert only(fragment, "tg-sender").text == "Heatwire"
    assert only(fragment, "tg-avatar").attributes["data-initial"] == "H"
    assert only(fragment, "tg-text").text == "hello"
    assert only(fragment, "tg-stamp").text == "09:05"


def test_clocks_are_those_of_a_zone() -> None:
    assert only(bubble(a_message(), ZoneInfo("Asia/Kolkata")), "tg-time").text == "14:35"


@pytest.mark.parametrize("date", [None, "noon", 10**30, float("nan")])
def test_a_time_that_is_none_is_not_shown(date: object) -> None:
    assert of(bubble(a_message(date=date)), "tg-time") == []


def test_an_edited_message_says_so() -> None:
    assert only(bubble(a_message(edit_date=NINE)), "tg-stamp").text == "edited 09:05"


@pytest.mark.parametrize(("sender", "own"), [(BOT, False), (ADA, True)])
def test_what_a_person_wrote_is_on_the_other_side(sender: dict[str, Any], own: bool) -> None:
    fragment = bubble(sent_by(sender))

    assert ("tg-own" in only(fragment, "tg-message").css) is own
    assert (of(fragment, "tg-sender") == []) is own


def test_in_a_private_chat_nobody_is_named() -> None:
    assert of(bubble(a_message(chat={"id": 42, "type": "private"})), "tg-sender") == []


def test_a_channel_is_named_without_a_picture() -> None:
    channel = {"id": -5, "type": "channel", "title": "Daily"}
    fragment = bubble(sent_by(None, chat=channel, sender_chat=channel))

    assert only(fragment, "tg-sender").text == "Daily"
    assert of(fragment, "tg-avatar") == []


def test_a_sender_whose_id_is_none_is_named_all_the_same() -> None:
    assert only(bubble(sent_by({"first_name": "X"})), "tg-sender").text == "X"


def test_a_message_says_where_it_stands() -> None:
    place = only(bubble(a_message(message_thread_id=3)), "tg-message").attributes

    assert (place["data-chat"], place["data-message"], place["data-thread"]) == ("-100", "7", "3")


@pytest.mark.parametrize(
    ("kind", "html"),
    [
        ("bold", "a <b>few</b> words"),
        ("italic", "a <i>few</i> words"),
        ("underline", "a <u>few</u> words"),
        ("strikethrough", "a <s>few</s> words"),
        ("code", 'a <code class="tg-code">few</code> words'),
        ("spoiler", 'a <span class="tg-spoiler" tabindex="0">few</span> words'),
        ("pre", 'a <code class="tg-pre">few</code> words'),
        ("blockquote", 'a <blockquote class="tg-quote">few</blockquote> words'),
        ("expandable_blockquote", 'a <blockquote class="tg-quote tg-expandable" tabindex="0">few</blockquote> words'),
        ("hashtag", 'a <span class="tg-link">few</span> words'),
        ("of another world", "a few words"),
    ],
)
def test_each_entity_has_its_look(kind: str, html: str) -> None:
    assert drawn("a few words", entity(kind, 2, 3)) == html


def test_a_program_names_its_language() -> None:
    assert drawn("x", entity("pre", 0, 1, language="python")) == (
        '<code class="tg-pre" data-language="python">x</code>'
    )


def test_entities_stand_in_each_other() -> None:
    assert drawn("abc", entity("italic", 1, 1), entity("bold", 0, 3)) == "<b>a<i>b</i>c</b>"


def test_entities_that_cross_are_cut() -> None:
    assert drawn("abc", entity("bold", 0, 2), entity("italic", 1, 2)) == "<b>a<i>b</i></b><i>c</i>"


def test_places_count_utf_16_units() -> None:
    assert drawn("👍 ok", entity("bold", 3, 2)) == "👍 <b>ok</b>"


@pytest.mark.parametrize(
    "nowhere", [entity("bold", 9, 2), entity("bold", 0, 0), entity("bold", -1, 2), {"type": "bold", "offset": None}]
)
def test_entities_outside_the_text_are_none(nowhere: dict[str, Any]) -> None:
    assert drawn("text", nowhere) == "text"


def test_a_link_opens_elsewhere_and_tells_nothing() -> None:
    [link] = of(bubble(a_message("here", entity("text_link", 0, 4, url="https://a.example/?a=1&b=2"))), "tg-link")

    assert link.name == "a"
    assert link.attributes["href"] == "https://a.example/?a=1&b=2"
    assert (link.attributes["rel"], link.attributes["target"]) == ("noopener noreferrer", "_blank")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "tg://user?id=1", "data:text/html,x", "", None, "https:"])
def test_an_address_of_another_kind_leads_nowhere(url: str | None) -> None:
    [link] = of(bubble(a_message("here", entity("text_link", 0, 4, url=url))), "tg-link")

    assert link.name == "span"


@pytest.mark.parametrize(
    ("text", "address"), [("a.example/x", "http://a.example/x"), ("https://a.example", "https://a.example")]
)
def test_an_address_in_the_text_is_a_link(text: str, address: str) -> None:
    assert only(bubble(a_message(text, entity("url", 0, len(text)))), "tg-link").attributes["href"] == address


def test_a_link_in_a_link_is_only_text() -> None:
    links = [entity("text_link", 0, 3, url="https://a.example"), entity("text_link", 1, 1, url="https://b.example")]

    assert [one.attributes["href"] for one in of(bubble(a_message("abc", *links)), "tg-link")] == ["https://a.example"]


def test_buttons_say_what_pressing_them_means() -> None:
    rows = [[{"text": "AI", "callback_data": "topic ai"}, {"text": "Space", "callback_data": '"'}], [{"text": "Off"}]]
    fragment = bubble(a_message(reply_markup={"inline_keyboard": rows}))

    assert [row.text for row in of(fragment, "tg-row")] == ["AISpace", "Off"]
    first, second, third = of(fragment, "tg-button")
    assert (
        first.attributes.items()
        >= {
            "data-chat": "-100",
            "data-message": "7",
            "data-callback": "topic ai",
        }.items()
    )
    assert second.attributes["data-callback"] == '"'
    assert "data-callback" not in third.attributes


def test_a_button_with_an_address_is_a_link() -> None:
    rows = [[{"text": "Open", "url": "https://a.example"}]]
    button = only(bubble(a_message(reply_markup={"inline_keyboard": rows})), "tg-button")

    assert (button.name, button.attributes["href"]) == ("a", "https://a.example")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"migrate_to_chat_id": -100}, "The group was upgraded to a supergroup"),
        ({"dice": {}}, "Unsupported message"),
    ],
)
def test_what_is_no_message_is_a_line_in_the_middle(content: dict[str, Any], words: str) -> None:
    fragment = bubble({"message_id": 1, "chat": GROUP, "date": NINE, **content})

    assert only(fragment, "tg-service").text == words


def test_a_picture_s_caption_is_its_text() -> None:
    message = {"message_id": 1, "chat": GROUP, "caption": "cap", "caption_entities": [entity("bold", 0, 3)]}

    assert named(bubble(message), "b") == ["cap"]


def test_a_day_begins_with_its_date() -> None:
    assert only(day(date(2026, 1, 5)), "tg-day").text == "January 5"


@given(plain, st.lists(st.builds(entity, st.sampled_from(KINDS), st.integers(-3, 70), st.integers(-3, 70))))
@settings(max_examples=60)
def test_the_text_is_shown_as_it_is_whatever_its_entities(text: str, entities: list[dict[str, Any]]) -> None:
    assert only(bubble(a_message(text, *entities)), "tg-text").text == text


@given(
    texts, texts, st.lists(st.builds(entity, st.sampled_from(KINDS), st.integers(0, 9), st.integers(0, 9), url=texts))
)
@settings(max_examples=60)
def test_nothing_in_a_message_breaks_out(text: str, name: str, entities: list[dict[str, Any]]) -> None:
    rows = [[{"text": name, "callback_data": text}, {"text": text, "url": name}]]
    keyboard = {"inline_keyboard": rows}
    read(bubble({**a_message(text, *entities, reply_markup=keyboard), "from": {"first_name": name, "id": text}}))


@given(json_with(["text", "entities", "from", "chat", "reply_markup", "inline_keyboard", "url", "offset"], KINDS))
@settings(max_examples=60)
def test_a_message_of_any_shape_is_drawn(content: object) -> None:
    read(bubble(content if isinstance(content, dict) else {"text": "x", "entities": content, "reply_markup": content}))


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_only_text(attack: str) -> None:
    rows = [[{"text": attack, "callback_data": attack, "url": attack}]]
    read(bubble(a_message(attack, entity("text_link", 0, 50, url=attack), reply_markup={"inline_keyboard": rows})))
