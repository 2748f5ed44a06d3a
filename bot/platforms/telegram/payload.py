"""Says an answer in calls of the Bot API, complete with address, thread, edit and buttons."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from bot.command import Answer, Button, Command
from bot.delivery.delivery import Call, Destination
from digests.message import Message

CALLBACK_BYTES = 64
"""callback_data's most, in bytes: https://core.telegram.org/bots/api#inlinekeyboardbutton"""

ROW_BUTTONS = 8
KEYBOARD_BUTTONS = 100
"""What Telegram shows of an inline keyboard, in a row and in all; undocumented, it drops the rest."""

GENERAL = "1"
"""The thread id of a forum's General topic, which no message may name: messages go there without one."""

EDITABLE = frozenset({"text", "parse_mode", "entities", "link_preview_options"})
"""What an edit takes of a payload: https://core.telegram.org/bots/api#editmessagetext"""


def calls(answer: Answer, destination: Destination, command: Command | None) -> tuple[Call, ...]:
    """The calls that say the answer at the destination, in order, buttons under the last message.

    Where a button was pressed, the first message takes the place of the one that has the button.
    """
    edited = None if command is None or command.edit is None else command.edit.get("message_id")
    keyboard = inline_keyboard(answer.buttons)
    last = len(answer.messages) - 1
    return tuple(
        call(message, destination, edited if at == 0 else None, keyboard if at == last else ())
        for at, message in enumerate(answer.messages)
    )


def call(message: Message, destination: Destination, edited: int | None, keyboard: Iterable[object]) -> Call:
    """One message as a new one, or in place of the message `edited`."""
    markup = {"reply_markup": {"inline_keyboard": keyboard}} if keyboard else {}
    if edited is None:
        return Call("sendMessage", {**place(destination), **message.payload, **markup})
    content = {name: value for name, value in message.payload.items() if name in EDITABLE}
    return Call("editMessageText", {"chat_id": chat_id(destination.address), "message_id": edited, **content, **markup})


def place(destination: Destination) -> dict[str, Any]:
    """`chat_id`, and `message_thread_id` where the destination is a forum's topic."""
    chat = {"chat_id": chat_id(destination.address)}
    if destination.thread is None or destination.thread == GENERAL:
        return chat
    return {**chat, "message_thread_id": int(destination.thread)}


def chat_id(address: str) -> int | str:
    """A number where the address is one; else as it is (`@channel`)."""
    digits = address.removeprefix("-")
    return int(address) if digits.isascii() and digits.isdecimal() else address


def inline_keyboard(rows: Iterable[Iterable[Button]]) -> list[list[Mapping[str, str]]]:
    """Rows of at most 8 buttons, 100 in all; longer rows go on in the next."""
    left = KEYBOARD_BUTTONS
    keyboard = []
    for row in rows:
        kept = [keyboard_button(button) for button in islice(row, left)]
        left -= len(kept)
        keyboard += [kept[at : at + ROW_BUTTONS] for at in range(0, len(kept), ROW_BUTTONS)]
    return keyboard


def keyboard_button(button: Button) -> Mapping[str, str]:
    """The button, with the command it stands for as its data: `latest azure 5`."""
    return {"text": button.label, "callback_data": callback_data(button.name, button.argument)}


def callback_data(name: str, argument: str) -> str:
    """`name argument` in at most 64 bytes of UTF-8.

    Where it is longer, the longest words of the argument lose their ends, so that a topic is still found by how it
    begins and the numbers behind it stay.
    """
    words = [name, *argument.split()]
    while len(" ".join(words).encode()) > CALLBACK_BYTES:
        longest = max(range(1, len(words)), key=lambda at: len(words[at].encode()), default=0)
        words[longest] = words[longest][:-1]
        words = [word for word in words if word]
    return " ".join(words)
