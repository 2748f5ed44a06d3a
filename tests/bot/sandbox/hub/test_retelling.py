"""What stood in the chats can be told from a recording alone."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.hub.hub import Hub
from bot.sandbox.hub.retelling import Retelling
from bot.sandbox.hub.rooms import NEWS, PRIVATE
from bot.sandbox.recording import Direction, Entry
from tests.bot.sandbox.hub.asking import Asking, call_slack, call_telegram


def call(platform: str, name: str, arguments: Mapping[str, Any], answer: Mapping[str, Any] | None) -> Entry:
    return Entry(1, 0.0, platform, Direction.CALL, name, arguments, 200, answer)


def event(platform: str, name: str, arguments: Mapping[str, Any]) -> Entry:
    return Entry(1, 0.0, platform, Direction.EVENT, name, arguments)


async def test_the_chats_of_a_recording_are_those_that_were(hub: Hub, asking: Asking) -> None:
    for method, arguments in (
        ("sendMessage", {"chat_id": PRIVATE, "text": "one"}),
        ("sendMessage", {"chat_id": PRIVATE, "text": "two"}),
        ("editMessageText", {"chat_id": PRIVATE, "message_id": 1, "text": "uno"}),
        ("deleteMessage", {"chat_id": PRIVATE, "message_id": 2}),
    ):
        await call_telegram(hub, asking, method, **arguments)
    await hub.telegram.say(PRIVATE, "/latest")
    await call_telegram(hub, asking, "getUpdates")
    posted = await call_slack(hub, asking, "chat.postMessage", channel=NEWS, text="one")
    await call_slack(hub, asking, "chat.update", channel=NEWS, ts=posted["ts"], text="uno")
    gone = await call_slack(hub, asking, "chat.postMessage", channel=NEWS, text="two")
    await call_slack(hub, asking, "chat.delete", channel=NEWS, ts=gone["ts"])

    told = Retelling()
    for entry in hub.recorder.entries():
        told.take(entry)

    assert list(told.messages("telegram", str(PRIVATE))) == hub.telegram.history(PRIVATE)
    [message] = told.messages("slack", NEWS)
    assert {**hub.slack.messages(NEWS)[0], "channel": NEWS} == message


def test_what_people_write_in_slack_is_in_what_the_bot_was_told() -> None:
    told = Retelling()
    said = {"type": "app_mention", "channel": "C1", "ts": "1.0", "user": "U1", "text": "hello"}

    assert told.take(event("slack", "app_mention", {"event": said})) == (("slack", "C1"),)
    assert told.messages("slack", "C1") == (said,)


def test_what_one_person_alone_sees_is_told() -> None:
    told = Retelling()
    alone = {"channel": "C1", "user": "U1", "text": "psst"}
    told.take(call("slack", "chat.postEphemeral", alone, {"ok": True, "message_ts": "1.0"}))
    answer = {"ok": True, "channel": "C1", "ts": "2.0", "message": {"text": "there", "is_ephemeral": True}}
    told.take(call("slack", "respond", {"text": "there"}, answer))

    assert [(one["text"], one["is_ephemeral"]) for one in told.messages("slack", "C1")] == [
        ("psst", True),
        ("there", True),
    ]


def test_a_response_that_takes_its_message_away_is_told() -> None:
    told = Retelling()
    there = {"ok": True, "channel": "C1", "ts": "2.0", "message": {"text": "there"}}
    told.take(call("slack", "respond", {"text": "there"}, there))
    told.take(call("slack", "respond", {"delete_original": True}, {**there, "message": {}}))

    assert told.messages("slack", "C1") == ()


def test_what_was_refused_or_is_about_no_message_changes_nothing() -> None:
    told = Retelling()

    assert told.take(call("slack", "chat.postMessage", {"channel": "C1"}, {"ok": False, "error": "no_text"})) == ()
    assert told.take(call("slack", "auth.test", {}, {"ok": True})) == ()
    assert told.take(call("telegram", "sendMessage", {"chat_id": 1}, {"ok": False})) == ()
    assert told.take(call("telegram", "getMe", {}, None)) == ()
    assert told.take(event("slack", "slash_commands", {"command": "/latest"})) == ()
