"""Tells which topic of a forum a message stands in: a copy in another topic is not the message that is looked for.

An edit moves no message, so whoever took such a copy for the message would leave its own topic without any; and where
one digest goes to two topics, the copy says just what the message says. Yet no refusal names a topic, "not modified"
among them, nor does what is passed on to a log chat. Only the answer to an edit that changes something shows the whole
message. To give up instead would mean to send again, without knowing, whatever loses its answer in a forum, though
most of that has arrived.

So a button is put under the message, and taken away at once. A change of buttons alone marks no message as edited, and
the text stays as it is, whoever's copy it may be. A button that a crash leaves there is taken away by the next look-up.
"""

from collections.abc import Mapping
from typing import Any

from telegram.error import TelegramError

from bot.delivery.delivery import Call
from bot.platforms.telegram.inquiry import Inquiry
from bot.platforms.telegram.probing import Sight

MARK: Mapping[str, Any] = {"inline_keyboard": [[{"text": "…", "callback_data": "…"}]]}
"""Buttons that mean nothing: whoever presses one is not answered."""

GONE = frozenset({Sight.NOTHING, Sight.FOREIGN})


async def is_in_topic(inquiry: Inquiry, number: int, call: Call) -> bool:
    """Whether a text of the bot's own stands in the topic that the call sends to; it has the call's buttons then.

    Raises:
        TelegramError: Telegram does not show it.
    """
    marked = await inquiry.mark(number, MARK)
    restored = await inquiry.mark(number, call.arguments.get("reply_markup"), at_once=True)
    for seen in (marked, restored):
        if isinstance(seen, Mapping):
            return topic_of(seen) == call.arguments.get("message_thread_id")
    if marked in GONE or restored in GONE:
        return False
    raise TelegramError("no answer shows the message's topic")


def topic_of(message: Mapping[str, Any]) -> object:
    """The message's topic; None in General, and where `message_thread_id` names but a chain of replies."""
    return message.get("message_thread_id") if message.get("is_topic_message") is True else None
