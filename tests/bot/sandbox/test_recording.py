"""The recorder of the sandbox."""

import pytest

from bot.sandbox.recording import Direction, Entry, Recorder, json_line, read_json_lines


def recorded(recorder: Recorder, name: str = "sendMessage") -> Entry:
    return recorder.record("telegram", Direction.CALL, name, {"chat_id": 1}, at=1.5, status=200, answer={"ok": True})


def test_entries_are_numbered_in_order_and_can_be_asked_for_from_one_on() -> None:
    recorder = Recorder()
    one, two = recorded(recorder), recorded(recorder, "editMessageText")

    assert (one.number, two.number) == (1, 2)
    assert recorder.entries(after=1) == (two,)


def test_only_the_latest_are_kept() -> None:
    recorder = Recorder(most=2)
    entries = [recorded(recorder) for _ in range(3)]

    assert recorder.entries() == tuple(entries[1:])


def test_followers_are_told_until_they_leave() -> None:
    recorder = Recorder()
    told: list[Entry] = []
    leave = recorder.follow(told.append)
    entry = recorded(recorder)
    leave()
    recorded(recorder)

    assert told == [entry]


def test_entries_are_written_as_lines_and_read_again() -> None:
    entry = Recorder().record("slack", Direction.EVENT, "slash_commands", {"text": "ü"}, at=2.0, verdict=("odd",))

    assert list(read_json_lines([json_line(entry), "\n"])) == [entry]


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"number": 1, "direction": "sideways"}'])
def test_a_line_that_is_no_entry_is_named(line: str) -> None:
    with pytest.raises(ValueError, match=r"^line 2: "):
        list(read_json_lines(["", line]))
