"""A chat of the operator's own in which the bot may look at messages: what is passed on there comes back in full."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.delivery.delivery import Call
from bot.platforms.telegram.classify import reason
from bot.platforms.telegram.inquiry import Inquiry, understood
from bot.platforms.telegram.payload import EDITABLE
from bot.platforms.telegram.probing import Sight, sight
from bot.platforms.telegram.rooms import Room

Words = tuple[str, Sequence[Mapping[str, Any]]]
"""What a message says, as Telegram understood it: its text and its entities."""


class LogChat:
    """Shows messages to one look-up; each is deleted there as soon as it was seen."""

    def __init__(self, inquiry: Inquiry, address: int | str) -> None:
        self._inquiry = inquiry
        self._address = address

    async def shown(self, room: Room, number: int) -> Mapping[str, Any] | Sight:
        """The message of the chat, or what the refusal says of it; TelegramError where that is nothing."""
        try:
            return await self._seen("forwardMessage", {"from_chat_id": room.address, "message_id": number})
        except TelegramError as error:
            return understood(error)

    async def meant(self, call: Call) -> Words:
        """What the call says: Telegram parses and trims in ways of its own, so it is had to do so here, too."""
        content = {name: value for name, value in call.arguments.items() if name in EDITABLE}
        return said(await self._seen("sendMessage", content))

    async def _seen(self, method: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        where = {"chat_id": self._address, "disable_notification": True}
        try:
            message = await self._inquiry.ask(method, **where, **arguments)
        except (BadRequest, ChatMigrated, Forbidden) as error:
            if sight(error) is not None:
                raise
            raise BadRequest(f"in the log chat: {reason(error)}") from error
        if not isinstance(message, dict) or not isinstance(message.get("message_id"), int):
            raise TelegramError("the answer shows no message")
        # What stays there harms nobody.
        with suppress(TelegramError):
            await self._inquiry.ask_at_once("deleteMessage", chat_id=self._address, message_id=message["message_id"])
        return message


def said(message: Mapping[str, Any]) -> Words:
    """What a message says, without its buttons and its origin."""
    return str(message.get("text", "")), message.get("entities") or ()


def came_from(message: Mapping[str, Any], room: Room, number: int) -> bool:
    """Whether what was passed on stood in the channel first: what somebody passed on into it keeps its own origin."""
    match message.get("forward_origin"):
        case {"type": "channel", "chat": {"id": chat}, "message_id": origin}:
            return bool(chat == room.id and origin == number)
        case _:
            return False
