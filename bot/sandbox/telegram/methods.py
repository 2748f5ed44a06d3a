"""The Bot API's methods that a news bot calls, with the rules and the words of the real server."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.telegram.chats import BOT, Chats, RefusedError
from bot.sandbox.telegram.html import MarkupError, Parsed, parse_html

LONGEST_TEXT = 4096
MOST_ENTITIES = 100
LONGEST_DATA = 64
COMMAND = re.compile(r"[a-z0-9_]{1,32}", re.ASCII)
LONGEST_DESCRIPTION = 256
MOST_COMMANDS = 100

UNMODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"

Arguments = Mapping[str, Any]


class Methods:
    """What can be called, over the chats there are."""

    def __init__(self, chats: Chats) -> None:
        self.chats = chats
        self.commands: list[dict[str, str]] = []
        self.webhook = ""
        self.queries: set[str] = set()
        """Presses of buttons that wait to be acknowledged."""
        self._by_name: Mapping[str, Callable[[Arguments], Any]] = {
            "getme": lambda _: {**BOT, "can_join_groups": True, "can_read_all_group_messages": False},
            "sendmessage": self._send,
            "editmessagetext": self._edit,
            "deletemessage": self._delete,
            "answercallbackquery": self._acknowledge,
            "setmycommands": self._set_commands,
            "getmycommands": lambda _: self.commands,
            "getwebhookinfo": lambda _: {"url": self.webhook, "has_custom_certificate": False},
            "setwebhook": self._set_webhook,
            "deletewebhook": self._set_webhook,
        }

    def call(self, method: str, arguments: Arguments) -> Any:
        """The method's result; RefusedError where it is refused, as one that does not exist is with a 404."""
        found = self._by_name.get(method.lower())
        if found is None:
            raise RefusedError(404, "Not Found")
        return found(arguments)

    def _send(self, arguments: Arguments) -> Any:
        chat = self.chats.find(arguments.get("chat_id"))
        thread = arguments.get("message_thread_id")
        content = {**text_of(arguments), **keyboard_of(arguments)}
        chat.check_thread(None if thread is None else int(thread))
        return self.chats.post(chat, content, thread and int(thread), BOT)

    def _edit(self, arguments: Arguments) -> Any:
        chat = self.chats.find(arguments.get("chat_id"))
        message = chat.messages.get(int(arguments.get("message_id") or 0))
        content = {**text_of(arguments), **keyboard_of(arguments)}
        if message is None:
            raise RefusedError(400, "Bad Request: message to edit not found")
        if message["message_id"] not in chat.own:
            raise RefusedError(400, "Bad Request: message can't be edited")
        kept = {name: value for name, value in message.items() if name not in {"text", "entities", "reply_markup"}}
        if {**kept, **content} == message:
            raise RefusedError(400, UNMODIFIED)
        chat.messages[message["message_id"]] = {**kept, **content, "edit_date": kept["date"]}
        return chat.messages[message["message_id"]]

    def _delete(self, arguments: Arguments) -> bool:
        chat = self.chats.find(arguments.get("chat_id"))
        if chat.messages.pop(int(arguments.get("message_id") or 0), None) is None:
            raise RefusedError(400, "Bad Request: message to delete not found")
        return True

    def _acknowledge(self, arguments: Arguments) -> bool:
        query = str(arguments.get("callback_query_id"))
        if query not in self.queries:
            raise RefusedError(400, TOO_OLD)
        self.queries.remove(query)
        return True

    def _set_commands(self, arguments: Arguments) -> bool:
        commands = arguments.get("commands") or []
        if len(commands) > MOST_COMMANDS:
            raise RefusedError(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
        if not all(COMMAND.fullmatch(str(one.get("command"))) for one in commands):
            raise RefusedError(400, "Bad Request: BOT_COMMAND_INVALID")
        if not all(1 <= len(str(one.get("description", ""))) <= LONGEST_DESCRIPTION for one in commands):
            raise RefusedError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands = [dict(one) for one in commands]
        return True

    def _set_webhook(self, arguments: Arguments) -> bool:
        self.webhook = str(arguments.get("url") or "")
        return True


def text_of(arguments: Arguments) -> dict[str, Any]:
    """The text that is shown, with its entities; RefusedError where Telegram takes none of it."""
    source = str(arguments.get("text") or "")
    try:
        parsed = parse_html(source) if str(arguments.get("parse_mode", "")).lower() == "html" else Parsed(source)
    except MarkupError as fault:
        raise RefusedError(400, f"Bad Request: can't parse entities: {fault}") from fault
    text = parsed.text.strip()
    if not text:
        raise RefusedError(400, "Bad Request: message text is empty")
    if len(text) > LONGEST_TEXT:
        raise RefusedError(400, "Bad Request: message is too long")
    lead = len(parsed.text) - len(parsed.text.lstrip())
    entities = [
        {**one, "offset": max(one["offset"] - lead, 0), "length": one["length"] + min(one["offset"] - lead, 0)}
        for one in parsed.entities[:MOST_ENTITIES]
    ]
    return {"text": text, "entities": entities} if entities else {"text": text}


def keyboard_of(arguments: Arguments) -> dict[str, Any]:
    """The inline keyboard; RefusedError where a button is one that Telegram does not take."""
    markup = arguments.get("reply_markup") or {}
    rows = markup.get("inline_keyboard", [])
    for button in (button for row in rows for button in row):
        if not button.get("text"):
            words = "Bad Request: can't parse inline keyboard button: Can't find field \"text\""
            raise RefusedError(400, words)
        if not 1 <= len(str(button.get("callback_data", "")).encode()) <= LONGEST_DATA:
            raise RefusedError(400, "Bad Request: BUTTON_DATA_INVALID")
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}
