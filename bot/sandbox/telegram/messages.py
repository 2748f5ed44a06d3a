"""The Bot API's methods that post, edit, pass on and delete messages, with the rules and words of the real server."""

from datetime import timedelta
from typing import Any

from bot.sandbox.telegram.chats import Chat, Chats, Message
from bot.sandbox.telegram.clock import unix
from bot.sandbox.telegram.content import keyboard_of, text_of
from bot.sandbox.telegram.refusals import bad_request
from bot.sandbox.telegram.requests import Arguments, boolean, integer

UNMODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
DELETABLE = timedelta(hours=48)
"""https://core.telegram.org/bots/api#deletemessage"""

SHOWN = frozenset({"text", "entities", "reply_markup", "edit_date"})
"""What an edit can change."""


class Messages:
    """What can be done with messages, over the chats there are."""

    def __init__(self, chats: Chats) -> None:
        self._chats = chats

    def send(self, arguments: Arguments) -> Message:
        """`sendMessage`."""
        content = text_of(arguments)
        return self._post(arguments, content)

    def forward(self, arguments: Arguments) -> Message:
        """`forwardMessage`: the whole message comes back, which is how a bot can look at one."""
        source = self._source(arguments, "forward")
        origin = {"type": "user", "sender_user": source.get("from"), "date": source["date"]}
        if "sender_chat" in source:
            chat, number = source["chat"], source["message_id"]
            origin = {"type": "channel", "chat": chat, "message_id": number, "date": source["date"]}
        return self._post({**arguments, "reply_markup": None}, {"forward_origin": origin, **said(source)})

    def copy(self, arguments: Arguments) -> dict[str, int]:
        """`copyMessage`: nothing but the new number comes back."""
        return {"message_id": self._post(arguments, said(self._source(arguments, "copy")))["message_id"]}

    def edit_text(self, arguments: Arguments) -> Message:
        """`editMessageText`; the keyboard goes where none comes along."""
        content = text_of(arguments)
        chat, message = self._own(arguments)
        return self._edit(chat, message, {**content, **keyboard_of(arguments)})

    def edit_keyboard(self, arguments: Arguments) -> Message:
        """`editMessageReplyMarkup`."""
        chat, message = self._own(arguments)
        return self._edit(chat, message, {**said(message), **keyboard_of(arguments)})

    def edit_caption(self, arguments: Arguments) -> Message:
        """`editMessageCaption`: texts have none, and by its words a bot learns whether a number is a text of its own.

        TDLib checks whose the message is, and then what it is, before it asks any server (`edit_message_caption`).
        """
        self._own(arguments)
        raise bad_request("there is no caption in the message to edit")

    def edit_location(self, arguments: Arguments) -> Message:
        """`editMessageLiveLocation`: there are none."""
        for name in ("latitude", "longitude"):
            if arguments.get(name) in {None, ""}:
                raise bad_request(f"{name} is empty")
        self._own(arguments)
        raise bad_request("there is no live location in the message to edit")

    def delete(self, arguments: Arguments) -> bool:
        """`deleteMessage`: what is the bot's own, or a person's in a private chat, for two days."""
        chat, message = self._named(arguments, "delete")
        if message["message_id"] not in chat.own and chat.kind != "private":
            raise bad_request("message can't be deleted")
        if unix(self._chats.clock) - message["date"] > DELETABLE.total_seconds():
            raise bad_request("message can't be deleted for everyone")
        self._chats.remove(chat, message["message_id"])
        return True

    def _post(self, arguments: Arguments, content: Message) -> Message:
        chat = self._chats.find(arguments.get("chat_id"))
        keyboard = keyboard_of(arguments)
        thread = integer(arguments, "message_thread_id") or None
        chat.check_thread(thread)
        guarded = {"has_protected_content": True} if boolean(arguments, "protect_content") else {}
        whole = {**self._reply(chat, arguments), **content, **keyboard, **guarded}
        return self._chats.post(chat, whole, thread, self._chats.bot)

    def _reply(self, chat: Chat, arguments: Arguments) -> dict[str, Any]:
        asked = arguments.get("reply_parameters") or {}
        number = integer(asked, "message_id") or integer(arguments, "reply_to_message_id")
        if not number:
            return {}
        elsewhere = self._chats.find(asked["chat_id"]) if asked.get("chat_id") else chat
        message = elsewhere.messages.get(number)
        if message is None:
            if boolean(asked, "allow_sending_without_reply") or boolean(arguments, "allow_sending_without_reply"):
                return {}
            raise bad_request("message to be replied not found")
        quote = str(asked.get("quote") or "")
        if quote not in message.get("text", ""):
            raise bad_request("QUOTE_TEXT_INVALID")
        quoted = {"quote": {"text": quote, "position": message["text"].index(quote)}} if quote else {}
        return {"reply_to_message": {k: v for k, v in message.items() if k != "reply_to_message"}, **quoted}

    def _named(self, arguments: Arguments, doing: str, chat_field: str = "chat_id") -> tuple[Chat, Message]:
        if not arguments.get(chat_field) and not integer(arguments, "message_id"):
            raise bad_request("message identifier is not specified")
        chat = self._chats.find(arguments.get(chat_field))
        message = chat.messages.get(integer(arguments, "message_id"))
        if message is None:
            raise bad_request(f"message to {doing} not found")
        return chat, message

    def _source(self, arguments: Arguments, doing: str) -> Message:
        _, message = self._named(arguments, doing, "from_chat_id")
        if message.get("has_protected_content") or "text" not in message:
            raise bad_request(f"message can't be {'forwarded' if doing == 'forward' else 'copied'}")
        return message

    def _own(self, arguments: Arguments) -> tuple[Chat, Message]:
        chat, message = self._named(arguments, "edit")
        foreign = message["message_id"] not in chat.own
        if (foreign and not (chat.kind == "channel" and chat.edits_others)) or "forward_origin" in message:
            raise bad_request("message can't be edited")
        return chat, message

    def _edit(self, chat: Chat, message: Message, content: Message) -> Message:
        if content == {name: message[name] for name in SHOWN - {"edit_date"} if name in message}:
            raise bad_request(UNMODIFIED)
        kept = {name: value for name, value in message.items() if name not in SHOWN}
        return self._chats.replace(chat, {**kept, "edit_date": unix(self._chats.clock), **content})


def said(message: Message) -> dict[str, Any]:
    """What a message says, without its buttons."""
    return {name: message[name] for name in ("text", "entities") if name in message}
