"""Deliveries as people read them, in a table of which every line fits a terminal, and as programs do, in JSON."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, assert_never

from bot.cli.printing import print_table
from bot.delivery.ledger import POSSIBLY_DOUBLE, Result
from bot.delivery.rows import Row, State
from bot.delivery.settlement import Reason
from bot.durations import duration_text

Searches = Mapping[str, datetime]
"""When messages are looked for in their chats, by key."""


def print_rows(rows: Sequence[Row], now: datetime, searches: Searches) -> None:
    """Deliveries as a table, what is known of each below its key; nothing where there are none."""
    table = [(row.state.value, str(row.attempt), f"{row.key}\n{known(row, now, searches)}") for row in rows]
    if table:
        print_table(("state", "attempts", "delivery"), table, right=frozenset({"attempts"}))


def known(row: Row, now: datetime, searches: Searches) -> str:
    """What is known of a delivery, in a line: where it stands, what comes next, and why."""
    twice = ", perhaps there twice" if row.blind_repeats else ""
    error = f": {row.error}" if row.error else ""
    return f"{_standing(row, now, searches.get(row.key))}{twice}{error}"


def row_json(row: Row, searches: Searches) -> Mapping[str, Any]:
    """A delivery for programs; instants in UTC."""
    search = searches.get(row.key)
    return {
        "key": row.key,
        "destination": str(row.destination),
        "edition": row.edition,
        "state": row.state.value,
        "reason": None if row.reason is None else row.reason.value,
        "since": (row.settled_at or row.queued_at).isoformat(),
        "part": row.part,
        "attempt": row.attempt,
        "repeats": row.repeats,
        "blind_repeats": row.blind_repeats,
        POSSIBLY_DOUBLE: row.blind_repeats > 0,
        "queued_at": row.queued_at.isoformat(),
        "next_at": row.not_before.isoformat() if row.state is State.PENDING and row.not_before else None,
        "looked_for_at": None if search is None else search.isoformat(),
        "expires_at": None if row.expires_at is None else row.expires_at.isoformat(),
        "error": row.error,
        "receipt": None if row.receipt is None else dict(row.receipt),
    }


def summary(counts: Mapping[str, int]) -> str:
    """`12 sent, 1 failed; possibly double: 0`."""
    stands = ", ".join(f"{number} {state}" for state, number in counts.items() if number and state != POSSIBLY_DOUBLE)
    return f"{stands or 'nothing was ever owed'}; possibly double: {counts[POSSIBLY_DOUBLE]}"


def results_text(results: Mapping[Result, int]) -> str:
    """`2 sent, 1 failed (rejected)`."""
    return ", ".join(f"{number} {_result(*result)}" for result, number in results.items())


def _result(state: State, reason: Reason | None) -> str:
    return state.value if reason is None else f"{state.value} ({reason.value})"


def _standing(row: Row, now: datetime, search: datetime | None) -> str:
    match row.state:
        case State.PENDING:
            return "owed, in line" if _is_past(row.not_before, now) else f"owed, tried {_when(row.not_before, now)}"
        case State.SENDING:
            return "on its way"
        case State.UNCERTAIN if row.reason is Reason.HELD:
            return "waits for your retry, skip or mark-sent"
        case State.UNCERTAIN:
            return f"perhaps delivered, {_search(search, now)}"
        case State.SENT:
            more = "" if search is None else f", other copies are {_search(search, now)}"
            return f"arrived {_when(row.settled_at, now)}{_why(row)}{more}"
        case State.FAILED | State.EXPIRED | State.DROPPED:
            return f"given up {_when(row.settled_at, now)}{_why(row)}"
        case _:
            assert_never(row.state)


def _why(row: Row) -> str:
    return "" if row.reason is None else f", {row.reason.value}"


def _search(search: datetime | None, now: datetime) -> str:
    return "being looked for" if _is_past(search, now) else f"looked for {_when(search, now)}"


def _is_past(instant: datetime | None, now: datetime) -> bool:
    return instant is None or instant <= now


def _when(instant: datetime | None, now: datetime) -> str:
    """`in 5m` or `2h ago`."""
    if instant is None:
        return "at some time"
    span = duration_text(abs(instant - now))
    return f"in {span}" if instant > now else f"{span} ago"
