"""An operator reads of each delivery where it stands, what comes next, and why."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.cli.deliveries import known, print_rows, results_text, row_json, summary
from bot.delivery.delivery import Destination, Priority
from bot.delivery.rows import Row, State
from bot.delivery.settlement import Reason
from tests.clock import START as NOW

KEY = "morning/2026-11-22T09:00/telegram:-1001234567890/1"
SOON = NOW + timedelta(minutes=5)
BEFORE = NOW - timedelta(hours=2)


def a_row(state: State, reason: Reason | None = None, **changes: Any) -> Row:
    facts: dict[str, Any] = {
        "key": KEY,
        "destination": Destination("telegram", "-1001234567890"),
        "edition": "morning/2026-11-22T09:00",
        "state": state,
        "priority": Priority.BROADCAST,
        "part": 1,
        "attempt": 1,
        "repeats": 0,
        "blind_repeats": 0,
        "queued_at": BEFORE,
        "not_before": None,
        "expires_at": None,
        "settled_at": None,
        "reason": reason,
        "error": None,
        "receipt": None,
    }
    return Row(**(facts | changes))


@pytest.mark.parametrize(
    ("row", "search", "text"),
    [
        (a_row(State.PENDING), None, "owed, in line"),
        (a_row(State.PENDING, not_before=BEFORE), None, "owed, in line"),
        (a_row(State.PENDING, not_before=SOON, error="HTTP 503"), None, "owed, tried in 5m: HTTP 503"),
        (a_row(State.SENDING), None, "on its way"),
        (a_row(State.UNCERTAIN, error="silence"), SOON, "perhaps delivered, looked for in 5m: silence"),
        (a_row(State.UNCERTAIN), BEFORE, "perhaps delivered, being looked for"),
        (a_row(State.UNCERTAIN), None, "perhaps delivered, being looked for"),
        (
            a_row(State.UNCERTAIN, Reason.HELD, error="perhaps delivered: no log chat"),
            None,
            "waits for your retry, skip or mark-sent: perhaps delivered: no log chat",
        ),
        (a_row(State.SENT, settled_at=BEFORE), None, "arrived 2h ago"),
        (a_row(State.SENT, Reason.SEEN, settled_at=BEFORE), None, "arrived 2h ago, seen"),
        (
            a_row(State.SENT, settled_at=BEFORE, repeats=1, blind_repeats=1),
            SOON,
            "arrived 2h ago, other copies are looked for in 5m, perhaps there twice",
        ),
        (
            a_row(State.FAILED, Reason.REJECTED, settled_at=BEFORE, error="too long"),
            None,
            "given up 2h ago, rejected: too long",
        ),
        (a_row(State.EXPIRED, Reason.TOO_OLD, settled_at=BEFORE), None, "given up 2h ago, too_old"),
        (a_row(State.DROPPED), None, "given up at some time"),
    ],
)
def test_a_delivery_is_known_in_a_line(row: Row, search: datetime | None, text: str) -> None:
    assert known(row, NOW, {} if search is None else {KEY: search}) == text


def test_every_state_is_told() -> None:
    assert all(known(a_row(state), NOW, {}) for state in State)


def test_a_key_stands_on_a_line_of_its_own_to_be_copied(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([a_row(State.FAILED, Reason.REJECTED, settled_at=BEFORE, error="[b]too long")], NOW, {})
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "state   attempts  delivery",
        f"failed         1  {KEY}",
        "                    given up 2h ago, rejected: [b]too long",
    ]


def test_no_delivery_is_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([], NOW, {})
    assert capsys.readouterr().out == ""


def test_a_program_reads_why_since_when_and_whether_twice() -> None:
    row = a_row(State.FAILED, Reason.UNCLEAR, settled_at=NOW, repeats=2, blind_repeats=1, receipt={"message_id": 7})
    found = row_json(row, {})
    assert (found["state"], found["reason"], found["since"]) == ("failed", "unclear", NOW.isoformat())
    assert (found["repeats"], found["blind_repeats"], found["possibly_double"]) == (2, 1, True)
    assert (found["receipt"], found["next_at"], found["looked_for_at"]) == ({"message_id": 7}, None, None)


def test_a_program_reads_what_comes_next() -> None:
    found = row_json(a_row(State.PENDING, not_before=SOON, expires_at=SOON), {})
    assert (found["since"], found["next_at"], found["expires_at"]) == (
        BEFORE.isoformat(),
        SOON.isoformat(),
        SOON.isoformat(),
    )
    assert row_json(a_row(State.UNCERTAIN, not_before=SOON), {KEY: SOON})["looked_for_at"] == SOON.isoformat()
    assert row_json(a_row(State.UNCERTAIN, not_before=SOON), {})["next_at"] is None


def test_the_summary_counts_states_and_what_may_be_there_twice() -> None:
    counts = {"pending": 0, "sent": 12, "failed": 1, "possibly_double": 2}
    assert summary(counts) == "12 sent, 1 failed; possibly double: 2"
    assert summary({"sent": 0, "possibly_double": 0}) == "nothing was ever owed; possibly double: 0"


def test_results_are_told_with_their_reasons() -> None:
    results = {(State.SENT, None): 2, (State.FAILED, Reason.REJECTED): 1}
    assert results_text(results) == "2 sent, 1 failed (rejected)"
