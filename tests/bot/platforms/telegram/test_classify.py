"""Every error of the Bot API has its outcome."""

import warnings
from datetime import timedelta

import pytest
from telegram import error as errors
from telegram.error import BadRequest, TelegramError

from bot.delivery.delivery import Call
from bot.delivery.outcome import Deferred, Failed, Lost, Moved, Outcome, Rejected, Sent, Sighting, Uncertain
from bot.platforms.telegram.classify import ERROR_LENGTH, GONE, THREAD_GONE, outcome, reason, seconds, sent
from bot.platforms.telegram.faults import NotSentError, TooManyRequests

SEND = Call("sendMessage", {"chat_id": 1, "text": "news"})
EDIT = Call("editMessageText", {"chat_id": 1, "message_id": 12, "text": "news"})

KINDS: dict[type[TelegramError], tuple[TelegramError, Outcome]] = {
    TelegramError: (TelegramError("answer is no JSON object"), Uncertain("answer is no JSON object")),
    errors.NetworkError: (errors.NetworkError("Bad Gateway"), Uncertain("bad Gateway")),
    errors.TimedOut: (errors.TimedOut(), Uncertain("timed out")),
    BadRequest: (BadRequest("Bad Request: message is too long"), Rejected("message is too long")),
    errors.Forbidden: (
        errors.Forbidden("Forbidden: bot was blocked by the user"),
        Lost("forbidden: bot was blocked by the user"),
    ),
    errors.InvalidToken: (errors.InvalidToken("Unauthorized"), Failed("unauthorized")),
    errors.EndPointNotFound: (errors.EndPointNotFound("no such method"), Failed("no such method")),
    errors.Conflict: (errors.Conflict("Conflict: terminated"), Failed("conflict: terminated")),
    errors.ChatMigrated: (errors.ChatMigrated(-1001), Moved("-1001")),
    errors.PassportDecryptionError: (
        errors.PassportDecryptionError("no key"),
        Uncertain("passportDecryptionError: no key"),
    ),
    NotSentError: (NotSentError("no connection"), Failed("no connection")),
    TooManyRequests: (TooManyRequests(7.5), Deferred(7.5)),
}


def everything_below(kind: type[TelegramError]) -> set[type[TelegramError]]:
    return {kind}.union(*(everything_below(child) for child in kind.__subclasses__()))


def test_no_error_of_the_library_is_unknown_to_this_table() -> None:
    assert everything_below(TelegramError) == {*KINDS, errors.RetryAfter}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_has_the_outcome_of_its_kind(kind: type[TelegramError]) -> None:
    error, expected = KINDS[kind]

    assert type(error) is kind
    assert outcome(error, SEND) == expected


def test_the_librarys_own_wait_is_obeyed_as_well() -> None:
    with warnings.catch_warnings(action="ignore"):
        assert outcome(errors.RetryAfter(3), SEND) == Deferred(3.0)


def test_waits_are_seconds_in_either_form() -> None:
    assert seconds(4) == seconds(timedelta(seconds=4)) == 4.0


@pytest.mark.parametrize("text", GONE)
def test_a_destination_that_is_gone_is_told_from_a_wrong_message(text: str) -> None:
    error = BadRequest(f"Bad Request: {text.upper()} for ever")

    assert outcome(error, SEND) == Lost(reason(error))


@pytest.mark.parametrize("text", THREAD_GONE)
def test_a_topic_that_is_gone_is_told_from_its_chat(text: str) -> None:
    error = BadRequest(f"Bad Request: {text.upper()}")

    assert outcome(error, SEND) == Lost(reason(error), thread_only=True)


def test_an_edit_that_was_made_before_is_made() -> None:
    error = BadRequest("Bad Request: message is not modified: specified new message content is the same")

    assert outcome(error, EDIT) == Sent({"message_id": 12})


def test_not_modified_means_nothing_for_a_new_message() -> None:
    assert isinstance(outcome(BadRequest("Bad Request: message is not modified"), SEND), Rejected)


def test_a_message_that_is_no_more_cannot_be_edited() -> None:
    error = BadRequest("Bad Request: message to edit not found")

    assert outcome(error, EDIT) == Rejected("message to edit not found")


@pytest.mark.parametrize("error", [errors.TimedOut(), errors.NetworkError("lost"), TelegramError("odd")])
def test_an_edit_whose_fate_is_unclear_may_be_tried_again(error: TelegramError) -> None:
    assert isinstance(outcome(error, EDIT), Failed)


def test_a_sent_message_is_named_by_its_number() -> None:
    assert sent({"message_id": 7, "chat": {"id": 1}}, SEND) == Sent({"message_id": 7}, Sighting("telegram:account", 7))


def test_a_message_without_a_chat_is_sent_all_the_same() -> None:
    assert sent({"message_id": 7}, SEND) == Sent({"message_id": 7})


def test_an_edit_says_nothing_new_of_numbers() -> None:
    assert sent({"message_id": 12, "chat": {"id": 1}}, EDIT) == Sent({"message_id": 12})


def test_a_bare_true_confirms_an_edit() -> None:
    assert sent(True, EDIT) == Sent({"message_id": 12})


@pytest.mark.parametrize("result", [None, True, {}, {"message_id": "7"}, [], "ok"])
def test_an_answer_that_names_no_message_leaves_a_new_one_unclear(result: object) -> None:
    assert isinstance(sent(result, SEND), Uncertain)


def test_a_reason_is_one_short_line() -> None:
    text = reason(TelegramError("Bad\n  gateway " + "x" * 1000))

    assert text.startswith("bad gateway xxx")
    assert len(text) == ERROR_LENGTH
