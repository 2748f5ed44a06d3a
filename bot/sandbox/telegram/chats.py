"""The chats of the stand-in for Telegram: who is there, what was said, and what a bot may not do."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

BOT = {"id": 123456, "is_bot": True, "first_name": "Stand-in", "username": "standin_bot"}
SHARED = frozenset({"private", "group"})
"""Kinds of chats that number their messages together (tdlib/td #533); the others have numbers of their own."""

SUPERGROUPS = -1_000_000_000_000
"""Ids below this are supergroups and channels; other negative ones are basic groups."""


class RefusedError(Exception):
    """The call is refused: status, the Bot API's words, and its parameters."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


@dataclass(slots=True)
class Chat:
    """One chat; `shut` is why nothing can be sent to it, in the Bot API's words."""

    id: int
    kind: str
    title: str
    forum: bool = False
    username: str | None = None
    shut: str | None = None
    moved_to: int | None = None
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    """All there were, by number, as the Bot API shows them now."""
    own: set[int] = field(default_factory=set)
    """Which of them are the bot's."""

    def shown(self) -> dict[str, Any]:
        """The chat in the Bot API's form."""
        name = {"first_name": self.title} if self.kind == "private" else {"title": self.title}
        forum = {"is_forum": True} if self.forum else {}
        username = {} if self.username is None else {"username": self.username}
        return {"id": self.id, "type": self.kind, **name, **username, **forum}

    def check_thread(self, thread: int | None) -> None:
        """RefusedError where there is no such topic; General, number 1, is named by no message."""
        if thread is not None and (not self.forum or thread <= 1):
            raise RefusedError(400, "Bad Request: message thread not found")


class Chats:
    """All chats the bot can know of."""

    def __init__(self) -> None:
        self._chats: dict[int, Chat] = {}
        self._shared = count(1)
        self._own: dict[int, count[int]] = {}

    def add(
        self, chat: int, kind: str | None = None, *, title: str = "", forum: bool = False, username: str | None = None
    ) -> Chat:
        """Let there be the chat; its kind follows from its id where it is not said."""
        kind = kind or ("private" if chat > 0 else "supergroup" if chat < SUPERGROUPS else "group")
        self._chats[chat] = Chat(chat, kind, title or f"{kind} {chat}", forum, username)
        return self._chats[chat]

    def get(self, chat: int) -> Chat:
        """The chat, made where there is none: for what people do there."""
        return self._chats.get(chat) or self.add(chat)

    def find(self, chat: object) -> Chat:
        """The chat that a call names, by id or `@username`; RefusedError where the bot cannot write to it."""
        if chat in {None, ""}:
            raise RefusedError(400, "Bad Request: chat_id is empty")
        named = (one for one in self._chats.values() if str(chat) in {str(one.id), f"@{one.username}"})
        found = next(named, None)
        if found is None:
            raise RefusedError(400, "Bad Request: chat not found")
        if found.moved_to is not None:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise RefusedError(400, words, migrate_to_chat_id=found.moved_to)
        if found.shut is not None:
            raise RefusedError(403, f"Forbidden: {found.shut}")
        return found

    def post(
        self, chat: Chat, content: Mapping[str, Any], thread: int | None, sender: Mapping[str, Any]
    ) -> dict[str, Any]:
        """A new message in the chat."""
        numbers = self._shared if chat.kind in SHARED else self._own.setdefault(chat.id, count(1))
        author = {"sender_chat": chat.shown()} if chat.kind == "channel" else {"from": dict(sender)}
        topic = {} if thread is None else {"message_thread_id": thread, "is_topic_message": True}
        number = next(numbers)
        message = {"message_id": number, **author, "chat": chat.shown(), "date": int(time.time()), **topic, **content}
        chat.messages[number] = message
        if sender is BOT:
            chat.own.add(number)
        return message
