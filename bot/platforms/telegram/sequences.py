"""Which sequence a message's number is one of: Telegram counts the messages of some chats together."""

from collections.abc import Mapping

from bot.delivery.outcome import Sighting

ACCOUNT = "telegram:account"
"""The sequence that a bot's private chats and basic groups share (levlam, tdlib/td #533)."""

SUPERGROUPS = -1_000_000_000_000
"""Ids below this are supergroups and channels, each with numbers of its own; other negative ones are basic groups."""


def sequence(chat: int) -> str:
    """The sequence that numbers the messages of the chat with this id."""
    return f"telegram:{chat}" if chat < SUPERGROUPS else ACCOUNT


def sighting(message: object) -> Sighting | None:
    """The number of a message in the form of the Bot API (also one that cannot be accessed); None where it has none."""
    match message:
        case {"message_id": int(number), "chat": Mapping() as chat} if number > 0 and isinstance(chat.get("id"), int):
            return Sighting(sequence(chat["id"]), number)
        case _:
            return None
