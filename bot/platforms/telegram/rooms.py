"""What kind of chat a message went to, and what the bot may do there: asked anew each time, for rights change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram.error import TelegramError

from bot.platforms.telegram.asking import Asker
from bot.platforms.telegram.sequences import SUPERGROUPS, sequence


@dataclass(frozen=True, slots=True)
class Room:
    """A chat, as whoever looks for a message in it has to know it."""

    address: int | str
    """As calls name it."""
    id: int
    edits_others: bool = False
    """Whether the bot may edit what others posted: no edit may be tried here that could change a message."""
    guarded: bool = False
    """Whether its messages cannot be forwarded."""
    is_heard: bool = True
    """Whether the bot is surely told of what others post: in a supergroup it depends."""

    is_forum: bool = False
    """Whether it is divided into topics; of a private chat this is not asked."""

    @property
    def sequence(self) -> str:
        """The sequence that numbers its messages."""
        return sequence(self.id)

    @property
    def is_private(self) -> bool:
        """Whether it is one person's."""
        return self.id > 0


class Rooms:
    """Asks Telegram about chats."""

    def __init__(self) -> None:
        self._bot: int | None = None

    async def room(self, asker: Asker, address: int | str) -> Room:
        """The chat; in a private one or a basic group nobody edits another's messages, so nothing is asked.

        Raises:
            TelegramError: Telegram does not tell.
        """
        if isinstance(address, int) and address >= SUPERGROUPS:
            return Room(address, address)
        chat = await told(asker, "getChat", {"chat_id": address})
        if not isinstance(chat.get("id"), int):
            raise TelegramError("answer names no chat")
        is_channel = chat.get("type") == "channel"
        return Room(
            address,
            chat["id"],
            edits_others=is_channel and await self._edits(asker, address),
            guarded=chat.get("has_protected_content") is True,
            is_heard=is_channel,
            is_forum=chat.get("is_forum") is True,
        )

    async def _edits(self, asker: Asker, channel: int | str) -> bool:
        if self._bot is None:
            self._bot = (await told(asker, "getMe", {})).get("id")
        member = await told(asker, "getChatMember", {"chat_id": channel, "user_id": self._bot})
        return member.get("status") == "creator" or member.get("can_edit_messages") is True


async def told(asker: Asker, method: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object that is answered; TelegramError where it is none."""
    answer = await asker.ask(method, arguments)
    if not isinstance(answer, dict):
        raise TelegramError(f"{method}: answer is no object")
    return answer
