"""What a platform reports of a chat itself: that it shut the bot out, let it in, or has another address."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChatGone:
    """The bot was blocked, kicked or removed: nothing can be sent there any more."""

    platform: str
    address: str


@dataclass(frozen=True, slots=True)
class ChatJoined:
    """The bot was unblocked, added or let in again."""

    platform: str
    address: str


@dataclass(frozen=True, slots=True)
class ChatMoved:
    """The group became a supergroup: the same people at another address."""

    platform: str
    old: str
    new: str


ChatEvent = ChatGone | ChatJoined | ChatMoved
