"""An admin reads what happened, where and why, and what can be done about it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.delivery import Destination
from bot.delivery.destinations import Paused
from bot.delivery.settlement import Reason
from bot.delivery.untold import Undelivered
from bot.notices.matters import EditionsMissed, EditionUndelivered, Matter
from bot.notices.wording import LISTED, WORDS, event, lines_of, notice
from bot.publishing.editions import Edition, EditionState
from bot.publishing.results import EditionReason
from digests.rendering.renderer import Renderer
from tests.bot.delivery.fakes import ALICE, CHANNEL
from tests.bot.notices.mishaps import EDITION
from tests.clock import START as NOW

KEY = f"{EDITION}/telegram:1001/1"
KICKED = Paused("telegram", "-2001", "bot was kicked", NOW)
RENDERER = Renderer()


def message(
    to: Destination = ALICE, part: int = 1, error: str = "HTTP 503", reason: Reason = Reason.REJECTED
) -> Matter:
    one = Undelivered(f"{EDITION}/{to}/{part}", EDITION, to, part, reason, error)
    return EditionUndelivered(EDITION, reason, (one,))


def messages(*to: Destination, reason: Reason = Reason.REJECTED) -> EditionUndelivered:
    return EditionUndelivered(
        EDITION, reason, tuple(Undelivered(f"{EDITION}/{one}/1", EDITION, one, 1, reason, "") for one in to)
    )


def missed(*slots: str, detail: str | None = "5h late, 3h allowed") -> EditionsMissed:
    editions = (
        Edition("morning", slot, NOW, EditionState.MISSED, reason=EditionReason.TOO_LATE, detail=detail)
        for slot in slots
    )
    return EditionsMissed("morning", tuple(editions))


def test_a_message_that_was_given_up_comes_with_the_command_that_sends_it() -> None:
    assert lines_of(message(part=2)) == (
        "morning/2026-11-22T09:00 to telegram:1001: refused (HTTP 503)",
        "heatwire outbox retry morning/2026-11-22T09:00/telegram:1001/2",
    )


@pytest.mark.parametrize("reason", [Reason.HELD, Reason.UNCLEAR])
def test_a_message_that_may_be_there_is_to_be_looked_for(reason: Reason) -> None:
    what, *remedies = lines_of(message(reason=reason))
    assert "never confirmed" in what
    assert remedies == [
        f"if it is there: heatwire outbox mark-sent {KEY}",
        f"if it is not: heatwire outbox retry {KEY}",
    ]


def test_many_messages_are_one_line() -> None:
    chats = [Destination("telegram", str(number)) for number in range(1, 6)]
    assert lines_of(messages(*chats, chats[0], reason=Reason.TOO_OLD)) == (
        "morning/2026-11-22T09:00 to telegram:1, telegram:2, telegram:3 and 2 more, 6 messages: too late to be sent",
        "heatwire outbox retry morning/2026-11-22T09:00/telegram:1/1",
        "heatwire outbox, for the others",
    )


def test_a_paused_chat_comes_with_what_can_be_done() -> None:
    assert lines_of(KICKED) == (
        "telegram:-2001 is paused: bot was kicked",
        "let the bot in again, or take the chat out of the configuration (tried again after 20h)",
    )


def test_a_missed_edition_comes_with_the_command_that_sends_what_is_new() -> None:
    assert lines_of(missed("2026-11-22T09:00")) == (
        "morning/2026-11-22T09:00 was missed: 5h late, 3h allowed",
        "heatwire send morning sends what is new",
    )


def test_several_missed_editions_are_one_line() -> None:
    assert lines_of(missed("2026-11-20T09:00", "2026-11-21T09:00", detail=None))[0] == (
        "morning missed 2 editions, 2026-11-20T09:00 to 2026-11-21T09:00: too_late"
    )


def test_every_reason_has_its_words() -> None:
    assert set(WORDS) == set(Reason)


def test_a_notice_names_the_first_matters_and_counts_the_others() -> None:
    said = notice([KICKED] * (LISTED + 3))
    assert len(said.lines) == 2 * LISTED + 1
    assert (said.lines[0][:2], said.lines[1][:2]) == ("• ", "→ ")
    assert said.lines[-1] == "… and 3 more: heatwire outbox and heatwire editions list everything"


@pytest.mark.parametrize("dialect", ["telegram", "slack", "console"])
def test_the_longest_notice_is_few_messages(dialect: str) -> None:
    worst = message(Destination("telegram", "@" + "a" * 31, "123456"), error="x" * 500, reason=Reason.HELD)
    assert len(RENDERER.notice(notice([worst] * 1000), dialect)) <= 2


def test_a_token_in_an_error_is_not_told() -> None:
    token = "123456:canary-telegram-token-of-thirty-five"
    assert "canary" not in "".join(lines_of(message(error=f"https://api.telegram.org/bot{token}/sendMessage")))


@given(st.text(max_size=300))
def test_a_stranger_s_error_is_only_text(error: str) -> None:
    (sent,) = RENDERER.notice(notice([message(error=f"{error}<b>@all</b>\u202e\n/start")]), "telegram")
    text = sent.payload["text"]
    assert "&lt;b&gt;@\u2060all" in text or "…" in text
    assert "\u202e" not in text
    assert len(text.splitlines()) == 3


@pytest.mark.parametrize(
    ("matter", "name", "fact"),
    [
        (message(), "edition_undelivered", ("reason", "rejected")),
        (message(CHANNEL, reason=Reason.HELD), "edition_held", ("to", ["slack:C0123456789"])),
        (KICKED, "destination_paused", ("destination", "telegram:-2001")),
        (missed("2026-11-22T09:00"), "editions_missed", ("editions", ["2026-11-22T09:00"])),
    ],
)
def test_the_log_is_told_as_well(matter: Matter, name: str, fact: tuple[str, object]) -> None:
    found, facts = event(matter)
    assert (found, facts[fact[0]]) == (name, fact[1])


def test_no_matter_is_told_at_a_length_without_end() -> None:
    many = [Destination("telegram", str(number)) for number in range(1, 1000)]
    assert len(repr(event(messages(*many)))) < 1000
    slots = [f"{(NOW + timedelta(days=day)):%Y-%m-%dT%H:%M}" for day in range(100)]
    assert len(repr(event(missed(*slots)))) < 1000
