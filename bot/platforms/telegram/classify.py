"""What an error of the Bot API means for a delivery."""

from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.delivery.delivery import Call
from bot.delivery.outcome import Deferred, Failed, Lost, Moved, Outcome, Rejected, Sent, Uncertain
from bot.platforms.telegram.faults import NotSentError
from bot.platforms.telegram.sequences import sighting

SEND = "sendMessage"
EDIT = "editMessageText"

GONE = (
    # The server's own words: tdlib/telegram-bot-api, Client.cpp, and tdlib/td, MessagesManager.cpp.
    "chat not found",
    "chat_id is empty",
    "chat is deactivated",
    "group chat is deactivated",
    "group is deactivated",
    "have no rights to send a message",
    "have no write access to the chat",
    "need administrator rights in the channel chat",
    "not enough rights to send",
    "user not found",
    # Telegram's own, passed through: https://core.telegram.org/method/messages.sendMessage#possible-errors
    "channel_invalid",
    "channel_private",
    "chat_admin_required",
    "chat_guest_send_forbidden",
    "chat_id_invalid",
    "chat_restricted",
    "chat_send_plain_forbidden",
    "chat_write_forbidden",
    "input_user_deactivated",
    "peer_id_invalid",
    "user_banned_in_channel",
    "user_deactivated",
    "user_is_blocked",
)
"""How a 400 begins that is about the destination and not about the message; the status alone does not tell."""

THREAD_GONE = ("message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid")
"""How a 400 begins that is about one topic of a forum, and not about its others."""

UNCHANGED = "message is not modified"
"""How a 400 begins that says that an edit was made before (telegram-bot-api, Client.cpp, MESSAGE_NOT_MODIFIED)."""

ERROR_LENGTH = 300
"""Characters kept of an error: an HTML page in place of an answer is quoted in full by python-telegram-bot."""


def outcome(error: TelegramError, call: Call) -> Outcome:
    """What became of the call that raised the error, by its kind.

    Narrow kinds come first, for `BadRequest` and `TimedOut` are `NetworkError`s too.
    """
    became: Outcome
    match error:
        case RetryAfter():
            became = Deferred(seconds(error.retry_after))
        case ChatMigrated():
            became = Moved(str(error.new_chat_id))
        case Forbidden():
            became = Lost(reason(error))
        case BadRequest():
            became = refused(error, call)
        case NotSentError() | InvalidToken() | EndPointNotFound() | Conflict():
            became = Failed(reason(error))
        case _ if call.method == EDIT:
            # Made twice, an edit is still one edit: what is unclear may simply be tried again.
            became = Failed(f"{reason(error)} (an edit may be repeated)")
        case _:
            became = Uncertain(reason(error))
    return became


def refused(error: BadRequest, call: Call) -> Outcome:
    """A 400: an edit that was made already, a destination that is gone, or a message that is wrong."""
    text = error.message.lower()
    if call.method == EDIT and text.startswith(UNCHANGED):
        return Sent({"message_id": call.arguments["message_id"]})
    if text.startswith(THREAD_GONE):
        return Lost(reason(error), thread_only=True)
    return Lost(reason(error)) if text.startswith(GONE) else Rejected(reason(error))


def sent(result: object, call: Call) -> Outcome:
    """What became of the call that was answered with the result; an edit may be answered with a bare `true`.

    An edited message's number is no sighting: it was given long before the call, and sightings of what was sent say
    that it was given since.
    """
    if isinstance(result, dict) and isinstance(result.get("message_id"), int):
        return Sent({"message_id": result["message_id"]}, None if call.method == EDIT else sighting(result))
    if result is True and "message_id" in call.arguments:
        return Sent({"message_id": call.arguments["message_id"]})
    return Uncertain("the answer names no message")


def reason(error: TelegramError) -> str:
    """The error in one short line."""
    text = " ".join(error.message.split())[:ERROR_LENGTH]
    return text[:1].lower() + text[1:]


def seconds(wait: timedelta | int) -> float:
    """python-telegram-bot's waits, of either kind, in seconds."""
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
