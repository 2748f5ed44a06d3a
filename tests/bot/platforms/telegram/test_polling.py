"""Trouble with polling is waited out, and told by what can be done about it."""

import pytest
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError

from bot.errors import StoreError
from bot.platforms.telegram.faults import NotSentError, TooManyRequests
from bot.platforms.telegram.polling import Trouble, pause, trouble_event


def test_pauses_double_up_to_half_a_minute() -> None:
    pauses = [pause(NetworkError("down"), failures) for failures in range(1, 9)]

    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_refused_token_is_tried_less_and_less_often() -> None:
    assert pause(InvalidToken(), 20) == 300


def test_a_wait_that_was_told_is_kept() -> None:
    assert pause(TooManyRequests(120), 1) == 120


def test_pauses_stay_finite_after_a_year_of_failures() -> None:
    assert pause(NetworkError("down"), 10**6) == 30


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (InvalidToken(), "telegram_token_refused"),
        (Conflict("terminated"), "telegram_polled_elsewhere"),
        (NotSentError("no connection"), "telegram_unreachable"),
        (TelegramError("odd"), "telegram_unreachable"),
        (StoreError("disk full"), "telegram_updates_not_stored"),
    ],
)
def test_trouble_has_the_name_of_what_can_be_done(error: Trouble, name: str) -> None:
    assert trouble_event(error) == name
