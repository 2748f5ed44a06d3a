"""An answer becomes the exact calls that Slack is sent."""

import pytest

from bot.command import Answer, Button, Command
from bot.delivery.delivery import Call, Destination
from bot.platforms.slack.payload import RESPONSES, calls
from digests.message import Message
from tests.judges.slack import faults

CHANNEL = Destination("slack", "C1")
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Hot"}}
PAGER = ((Button("More", "latest", "azure 5 2"),),)


def message(text: str = "Hot") -> Message:
    return Message("slack", {"text": text, "blocks": [SECTION], "unfurl_links": False, "unfurl_media": False})


def asked(**handles: object) -> Command:
    return Command("latest", "", CHANNEL, "slack/1", **handles)  # type: ignore[arg-type]  # each test gives its own


def arguments(*said: Call) -> list[dict[str, object]]:
    return [dict(call.arguments) for call in said]


def test_a_digest_is_posted_to_its_channel() -> None:
    (call,) = calls(Answer((message(),)), CHANNEL, None)
    assert call == Call("chat.postMessage", {"channel": "C1", **message().payload})


def test_a_digest_for_a_thread_is_posted_in_it() -> None:
    (call,) = calls(Answer((message(),)), Destination("slack", "C1", "17.5"), None)
    assert call.arguments["thread_ts"] == "17.5"


def test_messages_keep_their_order() -> None:
    said = calls(Answer((message("one"), message("two"))), CHANNEL, None)
    assert [call.arguments["text"] for call in said] == ["one", "two"]


def test_a_mention_is_answered_where_it_was_asked() -> None:
    (call,) = calls(Answer((message(),)), Destination("slack", "C1", "17.5"), asked())
    assert (call.method, call.arguments["thread_ts"]) == ("chat.postMessage", "17.5")


def test_a_slash_command_is_answered_to_the_asker_alone() -> None:
    (call,) = calls(Answer((message(),)), CHANNEL, asked(reply={"response_url": "https://hooks/1"}))
    expected = {"response_url": "https://hooks/1", "response_type": "ephemeral", "replace_original": False}
    assert call == Call("respond", {**expected, **message().payload})


def test_a_response_url_is_used_no_more_often_than_it_may() -> None:
    many = Answer(tuple(message(str(number)) for number in range(RESPONSES + 2)))
    said = calls(many, CHANNEL, asked(reply={"response_url": "https://hooks/1"}))
    assert [call.arguments["text"] for call in said] == ["0", "1", "2", "3", "4"]


def test_a_button_under_a_post_edits_it() -> None:
    (call,) = calls(Answer((message(),)), CHANNEL, asked(edit={"ts": "17.5"}))
    assert call == Call("chat.update", {"channel": "C1", "ts": "17.5", "text": "Hot", "blocks": [SECTION]})


def test_an_edit_without_blocks_takes_the_old_ones_away() -> None:
    (call,) = calls(Answer((Message("slack", {"text": "Nothing"}),)), CHANNEL, asked(edit={"ts": "17.5"}))
    assert call.arguments["blocks"] == []


def test_what_an_edit_cannot_hold_is_posted_after_it() -> None:
    said = calls(Answer((message("one"), message("two"))), CHANNEL, asked(edit={"ts": "17.5"}))
    assert [call.method for call in said] == ["chat.update", "chat.postMessage"]


def test_a_button_under_an_ephemeral_answer_replaces_it() -> None:
    said = calls(Answer((message("one"), message("two"))), CHANNEL, asked(edit={"response_url": "https://hooks/2"}))
    assert [call.arguments["replace_original"] for call in said] == [True, False]
    assert "response_type" not in said[0].arguments


def test_buttons_stand_at_the_end_of_the_last_message() -> None:
    one, two = arguments(*calls(Answer((message("one"), message("two")), PAGER), CHANNEL, None))
    assert one["blocks"] == [SECTION]
    assert two["blocks"] == [
        SECTION,
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": "button-0",
                    "text": {"type": "plain_text", "text": "More", "emoji": False},
                    "value": "latest azure 5 2",
                }
            ],
        },
    ]


@pytest.mark.parametrize("buttons", [1, 25, 26, 130])
def test_what_is_posted_passes_the_block_judges(buttons: int) -> None:
    rows = tuple((Button(f"Topic {number}", "topic", f"t{number}"),) for number in range(buttons))
    for call in calls(Answer((message(), message()), rows), CHANNEL, None):
        assert faults({name: value for name, value in call.arguments.items() if name != "channel"}) == []


def test_nothing_to_say_is_no_call() -> None:
    assert calls(Answer((), PAGER), CHANNEL, asked(edit={"response_url": "https://hooks/2"})) == ()
