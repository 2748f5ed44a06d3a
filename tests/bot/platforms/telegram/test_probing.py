"""What refusals say of a message, and of whether to ask on."""

import pytest
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, TelegramError, TimedOut

from bot.delivery.doubt import Later, Unknowable
from bot.platforms.telegram.faults import NotSentError, TooManyRequests
from bot.platforms.telegram.probing import REFUSALS, Sight, sight, stumped
from bot.platforms.telegram.timing import TIMING
from tests.bot.platforms.telegram.test_classify import KINDS


@pytest.mark.parametrize(("words", "seen"), REFUSALS.items())
def test_the_words_of_a_refusal_say_what_there_is(words: str, seen: Sight) -> None:
    assert sight(BadRequest(f"Bad Request: {words}")) is seen
    assert sight(BadRequest(f"Bad Request: {words.upper()}: and more")) is seen
    assert sight(Forbidden(f"Forbidden: {words}")) is seen


@pytest.mark.parametrize("error", [BadRequest("chat not found"), Forbidden("Forbidden: bot was kicked"), TimedOut()])
def test_other_refusals_say_nothing_of_the_message(error: TelegramError) -> None:
    assert sight(error) is None


@pytest.mark.parametrize("words", REFUSALS)
def test_words_of_a_failure_say_nothing_of_the_message(words: str) -> None:
    assert sight(NetworkError(words)) is None


@pytest.mark.parametrize(
    "error", [TelegramError("odd"), NetworkError("502"), TimedOut(), NotSentError("no"), InvalidToken("no")]
)
def test_what_may_heal_is_asked_again(error: TelegramError) -> None:
    assert stumped(error) == Later(TIMING.ask_again, error.message[:1].lower() + error.message[1:])


def test_a_wait_is_as_long_as_told() -> None:
    assert stumped(TooManyRequests(35)) == Later(35, "too many requests: retry after 35 s")


@pytest.mark.parametrize("error", [BadRequest("Chat not found"), Forbidden("Forbidden: bot was kicked")])
def test_what_is_refused_for_good_cannot_be_known(error: TelegramError) -> None:
    assert isinstance(stumped(error), Unknowable)


def test_a_group_that_moved_cannot_be_asked() -> None:
    assert stumped(ChatMigrated(-1005)) == Unknowable("the group became the supergroup -1005, which counts anew")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_of_the_library_has_its_meaning(kind: type[TelegramError]) -> None:
    assert isinstance(stumped(KINDS[kind][0]), Later | Unknowable)
