"""What was published and what is owed for it: `heatwire editions`, `heatwire outbox` and an operator's word on them."""

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.cli.printing import print_json, print_table, warn
from bot.delivery.ledger import Ledger
from bot.delivery.rows import Row, State
from bot.errors import BotError
from bot.publishing import editions
from bot.publishing.editions import Edition
from bot.settings.loading import load
from bot.store.engine import Store

MOST_ROWS = 100_000
"""Deliveries of one edition that are counted: more chats than any bot of ours has."""


def print_outbox(config: Path, *, everything: bool, limit: int, as_json: bool) -> None:
    """What is owed, unclear, failed or (with `everything`) sent."""
    with _store(config) as store:
        ledger = Ledger(store)
        rows = ledger.rows(states=None if everything else frozenset(State) - {State.SENT}, limit=limit)
        counts, paused = ledger.counts(), ledger.paused()
    if as_json:
        chats = [{"destination": f"{chat.platform}:{chat.address}", "reason": chat.reason} for chat in paused]
        print_json({"counts": dict(counts), "rows": [_row_json(row) for row in rows], "paused": chats})
        return
    print_rows(rows)
    print(_counted(counts) or "nothing was ever owed")
    for chat in paused:
        warn(f"{chat.platform}:{chat.address} is paused: {chat.reason}")


def retry(config: Path, key: str) -> None:
    """Send it, now and whatever its age; BotError where it is in flight, sent or unknown."""
    _act(config, key, Ledger.retry, "owed again")


def skip(config: Path, key: str) -> None:
    """Do not send it; BotError where it is in flight, ended or unknown."""
    _act(config, key, Ledger.skip, "skipped")


def mark_sent(config: Path, key: str) -> None:
    """It was seen in the chat; BotError where it is in flight, known to be sent or unknown."""
    _act(config, key, Ledger.mark_sent, "marked as sent")


def print_editions(config: Path, digest: str | None, *, limit: int, as_json: bool) -> None:
    """Each edition, the latest first, with what became of its deliveries at each destination."""
    with _store(config) as store:
        with store.read() as connection:
            found = editions.latest(connection, digest, limit)
        ledger = Ledger(store)
        results = {edition.key: _results(ledger.rows(edition=edition.key, limit=MOST_ROWS)) for edition in found}
    if as_json:
        print_json([_edition_json(edition, results[edition.key]) for edition in found])
        return
    table = [
        (edition.key, edition.state.value, destination, _counted(states), edition.reason or "")
        for edition in found
        for destination, states in (results[edition.key] or {"": Counter[str]()}).items()
    ]
    print_table(("edition", "state", "destination", "messages", "reason"), table)


def print_rows(rows: Sequence[Row]) -> None:
    """Deliveries as a table; nothing where there are none."""
    table = [(row.state.value, row.key, str(row.attempt), row.error or "") for row in rows]
    if table:
        print_table(("state", "delivery", "attempts", "error"), table, right=frozenset({"attempts"}))


def _store(config: Path) -> AbstractContextManager[Store]:
    return Store.opened(load(config, os.environ, need_tokens=False).store)


def _act(config: Path, key: str, act: Callable[[Ledger, str, datetime], bool], done: str) -> None:
    with _store(config) as store:
        if not act(Ledger(store), key, datetime.now(UTC)):
            raise BotError(f"{key!r} cannot be {done}: it is in flight, has ended, or is not in the outbox")
    print(f"{key}: {done}")


def _results(rows: Sequence[Row]) -> dict[str, Counter[str]]:
    """How many messages are in which state, by destination."""
    found: dict[str, Counter[str]] = {}
    for row in rows:
        found.setdefault(str(row.destination), Counter())[row.state.value] += 1
    return found


def _counted(states: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {state}" for state, number in states.items() if number)


def _edition_json(edition: Edition, results: Mapping[str, Mapping[str, int]]) -> Mapping[str, Any]:
    return {
        "edition": edition.key,
        "digest": edition.digest,
        "due_at": edition.due_at.isoformat(),
        "state": edition.state.value,
        "reason": edition.reason,
        "destinations": {destination: dict(states) for destination, states in results.items()},
    }


def _row_json(row: Row) -> Mapping[str, Any]:
    return {
        "key": row.key,
        "destination": str(row.destination),
        "edition": row.edition,
        "state": row.state.value,
        "part": row.part,
        "attempt": row.attempt,
        "possibly_double": row.repeats > 0,
        "queued_at": row.queued_at.isoformat(),
        "error": row.error,
    }
