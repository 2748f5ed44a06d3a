"""What was published and what is owed for it: `heatwire editions`, `heatwire outbox` and an operator's word on them."""

import os
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.cli.deliveries import print_rows, results_text, row_json, summary
from bot.cli.printing import print_json, print_table, warn
from bot.clock import SystemClock
from bot.delivery.ledger import Ledger, Result
from bot.delivery.rows import Row, State
from bot.errors import DeliveryError
from bot.publishing import editions
from bot.publishing.editions import Edition
from bot.settings.loading import load
from bot.store.engine import Store
from bot.store.timekeeping import StoreClock

ALIKE = 5
"""So many destinations with the same result are named one by one; more are counted."""

Results = Mapping[str, Mapping[Result, int]]
"""What became of an edition's messages, by destination."""


def print_outbox(config: Path, *, everything: bool, limit: int, as_json: bool) -> None:
    """What is owed, unclear, failed or (with `everything`) sent."""
    with _store(config) as store:
        ledger = Ledger(store)
        rows = ledger.rows(states=None if everything else frozenset(State) - {State.SENT}, limit=limit)
        counts, paused, searches, now = ledger.counts(), ledger.paused(), ledger.searches(), _now(store)
    if as_json:
        chats = [{"destination": str(chat), "reason": chat.reason, "since": chat.since.isoformat()} for chat in paused]
        print_json({"counts": dict(counts), "rows": [row_json(row, searches) for row in rows], "paused": chats})
        return
    print_rows(rows, now, searches)
    print(summary(counts))
    for chat in paused:
        warn(f"{chat} is paused: {chat.reason}")


def retry(config: Path, key: str) -> None:
    """Send it, now and whatever its age; DeliveryError where it is in flight, sent or unknown."""
    _act(config, key, Ledger.retry, "owed again")


def skip(config: Path, key: str) -> None:
    """Do not send it; DeliveryError where it is in flight, ended or unknown."""
    _act(config, key, Ledger.skip, "skipped")


def mark_sent(config: Path, key: str) -> None:
    """It was seen in the chat; DeliveryError where it is in flight, known to be sent or unknown."""
    _act(config, key, Ledger.mark_sent, "marked as sent")


def print_editions(config: Path, digest: str | None, *, limit: int, as_json: bool) -> None:
    """Each edition, the latest first, with what became of its deliveries at each destination."""
    with _store(config) as store:
        with store.read() as connection:
            found = editions.latest(connection, digest, limit)
        ledger = Ledger(store)
        results = {edition.key: ledger.results(edition.key) for edition in found}
    if as_json:
        print_json([_edition_json(edition, results[edition.key]) for edition in found])
        return
    table = [
        ("", "", line) if number else (edition.key, edition.state.value, line)
        for edition in found
        for number, line in enumerate(tuple(_lines(edition, results[edition.key])) or ("",))
    ]
    print_table(("edition", "state", "what became of it"), table)


def _store(config: Path) -> AbstractContextManager[Store]:
    return Store.opened(load(config, os.environ, need_tokens=False).store)


def _now(store: Store) -> datetime:
    return StoreClock.read(store, SystemClock()).now()


def _act(config: Path, key: str, act: Callable[[Ledger, str, datetime], bool], done: str) -> None:
    # A chat's own marks against links, which come along when a key is copied from a notice.
    key = "".join(character for character in key if unicodedata.category(character) != "Cf").strip()
    with _store(config) as store:
        ledger = Ledger(store)
        if not act(ledger, key, _now(store)):
            raise DeliveryError(f"{key!r} cannot be {done}: {_obstacle(ledger.row(key))}")
    print(f"{key}: {done}")


def _obstacle(row: Row | None) -> str:
    if row is None:
        return "it is not in the outbox"
    return "it is on its way" if row.state is State.SENDING else f"it is {row.state.value}"


def _lines(edition: Edition, results: Results) -> Iterator[str]:
    """Why it holds nothing; and a line for each destination, or for many with the same result."""
    if edition.reason is not None or edition.detail is not None:
        yield ": ".join(filter(None, (edition.reason, edition.detail)))
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for destination, result in results.items():
        alike[results_text(result)].append(destination)
    for text, destinations in alike.items():
        if len(destinations) > ALIKE:
            yield f"{len(destinations):,} destinations: {text} each"
        else:
            yield from (f"{destination}: {text}" for destination in destinations)


def _edition_json(edition: Edition, results: Results) -> Mapping[str, Any]:
    return {
        "edition": edition.key,
        "digest": edition.digest,
        "due_at": edition.due_at.isoformat(),
        "state": edition.state.value,
        "reason": None if edition.reason is None else edition.reason.value,
        "detail": edition.detail,
        "destinations": {destination: _states(result) for destination, result in results.items()},
        "reasons": {destination: why for destination, result in results.items() if (why := _reasons(result))},
    }


def _states(result: Mapping[Result, int]) -> Mapping[str, int]:
    """How many messages are in which state."""
    found: dict[str, int] = {}
    for (state, _), number in result.items():
        found[state.value] = found.get(state.value, 0) + number
    return found


def _reasons(result: Mapping[Result, int]) -> Mapping[str, int]:
    """How many messages ended otherwise than in their chat, or are held, and why."""
    found: dict[str, int] = {}
    for (_, reason), number in result.items():
        if reason is not None:
            found[reason.value] = found.get(reason.value, 0) + number
    return found
