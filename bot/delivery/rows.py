"""Rows of the outbox as the delivery half's own values, and back."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, assert_never

from sqlalchemy import Row as SqlRow

from bot.clock import from_milliseconds, milliseconds
from bot.delivery.delivery import Call, Delivery, Destination, Priority
from bot.delivery.settlement import (
    Abandoned,
    Delivered,
    Held,
    Postponed,
    Readdressed,
    Reason,
    Repeated,
    Settlement,
    Unreachable,
    Unresolved,
)

NONCE_BYTES = 12
"""Enough that no two deliveries of any installations get the same."""

LONGEST_ERROR = 500
"""Characters of an error that are kept."""


class State(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    """Owed: it waits for its turn."""
    SENDING = "sending"
    """Claimed, so perhaps on its way; if its lease runs out, perhaps delivered."""
    UNCERTAIN = "uncertain"
    """Perhaps delivered: it waits until that can be settled, and its chat's later digests with it."""
    SENT = "sent"
    FAILED = "failed"
    """Given up: the platform will not take it, its chat is gone, or attempts ran out; the reason says which."""
    EXPIRED = "expired"
    """Too old to be worth sending when its turn came."""
    DROPPED = "dropped"
    """Not sent because its chat is paused, or because an operator skipped it; the reason says which."""


OPEN = (State.PENDING, State.SENDING, State.UNCERTAIN)
"""States of what is still owed."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A message to be delivered once; `key` is its identity."""

    key: str
    destination: Destination
    call: Call
    priority: Priority
    part: int
    """From 1, within its edition or answer."""
    edition: str | None = None
    expires_at: datetime | None = None
    """From when on it is not worth sending any more."""


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery as operators see it; what it says is left out."""

    key: str
    destination: Destination
    edition: str | None
    state: State
    priority: Priority
    part: int
    attempt: int
    """Attempts spent."""
    repeats: int
    """How often it was sent again after an attempt without a clear answer."""
    blind_repeats: int
    """How often of these nobody could find out that it was not there: above 0, it is perhaps there twice."""
    queued_at: datetime
    not_before: datetime | None
    """pending: when it is tried again; uncertain: when that can be settled; None for at once."""
    expires_at: datetime | None
    settled_at: datetime | None
    reason: Reason | None
    """Why it ended otherwise than in its chat, or waits for an operator."""
    error: str | None
    """What more there is to say; of what is still owed, why the last attempt failed."""
    receipt: Mapping[str, Any] | None


def row(found: SqlRow[Any]) -> Row:
    """A whole row of the table, for people."""
    return Row(
        key=found.key,
        destination=destination(found),
        edition=found.edition,
        state=State(found.state),
        priority=Priority(found.priority),
        part=found.part,
        attempt=found.attempt,
        repeats=found.repeats,
        blind_repeats=found.blind_repeats,
        queued_at=from_milliseconds(found.queued_at),
        not_before=_instant(found.not_before or None),
        expires_at=_instant(found.expires_at),
        settled_at=_instant(found.settled_at),
        reason=None if found.reason is None else Reason(found.reason),
        error=found.error,
        receipt=None if found.receipt is None else json.loads(found.receipt),
    )


def delivery(found: SqlRow[Any], claimed_at: datetime | None = None) -> Delivery:
    """A row as what the relay carries."""
    return Delivery(
        key=found.key,
        destination=destination(found),
        call=Call(found.method, json.loads(found.arguments)),
        priority=Priority(found.priority),
        attempt=found.attempt,
        edition=found.edition,
        repeats=found.repeats,
        nonce=found.nonce,
        blind_repeats=found.blind_repeats,
        claim=found.claims,
        claimed_at=claimed_at,
    )


def destination(found: SqlRow[Any]) -> Destination:
    """Where a row's message goes."""
    return Destination(found.platform, found.address, found.thread)


def inserted(one: Owed, place: Destination, queued_at: int, paused: str | None) -> dict[str, Any]:
    """The columns of a new row; `queued_at` is its place in line, `paused` why nothing is sent there, if so."""
    return {
        "key": one.key,
        "edition": one.edition,
        "platform": place.platform,
        "address": place.address,
        "thread": place.thread,
        "priority": int(one.priority),
        "queued_at": queued_at,
        "part": one.part,
        "method": one.call.method,
        "arguments": json.dumps(readdressed(one.call.arguments, one.destination.address, place.address)),
        "state": State.PENDING if paused is None else State.DROPPED,
        "nonce": secrets.token_hex(NONCE_BYTES),
        "reason": None if paused is None else Reason.PAUSED,
        "error": None if paused is None else f"the chat is paused: {paused}",
        "settled_at": None if paused is None else queued_at,
        "attempt": 0,
        "repeats": 0,
        "not_before": 0,
        "expires_at": None if one.expires_at is None else milliseconds(one.expires_at),
    }


def settled(  # noqa: PLR0911 - one answer for each settlement
    attempted: Delivery, settlement: Settlement, now: datetime
) -> dict[str, Any]:
    """The columns that a settlement sets."""
    match settlement:
        case Delivered(receipt):
            # Whatever a platform calls its message: nothing that arrived may fail to be recorded.
            return {**_ended(State.SENT, None, None, now), "receipt": json.dumps(dict(receipt), default=str)}
        case Postponed(not_before, error, spent):
            attempts = attempted.attempt if spent else attempted.attempt - 1
            return {"attempt": attempts, **_unsent(attempted), **_again(State.PENDING, not_before, error)}
        case Readdressed(address):
            return {**_unsent(attempted), **_again(State.PENDING, now, f"moved to {address}")}
        case Unresolved(settled_by, error):
            return _again(State.UNCERTAIN, settled_by, error)
        case Repeated(error, blindly):
            repeats = {"repeats": attempted.repeats + 1, "blind_repeats": attempted.blind_repeats + int(blindly)}
            return {**repeats, **_again(State.PENDING, now, error)}
        case Held(error):
            return {**_again(State.UNCERTAIN, now, error), "reason": Reason.HELD}
        case Abandoned(reason, error):
            return _ended(State.FAILED, reason, error, now)
        case Unreachable(error):
            return _ended(State.FAILED, Reason.UNREACHABLE, error, now)
        case _:
            assert_never(settlement)


def _again(state: State, not_before: datetime, error: str) -> dict[str, Any]:
    return {"state": state, "not_before": milliseconds(not_before), "reason": None, "error": storable(error)}


def _ended(state: State, reason: Reason | None, error: str | None, now: datetime) -> dict[str, Any]:
    words = None if error is None else storable(error)
    return {"state": state, "reason": reason, "error": words, "settled_at": milliseconds(now)}


def _unsent(attempted: Delivery) -> dict[str, Any]:
    """The request was surely not taken: where none before it was, no copy can be there."""
    return {} if attempted.repeats else {"claimed_at": None, "seen_before": None}


def readdressed(arguments: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    """A call's arguments with a chat's new address wherever they held the old one, as a number where it was one."""
    return {
        name: (int(new) if isinstance(value, int) else new) if _is(value, old) else value
        for name, value in arguments.items()
    }


def storable(error: str) -> str:
    """An error's text as any database takes it: no lone surrogates, no NUL, of bounded length."""
    return error.encode(errors="replace").decode().replace("\0", "")[:LONGEST_ERROR]


def _is(value: Any, address: str) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool) and str(value) == address


def _instant(value: int | None) -> datetime | None:
    return None if value is None else from_milliseconds(value)
