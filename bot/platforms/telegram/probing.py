"""What the Bot API's refusals say about a message, and about whether to ask on; pure.

No call of the Bot API shows a message. But each edit looks at its message before it does anything, and its words of
refusal say what it found: tdlib/telegram-bot-api, Client.cpp (`check_message`); tdlib/td, MessagesManager.cpp
(`edit_message_caption`).
"""

from collections.abc import Mapping
from enum import Enum

from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.delivery.doubt import Later, Unknowable
from bot.platforms.telegram.classify import reason, seconds
from bot.platforms.telegram.timing import TIMING


class Sight(Enum):
    """What there is under a number, as far as the answer to a call about it tells."""

    NOTHING = "nothing that this chat shows the bot"
    FOREIGN = "a message of somebody else's, or none that could be ours"
    OWN_TEXT = "a text of the bot's own"
    SAME = "a text of the bot's own that says just what the edit would have it say"
    TAKEN = "a message that the call could be carried out with"


REFUSALS: Mapping[str, Sight] = {
    "message to edit not found": Sight.NOTHING,
    "message to forward not found": Sight.NOTHING,
    "message to delete not found": Sight.NOTHING,
    "message_id_invalid": Sight.NOTHING,
    "message can't be edited": Sight.FOREIGN,
    "message can't be forwarded": Sight.FOREIGN,
    "message_author_required": Sight.FOREIGN,
    "there is no caption in the message to edit": Sight.OWN_TEXT,
    "message is not modified": Sight.SAME,
}
"""How a refusal begins, and what it says of the message."""


def sight(error: TelegramError) -> Sight | None:
    """What the refusal says of the message; None where it is about something else."""
    if not isinstance(error, BadRequest | Forbidden):
        return None
    words = error.message.lower().removeprefix("forbidden: ")
    return next((seen for begin, seen in REFUSALS.items() if words.startswith(begin)), None)


def stumped(error: TelegramError, again: float = TIMING.ask_again) -> Later | Unknowable:
    """Whether asking may help, `again` seconds later, after an error that says nothing of the message."""
    match error:
        case RetryAfter():
            return Later(seconds(error.retry_after), reason(error))
        case ChatMigrated():
            return Unknowable(f"the group became the supergroup {error.new_chat_id}, which counts anew")
        case Forbidden() | BadRequest():
            return Unknowable(reason(error))
        case _:
            return Later(again, reason(error))
