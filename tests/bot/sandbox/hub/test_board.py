"""What the pages are told of a chat: all of it once, then what is new."""

from typing import Any

from bot.sandbox.hub.board import MOST, Board
from bot.sandbox.hub.rooms import Room

ROOM = Room("slack", "C1", "#news", "channel")


def message(ts: int, text: str = "hello", **more: Any) -> dict[str, Any]:
    return {"ts": f"{ts}.000100", "text": text, **more}


def board() -> Board:
    return Board({"slack": lambda message: f"<p>{message['text']}</p>"}, [ROOM])


def test_a_new_message_is_drawn_and_told() -> None:
    change = board().update("slack", "C1", [message(1, thread_ts="0.1")])

    assert change.room == "slack:C1"
    [shown] = change.put
    assert (shown.id, shown.thread, shown.html) == ("1.000100", "0.1", "<p>hello</p>")


def test_what_stands_there_already_is_not_told_again() -> None:
    shown = board()
    shown.update("slack", "C1", [message(1)])

    change = shown.update("slack", "C1", [message(1), message(2)])

    assert [one.id for one in change.put] == ["2.000100"]
    assert [one["id"] for one in shown.chats()["slack:C1"]] == ["1.000100", "2.000100"]


def test_an_edit_in_place_is_told() -> None:
    shown, kept = board(), message(1)
    shown.update("slack", "C1", [kept])
    kept["text"] = "changed"

    [edited] = shown.update("slack", "C1", [kept]).put

    assert edited.html == "<p>changed</p>"


def test_a_message_that_is_gone_is_told_as_gone() -> None:
    shown = board()
    shown.update("slack", "C1", [message(1), message(2)])

    change = shown.update("slack", "C1", [message(2)])

    assert (change.put, change.gone) == ((), ("1.000100",))


def test_a_long_chat_shows_its_end() -> None:
    shown = board()

    shown.update("slack", "C1", [message(number) for number in range(MOST + 5)])

    assert next(one["id"] for one in shown.chats()["slack:C1"]) == "5.000100"


def test_a_chat_that_comes_about_later_can_be_chosen() -> None:
    shown = board()

    assert not shown.meet("slack", "C1")
    assert shown.meet("slack", "C2")
    assert [room["key"] for room in shown.rooms()] == ["slack:C1", "slack:C2"]
