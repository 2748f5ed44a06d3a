"""How a matter is said to an admin, with the command that does something about it, and to the log; pure.

Errors and names are strangers' text: each dialect makes it harmless where it renders the notice.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from bot.delivery.destinations import TRIED_AGAIN, Paused
from bot.delivery.settlement import Reason
from bot.durations import duration_text
from bot.notices.matters import UNCLEAR, EditionsMissed, EditionUndelivered, Matter
from bot.settings.secrets import redact
from digests.dialects.text import clean, shortened
from digests.message import Notice

TITLE = "Heatwire: delivery needs a look"
LISTED = 8
"""Matters that one notice names: as many as fit on a screen."""
PLACES = 3
"""Destinations that one line names."""
LONGEST = 160
"""Characters of an error that a line has room for."""

WORDS = {
    Reason.REJECTED: "refused",
    Reason.UNREACHABLE: "the chat could not be reached",
    Reason.PAUSED: "the chat is paused",
    Reason.ATTEMPTS_SPENT: "given up after many attempts",
    Reason.UNCLEAR: "never confirmed, given up",
    Reason.HELD: "never confirmed, held for you",
    Reason.TOO_OLD: "too late to be sent",
    Reason.SKIPPED: "skipped",
    Reason.SEEN: "seen in the chat",
}
"""Why a delivery ended, or waits, in a few words."""


def notice(matters: Sequence[Matter]) -> Notice:
    """What an admin is told; of bounded length, however much there is to tell."""
    lines: list[str] = []
    for matter in matters[:LISTED]:
        what, *remedies = lines_of(matter)
        lines += [f"• {what}", *(f"→ {remedy}" for remedy in remedies)]
    more = len(matters) - LISTED
    if more > 0:
        lines.append(f"… and {more} more: heatwire outbox and heatwire editions list everything")
    return Notice(TITLE, tuple(lines))


def lines_of(matter: Matter) -> tuple[str, ...]:
    """What happened, and in the lines after it what can be done."""
    match matter:
        case EditionUndelivered():
            return (_undelivered(matter), *_remedies(matter))
        case Paused():
            again = f"tried again after {duration_text(TRIED_AGAIN)}"
            remedy = f"let the bot in again, or take the chat out of the configuration ({again})"
            return (f"{matter} is paused: {_quoted(matter.reason)}", remedy)
        case EditionsMissed(digest):
            return (_missed(matter), f"heatwire send {digest} sends what is new")
        case _:
            assert_never(matter)


def event(matter: Matter) -> tuple[str, Mapping[str, object]]:
    """What the log says of a matter: the event and its facts."""
    match matter:
        case EditionUndelivered(edition, reason, messages):
            facts = {"reason": reason.value, "messages": len(messages), "to": list(matter.places[:10])}
            name = "edition_held" if reason is Reason.HELD else "edition_undelivered"
            return name, {"edition": edition, **facts, "error": messages[0].error, "key": messages[0].key}
        case Paused(_, _, reason, _):
            return "destination_paused", {"destination": str(matter), "reason": reason}
        case EditionsMissed(digest, editions):
            return "editions_missed", {"digest": digest, "editions": [edition.slot for edition in editions[-10:]]}
        case _:
            assert_never(matter)


def _undelivered(matter: EditionUndelivered) -> str:
    places, number = matter.places, len(matter.messages)
    named = ", ".join(places[:PLACES]) + (f" and {len(places) - PLACES} more" if len(places) > PLACES else "")
    count = f", {number} messages" if number > 1 else ""
    error = matter.messages[0].error
    why = WORDS[matter.reason] + (f" ({_quoted(error)})" if error else "")
    return f"{matter.edition} to {named}{count}: {why}"


def _remedies(matter: EditionUndelivered) -> Iterator[str]:
    key = matter.messages[0].key
    if matter.reason in UNCLEAR:
        yield f"if it is there: heatwire outbox mark-sent {key}"
        yield f"if it is not: heatwire outbox retry {key}"
    else:
        yield f"heatwire outbox retry {key}"
    if len(matter.messages) > 1:
        yield "heatwire outbox, for the others"


def _missed(matter: EditionsMissed) -> str:
    first, last = matter.editions[0], matter.editions[-1]
    why = _quoted(last.detail or last.reason or "")
    if len(matter.editions) == 1:
        return f"{last.key} was missed: {why}"
    return f"{matter.digest} missed {len(matter.editions)} editions, {first.slot} to {last.slot}: {why}"


def _quoted(error: str) -> str:
    return shortened(clean(redact(error)), LONGEST)
