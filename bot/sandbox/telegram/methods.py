"""The Bot API's methods that a news bot calls, by name, and which of them count as messages."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.telegram.chats import Chats
from bot.sandbox.telegram.limits import Flood
from bot.sandbox.telegram.members import Members
from bot.sandbox.telegram.menus import Menus
from bot.sandbox.telegram.messages import Messages
from bot.sandbox.telegram.refusals import RefusedError, bad_request, too_many
from bot.sandbox.telegram.requests import Arguments

Method = Callable[[Arguments], Any]

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
ABILITIES = {
    "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False,
    "can_connect_to_business": False, "has_main_web_app": False,
}  # fmt: skip
FLOODING = frozenset(
    {
        "sendmessage", "forwardmessage", "copymessage", "editmessagetext", "editmessagereplymarkup",
        "editmessagecaption", "editmessagelivelocation",
    }
)  # fmt: skip
"""Methods that flood limits count; edits too: https://grammy.dev/advanced/flood."""


class Methods:
    """What can be called, over the chats there are."""

    def __init__(self, chats: Chats, *, limits: bool = False) -> None:
        self.chats = chats
        self.menus = Menus()
        self.queries: set[str] = set()
        """Presses of buttons that wait to be acknowledged."""
        self._flood = Flood() if limits else None
        self._by_name = self._table()

    def call(self, method: str, arguments: Arguments) -> Any:
        """The method's result; RefusedError where it is refused, as one that does not exist is with a 404.

        Upper and lower case are one to the Bot API.
        """
        name = method.lower()
        found = self._by_name.get(name)
        if found is None:
            raise RefusedError(404, "Not Found")
        if self._flood is not None and name in FLOODING:
            self._check_flood(self._flood, arguments)
        return found(arguments)

    def _table(self) -> Mapping[str, Method]:
        messages, members = Messages(self.chats), Members(self.chats)
        return {
            "getme": lambda _: {**self.chats.bot, **ABILITIES},
            "sendmessage": messages.send,
            "forwardmessage": messages.forward,
            "copymessage": messages.copy,
            "editmessagetext": messages.edit_text,
            "editmessagereplymarkup": messages.edit_keyboard,
            "editmessagecaption": messages.edit_caption,
            "editmessagelivelocation": messages.edit_location,
            "deletemessage": messages.delete,
            "answercallbackquery": self._acknowledge,
            "setmycommands": self.menus.set,
            "getmycommands": self.menus.get,
            "deletemycommands": self.menus.delete,
            "getchat": members.chat,
            "getchatmember": members.member,
            "sendchataction": members.act,
            "leavechat": members.leave,
        }

    def _check_flood(self, flood: Flood, arguments: Arguments) -> None:
        chat = self.chats.find(arguments.get("chat_id"))
        now = self.chats.clock.now().timestamp()
        seconds = flood.take(chat.id, now, group=chat.kind in {"group", "supergroup"})
        if seconds:
            raise too_many(seconds)

    def _acknowledge(self, arguments: Arguments) -> bool:
        query = str(arguments.get("callback_query_id"))
        if query not in self.queries:
            raise bad_request(TOO_OLD)
        self.queries.remove(query)
        return True
