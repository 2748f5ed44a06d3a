"""What Slack reports is understood as a command or as what became of a chat."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat_events import ChatJoined
from bot.command import Command
from bot.delivery.delivery import Destination
from bot.platforms.slack.updates import command, joined, plain, received, typed_names
from bot.receiving.received import Received

URL = "https://hooks.slack.com/commands/T1/1/x"


def slash(name: str, text: str = "", **fields: Any) -> dict[str, Any]:
    return {"command": name, "text": text, "channel_id": "C1", "response_url": URL, "trigger_id": "1.2.a"} | fields


def event(text: str, **fields: Any) -> dict[str, Any]:
    told = {"type": "app_mention", "channel": "C1", "user": "U1", "ts": "17.5", "text": text} | fields
    return {"type": "event_callback", "event_id": "Ev1", "event": told}


def direct(text: str, **fields: Any) -> dict[str, Any]:
    return event(text, type="message", channel_type="im", channel="D1", **fields)


def press(value: str = "latest azure 5 2", **fields: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "channel": {"id": "C1"},
        "container": {"type": "message", "message_ts": "17.5", "channel_id": "C1", "is_ephemeral": False},
        "actions": [{"type": "button", "action_id": "button-0", "value": value}],
        "response_url": URL,
        "trigger_id": "1.2.b",
    } | fields


def meant(body: dict[str, Any], **names: str) -> tuple[str, str] | None:
    found = command(body, names)
    return None if found is None else (found.name, found.argument)


def test_a_slash_command_is_answered_through_its_response_url() -> None:
    expected = Command("latest", "azure 5", Destination("slack", "C1"), "slack/1.2.a", reply={"response_url": URL})
    assert command(slash("/latest", " azure  5 "), {}) == expected


@pytest.mark.parametrize("name", ["latest", "topic", "topics", "help", "start"])
def test_each_canonical_name_is_a_slash_command(name: str) -> None:
    assert meant(slash(f"/{name.upper()}")) == (name, "")


@pytest.mark.parametrize("called", ["news-topic", "/news-topic", "/News-Topic"])
def test_a_command_goes_by_the_name_that_it_was_given(called: str) -> None:
    assert meant(slash("/news-topic", "azure"), topic=called) == ("topic", "azure")


def test_a_given_name_wins_over_a_canonical_one() -> None:
    assert meant(slash("/topics"), topic="topics") == ("topic", "")


def test_names_of_what_there_is_not_give_no_command() -> None:
    assert meant(slash("/weather"), weather="weather") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("latest azure 5", ("latest", "azure 5")),
        ("/topic azure", ("topic", "azure")),
        ("TOPICS", ("topics", "")),
        ("", ("help", "")),
        ("weather in Berlin", ("help", "")),
        ("digest digest", ("help", "")),
    ],
)
def test_digest_takes_a_subcommand(text: str, expected: tuple[str, str]) -> None:
    assert meant(slash("/digest", text)) == expected


def test_a_slash_command_without_a_channel_is_none() -> None:
    assert meant(slash("/latest", channel_id=None)) is None


def test_a_slash_command_without_a_response_url_is_answered_by_a_post() -> None:
    found = command(slash("/latest", response_url=""), {})
    assert found is not None
    assert found.reply == {}


def test_without_a_trigger_the_whole_body_is_the_key() -> None:
    first, again, other = (command(slash("/latest", text, trigger_id=None), {}) for text in ("a", "a", "b"))
    assert first is not None
    assert again is not None
    assert other is not None
    assert first.key == again.key != other.key


def test_a_mention_is_answered_in_its_thread() -> None:
    expected = Command("latest", "azure 5", Destination("slack", "C1", "17.5"), "slack/C1/17.5")
    assert command(event("<@U0BOT> latest azure 5"), {}) == expected


def test_a_mention_within_a_thread_is_answered_there() -> None:
    found = command(event("<@U0BOT> latest", thread_ts="12.1"), {})
    assert found is not None
    assert found.origin.thread == "12.1"


@pytest.mark.parametrize("text", ["<@U0BOT>", "thanks <@U0BOT|heatwire>!", "<@U0BOT> azure"])
def test_a_mention_that_asks_for_nothing_known_gets_help(text: str) -> None:
    assert meant(event(text)) == ("help", "")


def test_the_mention_may_stand_at_the_end() -> None:
    assert meant(event("topic azure <@U0BOT>")) == ("topic", "azure")


def test_a_direct_message_is_answered_beside_it() -> None:
    found = command(direct("latest azure"), {})
    assert found is not None
    assert (found.name, found.argument, found.origin) == ("latest", "azure", Destination("slack", "D1"))


@pytest.mark.parametrize(
    "fields",
    [
        {"bot_id": "B1"},
        {"subtype": "message_changed"},
        {"user": None},
        {"channel_type": "channel", "type": "message"},
        {"type": "reaction_added"},
        {"ts": None},
        {"channel": 5},
    ],
)
def test_what_nobody_said_to_the_bot_is_no_command(fields: dict[str, Any]) -> None:
    assert command(event("<@U0BOT> latest", **fields), {}) is None


def test_an_event_told_again_is_the_same_command() -> None:
    first = event("<@U0BOT> latest")
    again = first | {"event_id": "Ev2"}  # as a channel shared by two workspaces tells it
    assert command(first, {}) == command(again, {})


def test_a_press_under_a_post_edits_it() -> None:
    expected = Command("latest", "azure 5 2", Destination("slack", "C1"), "slack/1.2.b", edit={"ts": "17.5"})
    assert command(press(), {}) == expected


def test_a_press_under_an_ephemeral_answer_replaces_it_through_its_response_url() -> None:
    container = {"message_ts": "17.5", "channel_id": "C1", "is_ephemeral": True}
    found = command(press(container=container, channel=None), {})
    assert found is not None
    assert (found.edit, found.origin.address) == ({"response_url": URL}, "C1")


def test_a_press_in_a_thread_belongs_to_it() -> None:
    found = command(press(message={"thread_ts": "12.1"}), {})
    assert found is not None
    assert found.origin.thread == "12.1"


def test_a_press_under_the_message_that_a_thread_hangs_on_belongs_to_the_channel() -> None:
    found = command(press(message={"thread_ts": "17.5"}), {})
    assert found is not None
    assert found.origin.thread is None


def test_a_choice_from_a_menu_is_a_press() -> None:
    menu = {"type": "static_select", "action_id": "menu-0", "selected_option": {"value": "topic azure"}}
    assert meant(press(actions=[menu])) == ("topic", "azure")


@pytest.mark.parametrize(
    "fields",
    [
        {"actions": []},
        {"actions": None},
        {"actions": ["x"]},
        {"actions": [{"value": "launch rockets"}]},
        {"channel": None, "container": {}},
        {"container": {"channel_id": "C1"}, "response_url": None},
    ],
)
def test_a_press_that_says_nothing_is_no_command(fields: dict[str, Any]) -> None:
    assert command(press(**fields), {}) is None


@pytest.mark.parametrize("body", [{}, {"type": "view_submission"}, {"type": "event_callback", "event": None}])
def test_other_payloads_are_no_command(body: dict[str, Any]) -> None:
    assert command(body, {}) is None


def test_names_that_slack_keeps_are_typed_through_the_umbrella() -> None:
    typed = typed_names({"topic": "/topic", "latest": "news", "digest": "heat"})
    assert {name: typed[name] for name in ("topic", "help", "latest", "topics")} == {
        "topic": "heat topic",
        "help": "heat help",
        "latest": "news",
        "topics": "topics",
    }


def test_a_name_of_ones_own_for_a_reserved_one_is_typed_as_it_is() -> None:
    assert typed_names({"topic": "news-topic"})["topic"] == "news-topic"


@pytest.mark.parametrize("name", ["latest", "topic", "topics", "help"])
def test_what_people_are_told_to_type_is_understood(name: str) -> None:
    slashed, _, rest = f"/{typed_names({})[name]}".partition(" ")
    assert meant(slash(slashed, rest)) == (name, "")


@pytest.mark.parametrize("body", [event("latest"), slash("/latest"), press()])
def test_a_command_is_received_under_its_own_key(body: dict[str, Any]) -> None:
    asked = command(body, {})
    assert asked is not None
    assert received(body, {}) == Received(asked.key, asked)


def test_a_channel_that_let_the_bot_in_is_received_under_the_events_own_id() -> None:
    assert received(membership() | {"event_id": "Ev9"}, {}) == Received("slack/Ev9", ChatJoined("slack", "C1"))


def test_an_event_without_an_id_is_known_by_all_that_it_says() -> None:
    bodies = [membership() | {"event_id": nameless} for nameless in ("", None, "")]
    keys = [found.key for body in bodies if (found := received(body, {})) is not None]
    assert len(keys) == 3
    assert keys[0] == keys[2] != keys[1]


def test_what_asks_for_nothing_is_not_received() -> None:
    assert received(slash("/weather"), {}) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R&amp;D &lt;3 &amp;lt;", "R&D <3 &lt;"),
        ("topic <http://asp.net|asp.net>", "topic asp.net"),
        ("topic <https://a.de/x>", "topic https://a.de/x"),
        ("topic <#C1|azure>", "topic #azure"),
        ("<!here> <!subteam^S1|@ops> latest", "latest"),
        ("a\u00a0 b\n", "a b"),
    ],
)
def test_markup_of_slacks_own_is_undone(text: str, expected: str) -> None:
    assert plain(text) == expected


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=8), part, max_size=3),
    max_leaves=8,
)
bodies = [slash("/latest"), event("<@U0BOT> latest"), direct("topic x"), press()]


@settings(max_examples=150)
@given(st.sampled_from(bodies), st.data())
def test_a_body_of_any_shape_is_taken_or_left(body: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(body)))
    inner = body[name]
    value = data.draw(json)
    if isinstance(inner, dict) and data.draw(st.booleans()):
        value = inner | {data.draw(st.sampled_from(sorted(inner))): value}
    found = command(body | {name: value}, {})
    assert found is None or found.key.startswith("slack/")


def membership(**changes: Any) -> dict[str, Any]:
    told = {"type": "member_joined_channel", "user": "U0BOT", "channel": "C1", **changes}
    return {
        "type": "event_callback",
        "event": told,
        "authorizations": [{"user_id": "U0BOT", "is_bot": True}, {"user_id": "U1", "is_bot": False}],
    }


def test_a_channel_that_let_the_bot_in_has_joined() -> None:
    assert joined(membership()) == ChatJoined("slack", "C1")


@pytest.mark.parametrize(
    "body",
    [
        membership(user="U1"),
        membership(channel=""),
        membership(type="member_left_channel"),
        {**membership(), "authorizations": "nobody"},
        {**membership(), "authorizations": [7]},
        {"command": "/latest"},
    ],
)
def test_nothing_else_has_joined(body: dict[str, Any]) -> None:
    assert joined(body) is None
