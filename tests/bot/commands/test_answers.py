"""A command to its answer, over a real newsroom."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.command import Answer, Button
from bot.commands.answers import answer, apology, slow_down
from bot.commands.conversation import Conversation
from bot.commands.options import CommandOptions
from bot.commands.pages import DEPTH
from bot.commands.request import page_argument
from bot.commands.topics import LISTED, PICKED_FROM
from bot.delivery.delivery import Destination
from digests.digest import DigestSpec
from tests.bot.office import Office
from tests.builders import BERLIN, CONSOLE, GROUP, NOW, a_command, write_topic

OPTIONS = CommandOptions(BERLIN, latest=DigestSpec(window=timedelta(days=7), limit=3))
PRESSED = {"message_id": 7}


def asked(
    office: Office, line: str, *, now: datetime = NOW, options: CommandOptions = OPTIONS, **changes: Any
) -> Answer:
    return answer(Conversation(a_command(line, **changes), now, office.newsroom, office.renderer, options))


def pressed(office: Office, button: Button, **changes: Any) -> Answer:
    return asked(office, f"{button.name} {button.argument}".strip(), **{"edit": PRESSED, **changes})


def said(answer: Answer) -> str:
    return "\n".join(message.payload["text"] for message in answer.messages)


def buttons(answer: Answer) -> list[Button]:
    return [button for row in answer.buttons for button in row]


def stories_in(answer: Answer) -> list[str]:
    """The names of the stories shown, in order, whichever dialect it is."""
    return re.findall(r"([\w-]+) made news", said(answer))


def fill(office: Office, count: int, **changes: Any) -> None:
    """Stories s01, s02 …, the first the hottest."""
    for number in range(1, count + 1):
        office.add_story(f"s{number:02}", heat=100.0 - number, **changes)


# --- /latest


def test_latest_shows_the_hottest_first_and_as_many_as_are_usual(office: Office) -> None:
    fill(office, 5)
    assert stories_in(asked(office, "latest")) == ["s01", "s02", "s03"]


def test_latest_of_a_topic_shows_that_topic(office: Office) -> None:
    office.add_story("blue", topics=("Azure",))
    office.add_story("red", topics=("Diablo 4",))
    assert stories_in(asked(office, "latest #Azure")) == ["blue"]


@pytest.mark.parametrize(("line", "title"), [("latest", "All topics"), ("latest #azure", "Azure")])
def test_the_heading_names_the_topic_once(office: Office, line: str, title: str) -> None:
    fill(office, 1)
    assert said(asked(office, line)).startswith(f"{title}\n")
    assert said(asked(office, line)).count(title) == 1


def test_latest_takes_a_topic_of_several_words_and_a_number(office: Office) -> None:
    fill(office, 3, topics=("Diablo 4",))
    assert stories_in(asked(office, "latest diablo 4")) == ["s01", "s02", "s03"]
    assert stories_in(asked(office, "latest diablo 4 2")) == ["s01", "s02"]


def test_latest_takes_a_number_alone(office: Office) -> None:
    fill(office, 3)
    assert stories_in(asked(office, "latest 1")) == ["s01"]


@pytest.mark.parametrize(("line", "shown"), [("latest 0", 1), ("latest 21", 20), ("latest azure -4", 1)])
def test_a_number_out_of_range_is_said_and_the_nearest_given(office: Office, line: str, shown: int) -> None:
    fill(office, 22)
    number = line.rpartition(" ")[2]
    answered = asked(office, line)
    assert len(stories_in(answered)) == shown
    assert f"1 to 20 at a time, not {number}" in said(answered)


def test_latest_reaches_further_back_where_its_window_is_empty_and_says_so(office: Office) -> None:
    office.add_story("old", hours_before=24 * 100)
    answered = asked(office, "latest")
    assert stories_in(answered) == ["old"]
    assert "nothing in the last 7d, so these are of the last 365d" in said(answered)


def test_where_there_is_nothing_at_all_latest_says_so(office: Office) -> None:
    answered = asked(office, "latest azure")
    assert "nothing new" in said(answered)
    assert answered.buttons == ()


def test_dates_and_previews_are_as_the_admin_wants(office: Office) -> None:
    office.add_story("one")
    options = CommandOptions(BERLIN, link_previews=True)
    (message,) = asked(office, "latest", options=options, origin=GROUP).messages
    assert message.payload["link_preview_options"]["is_disabled"] is False


# --- pages


def test_pages_go_forth_to_the_end_and_back_with_every_story_once(office: Office) -> None:
    fill(office, 8)
    first = asked(office, "latest azure")
    second = pressed(office, buttons(first)[-1])
    third = pressed(office, buttons(second)[-1])
    assert [stories_in(page) for page in (first, second, third)] == [
        ["s01", "s02", "s03"],
        ["s04", "s05", "s06"],
        ["s07", "s08"],
    ]
    assert stories_in(pressed(office, buttons(third)[0])) == stories_in(second)


def test_buttons_say_where_they_lead_and_the_heading_where_one_is(office: Office) -> None:
    fill(office, 8)
    second = pressed(office, buttons(asked(office, "latest azure"))[-1])
    assert [button.label for button in buttons(second)] == ["◀ 1\N{EN DASH}3", "7\N{EN DASH}8 ▶"]
    assert "4\N{EN DASH}6" in said(second)
    assert " 4. s04" in said(second)


def test_few_stories_need_no_buttons(office: Office) -> None:
    fill(office, 3)
    assert asked(office, "latest").buttons == ()


def test_a_last_page_of_one_story_is_called_by_its_number(office: Office) -> None:
    fill(office, 4)
    assert [button.label for button in buttons(asked(office, "latest"))] == ["4 ▶"]


def test_paging_ends_at_so_many_stories(office: Office) -> None:
    fill(office, DEPTH + 3)
    last = asked(office, f"latest {page_argument('azure', 5, DEPTH - 5, NOW)}", edit=PRESSED)
    assert stories_in(last)[-1] == f"s{DEPTH}"
    assert [button.label[0] for button in buttons(last)] == ["◀"]


def test_pages_belong_to_the_instant_of_the_first(office: Office) -> None:
    fill(office, 4)
    first = asked(office, "latest")
    office.add_story("breaking", heat=500.0, hours_before=-1)
    later = NOW + timedelta(hours=2)
    assert stories_in(pressed(office, buttons(first)[-1], now=later)) == ["s04"]
    assert stories_in(asked(office, "latest", now=later))[0] == "breaking"


def test_a_button_past_the_end_shows_the_last_page(office: Office) -> None:
    fill(office, 4)
    assert stories_in(asked(office, f"latest {page_argument('azure', 3, 900, NOW)}", edit=PRESSED)) == ["s04"]


def test_a_page_that_replaces_a_message_is_one_message(office: Office) -> None:
    fill(office, 40, excerpt="word " * 70)
    options = CommandOptions(BERLIN)
    posted = asked(office, "latest azure 20", options=options, origin=GROUP)
    assert len(posted.messages) > 1
    edited = pressed(office, buttons(posted)[-1], options=options, origin=GROUP)
    assert len(edited.messages) == 1
    assert stories_in(edited)[0] == "s21"
    onward = pressed(office, buttons(edited)[-1], options=options, origin=GROUP)
    shown = [*stories_in(posted), *stories_in(edited), *stories_in(onward)]
    assert shown == [f"s{number:02}" for number in range(1, len(shown) + 1)]


def test_a_topic_too_long_for_a_button_is_shown_without_pages(office: Office) -> None:
    fill(office, 4, topics=("A topic with a name that no button could ever carry",))
    answered = asked(office, "latest A topic with a name that no button could ever carry")
    assert stories_in(answered) == ["s01", "s02", "s03"]
    assert answered.buttons == ()


# --- /topic and /topics


def test_topic_with_a_name_shows_it_in_pages(office: Office) -> None:
    fill(office, 4)
    answered = asked(office, "topic azure")
    assert stories_in(answered) == ["s01", "s02", "s03"]
    assert [button.name for button in buttons(answered)] == ["latest"]


def test_topic_without_a_name_gives_the_most_used_topics_to_pick_from(office: Office) -> None:
    office.add_story("one", topics=("Security",))
    office.add_story("two", topics=("Azure", "Fresh Topic"))
    answered = asked(office, "topic")
    assert [(button.label, button.name, button.argument) for button in buttons(answered)] == [
        ("Azure", "topic", "azure"),
        ("Security", "topic", "security"),
        ("Fresh Topic", "topic", "fresh-topic"),
    ]
    assert stories_in(pressed(office, buttons(answered)[1])) == ["one"]


def test_the_keyboard_has_room_for_so_many_topics(office: Office) -> None:
    office.add_story("one", topics=tuple(f"Topic {number:03}" for number in range(40)))
    assert len(buttons(asked(office, "topic"))) == PICKED_FROM


def test_a_misspelt_topic_is_answered_with_the_nearest(office: Office) -> None:
    fill(office, 1)
    answered = asked(office, "latest azuer 3")
    assert "No topic “azuer”" in said(answered)
    assert Button("Azure", "topic", "azure") in buttons(answered)


def test_a_topic_like_no_other_is_answered_with_where_they_are_listed(office: Office) -> None:
    answered = asked(office, f"topic {'q' * 80}")
    assert f"No topic “{'q' * 39}…”" in said(answered)
    assert "/topics lists them all" in said(answered)
    assert answered.buttons == ()


def test_topics_are_listed_as_a_tree_with_counts(office: Office) -> None:
    office.add_story("one", topics=("Security",))
    office.add_story("two", topics=("Azure",))
    assert said(asked(office, "topics")).splitlines()[-2:] == ["Azure: 2", "\N{EN DASH} Security: 1"]


def test_a_long_list_of_topics_keeps_the_most_used_and_says_how_many_more(office: Office) -> None:
    for number in range(LISTED + 5):
        write_topic(office.archive, f"t{number:03}", f"Topic {number:03}")
    office.add_story("one", topics=tuple(f"Topic {number:03}" for number in range(LISTED + 5)))
    lines = said(asked(office, "topics")).splitlines()
    assert lines[-1] == "… and 5 more, each found by its name"
    assert sum(line.startswith("Topic ") for line in lines) == LISTED


@pytest.mark.parametrize("line", ["topic", "topics"])
def test_an_empty_archive_has_no_topics_yet(office: Office, line: str) -> None:
    assert "No topics yet" in said(asked(office, line))


# --- the rest


@pytest.mark.parametrize("line", ["help", "start", "start deep-link", "dance"])
def test_help_lists_what_can_be_asked_and_gives_a_way_in(office: Office, line: str) -> None:
    answered = asked(office, line)
    assert all(f"/{name}" in said(answered) for name in ("latest", "topic", "topics", "help"))
    assert [button.name for button in buttons(answered)] == ["latest", "topic"]


@pytest.mark.parametrize(
    ("origin", "written"),
    [
        (Destination("telegram", "-100200", "7"), "{telegram: -100200, thread: 7}"),
        (Destination("slack", "C0123"), "{slack: C0123}"),
        (CONSOLE, "{console: true}"),
    ],
)
def test_start_says_how_the_configuration_names_this_chat(office: Office, origin: Destination, written: str) -> None:
    answered = asked(office, "start", origin=origin)
    assert written in str(answered.messages[0].payload)


def test_commands_are_called_what_they_are_called_there(office: Office) -> None:
    options = CommandOptions(BERLIN, names={"console": {"latest": "/news"}})
    assert "/news the hottest stories" in said(asked(office, "help", options=options))
    assert "/latest the hottest stories" in said(asked(office, "help", options=options, origin=GROUP))


def test_the_last_resorts_are_plain_sentences(office: Office) -> None:
    talk = Conversation(a_command(), NOW, office.newsroom, office.renderer, OPTIONS)
    assert "Slow down" in said(slow_down(talk))
    assert "did not work" in said(apology(talk))


@pytest.mark.parametrize("name", ["latest", "topic"])
@pytest.mark.parametrize("argument", ["'; DROP TABLE", "<b>&", "*" * 5000, "\x00", "n5 o0 @", "#", "🔥"])
def test_hostile_words_are_answered_harmlessly(office: Office, name: str, argument: str) -> None:
    fill(office, 1)
    for origin in (GROUP, CONSOLE):
        answered = asked(office, f"{name} {argument}", origin=origin)
        assert answered.messages
        assert "<b>&" not in said(answered) or origin is CONSOLE
