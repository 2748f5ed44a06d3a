"""A history is read page by page, in any order, for the messages that carry a mark."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.slack.history import Page, Place, Reading, Readings, marked, page, stamp

NONCE = "nonce-1"
MARK = {"event_type": "heatwire_delivery", "event_payload": {"delivery": NONCE}}


def ts(number: int) -> str:
    return f"1763798400.{number:06}"


def answered(*messages: object, cursor: str = "") -> dict[str, Any]:
    metadata = {"next_cursor": cursor}
    return {"ok": True, "messages": list(messages), "has_more": bool(cursor), "response_metadata": metadata}


def found(*numbers: int) -> frozenset[str]:
    return frozenset(map(ts, numbers))


def test_a_marked_message_is_as_it_was_but_for_the_mark() -> None:
    arguments = {"channel": "C1", "text": "Hot", "metadata": {"event_type": "a_template_s"}}
    assert marked(arguments, NONCE) == {"channel": "C1", "text": "Hot", "metadata": MARK}
    assert arguments["metadata"] == {"event_type": "a_template_s"}


def test_an_instant_is_written_as_slack_names_messages() -> None:
    assert stamp(datetime(2026, 11, 22, 8, 0, 0, 250, tzinfo=UTC)) == "1795334400.000250"
    assert stamp(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)) == "0000000001.000000"


def test_a_channel_is_asked_for_what_is_in_its_threads_no_more_than_for_the_rest() -> None:
    assert Place("C1").method == "conversations.history"
    assert Place("C1", ts(1)).method == "conversations.replies"
    assert Place("C1").arguments(15, Reading(ts(3), cursor="next")) == {
        "channel": "C1",
        "limit": "15",
        "include_all_metadata": "true",
        "oldest": ts(3),
        "cursor": "next",
    }
    assert Place("C1", ts(1)).arguments(1)["ts"] == ts(1)


def test_a_page_tells_the_copies_on_it_and_where_it_goes_on() -> None:
    said = answered({"ts": ts(9), "text": "x"}, {"ts": ts(5), "metadata": MARK}, cursor="next")
    assert page(said, NONCE) == Page(found(5), ts(9), "next")


def test_an_empty_page_is_the_end() -> None:
    assert page(answered(), NONCE) == Page(frozenset(), "", "")


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        "heatwire_delivery",
        [MARK],
        {},
        {"event_payload": None},
        {"event_payload": [NONCE]},
        {"event_payload": NONCE},
        {"event_payload": {"delivery": None}},
        {"event_payload": {"delivery": [NONCE]}},
        {"event_payload": {"delivery": {"delivery": NONCE}}},
        {"event_payload": {"delivery": "nonce-2"}},
        {"event_type": "heatwire_delivery", "event_payload": {"Delivery": NONCE}},
    ],
)
def test_what_other_apps_write_in_their_metadata_is_no_mark(metadata: object) -> None:
    said = answered({"ts": ts(2), "metadata": metadata}, {"ts": ts(1)})
    assert page(said, NONCE) == Page(frozenset(), ts(2), "")


@pytest.mark.parametrize("message", [None, "x", [], {}, {"ts": None}, {"ts": 5.0}, {"ts": "soon"}, {"ts": "9.1"}])
def test_what_is_no_message_is_passed_over(message: object) -> None:
    assert page(answered(message, {"ts": ts(1), "metadata": MARK}), NONCE) == Page(found(1), ts(1), "")


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"messages": None},
        {"messages": {"ts": ts(1)}},
        {"messages": [], "has_more": True},
        {"messages": [], "has_more": True, "response_metadata": []},
        {"messages": [], "has_more": True, "response_metadata": {"next_cursor": None}},
        {"messages": [], "has_more": True, "response_metadata": {"next_cursor": ""}},
    ],
)
def test_an_answer_without_messages_or_without_an_end_is_no_page(said: dict[str, Any]) -> None:
    assert page(said, NONCE) is None


@given(st.recursive(st.none() | st.booleans() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)))
@settings(max_examples=50)
def test_no_answer_breaks_it(value: Any) -> None:
    page({"messages": value, "has_more": value, "response_metadata": value}, NONCE)
    page(answered({"ts": ts(1), "metadata": {"event_payload": {"delivery": value}}}), NONCE)


def test_a_reading_ends_with_the_last_page() -> None:
    first = Reading(ts(0)).turned(Page(frozenset(), ts(9), "next"))
    last = first.turned(Page(found(3), ts(5), ""))
    assert (first.is_complete, first.cursor) == (False, "next")
    assert (last.is_complete, last.copies, last.newest) == (True, found(3), ts(9))


def test_an_interrupted_reading_reads_what_was_posted_since() -> None:
    readings = Readings()
    readings.keep("a", Reading(ts(0)).turned(Page(frozenset(), ts(9), "next")))
    kept = readings.get("a")
    assert kept is not None
    more = kept.turned(Page(frozenset(), ts(5), ""))
    assert (more.is_complete, more.after, more.cursor) == (False, ts(9), "")
    assert more.turned(Page(found(12), ts(12), "")).is_complete


def test_what_was_posted_since_is_read_once_however_long_it_takes() -> None:
    catching_up = Reading(ts(0), was_interrupted=True).turned(Page(frozenset(), "", ""))
    assert (catching_up.is_complete, catching_up.after) == (False, ts(0))
    paged = catching_up.turned(Page(frozenset(), ts(9), "next"))
    assert not paged.is_complete
    assert paged.turned(Page(frozenset(), ts(8), "")).is_complete


@given(
    posted=st.lists(st.integers(0, 60), unique=True, min_size=1),
    size=st.integers(1, 7),
    waits=st.sets(st.integers(0, 20)),
    mine=st.integers(0, 60),
    is_rising=st.booleans(),
)
@settings(max_examples=100)
def test_whatever_order_pages_come_in_no_copy_that_was_there_is_missed(
    posted: list[int], size: int, waits: set[int], mine: int, *, is_rising: bool
) -> None:
    """One message a turn is posted while it is read; `mine` is there from some turn on."""
    there, readings, turn = sorted(posted), Readings(), 0
    reading = Reading(ts(0))
    before = {number for number in there if number > 0}
    while not reading.is_complete:
        rest = sorted((n for n in there if ts(n) > reading.after), reverse=not is_rising)
        if reading.cursor:
            rest = [n for n in rest if (ts(n) >= reading.cursor if is_rising else ts(n) <= reading.cursor)]
        shown, following = rest[:size], ts(rest[size]) if len(rest) > size else ""
        copies = frozenset(ts(n) for n in shown if n == mine)
        reading = reading.turned(Page(copies, max(map(ts, shown), default=""), following))
        if turn in waits and not reading.is_complete:
            readings.keep("a", reading)
            reading = readings.get("a") or reading
            there.append(100 + turn)
        turn += 1
    assert (ts(mine) in reading.copies) == (mine in before)


def test_only_so_many_readings_are_remembered() -> None:
    readings = Readings(most=2)
    for name in "abac":
        readings.keep(name, Reading(name))
    assert [name for name in "abc" if readings.get(name)] == ["a", "c"]
    readings.drop("a")
    assert readings.get("a") is None
