"""A Telegram to try a bot against: a Bot API server on this machine, and the people in its chats."""

import asyncio
from collections.abc import Callable, Mapping
from itertools import count
from types import TracebackType
from typing import Any, Self

from bot.sandbox.chaos import Chaos
from bot.sandbox.recording import Recorder
from bot.sandbox.telegram.chats import BOT, Chat, Chats, Message
from bot.sandbox.telegram.clock import Clock, SystemClock, unix
from bot.sandbox.telegram.diary import Diary, Recorded
from bot.sandbox.telegram.faults import Fault
from bot.sandbox.telegram.methods import Methods
from bot.sandbox.telegram.server import Server
from bot.sandbox.telegram.troubles import Troubles
from bot.sandbox.telegram.updates import Updates

PERSON = {"id": 42, "is_bot": False, "first_name": "Ada"}
UNTIL = {"kicked": {"until_date": 0}}


class TelegramStandIn:
    """The server, while its context is entered, and the means to act in its chats and to look at them."""

    def __init__(
        self,
        token: str = "123456:TEST",  # noqa: S107  # invented
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        recorder: Recorder | None = None,
        clock: Clock | None = None,
        limits: bool = False,
    ) -> None:
        """`limits` switches Telegram's flood limits on; the clock measures them, and how late a late call is."""
        self._host = host
        self._port = port
        clock = SystemClock() if clock is None else clock
        self._diary = Diary(recorder, clock)
        self._troubles = Troubles()
        self._methods = Methods(Chats(bot_of(token), clock), limits=limits)
        self._updates = Updates(self._diary.event)
        self._server = Server(token, self._methods, self._updates, self._diary, self._troubles)
        self._queries = count(1)

    async def __aenter__(self) -> Self:
        """Listen."""
        self._port = await self._server.open(self._host, self._port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close, with every connection."""
        await self._server.close()

    @property
    def url(self) -> str:
        """What a bot is given as its `base_url`."""
        return f"http://{self._host}:{self._port}"

    @property
    def calls(self) -> list[Recorded]:
        """Every request, in the order in which they were answered; the latest hundred thousand at least."""
        return self._diary.calls

    @property
    def chats(self) -> Chats:
        """The chats, to add some; a bot cannot write to one that is not there."""
        return self._methods.chats

    @property
    def commands(self) -> list[dict[str, str]]:
        """The menu that the bot has set for everybody."""
        return self._methods.menus.default

    @property
    def pending(self) -> list[int]:
        """Numbers of the updates that the bot has not taken yet."""
        return [update["update_id"] for update in self._updates.pending]

    def messages(self, chat: int) -> list[Message]:
        """What the bot has in the chat now, edits made, oldest first."""
        room = self.chats.get(chat)
        return [message for number, message in room.messages.items() if number in room.own]

    def history(self, chat: int) -> list[Message]:
        """All that is to be seen in the chat now, people's messages too, oldest first."""
        return list(self.chats.get(chat).messages.values())

    def on_change(self, callback: Callable[[int], None]) -> Callable[[], None]:
        """Have the chat's id told whenever what is to be seen in it changes; answers what ends that."""
        self.chats.watchers.append(callback)
        return lambda: self.chats.watchers.remove(callback)

    def requests(self, method: str) -> list[Recorded]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of the method meet these, one each; `webhook` is what brings updates to the bot."""
        self._troubles.tell(method, faults)

    def disturb(self, chaos: Chaos | None, *methods: str) -> None:
        """Let calls of these methods meet random faults; of all but `getUpdates` where none is named."""
        self._troubles.disturb(chaos, methods)

    async def say(
        self, chat: int, text: str, *, thread: int | None = None, user: Mapping[str, Any] | None = None
    ) -> int:
        """Have a person write in the chat (in a channel: have it post); the update's number."""
        room = self.chats.get(chat)
        message = self.chats.post(room, spoken(text), thread, PERSON if user is None else user)
        return self._updates.push("channel_post" if room.kind == "channel" else "message", message)

    async def press(self, chat: int, message: int, data: str, *, user: Mapping[str, Any] | None = None) -> int:
        """Have a person press the button with this data under the message; the update's number."""
        query = f"query-{next(self._queries)}"
        self._methods.queries.add(query)
        content = {"message": self.chats.get(chat).messages[message], "chat_instance": str(chat), "data": data}
        sender = dict(PERSON if user is None else user)
        return self._updates.push("callback_query", {"id": query, "from": sender, **content})

    async def block(self, chat: int) -> int:
        """Have the person block the bot, or a group or channel ban it."""
        room = self.chats.get(chat)
        private = room.kind == "private"
        room.shut = "bot was blocked by the user" if private else f"bot was kicked from the {room.kind} chat"
        return self._stand(room, "member", "kicked")

    async def unblock(self, chat: int) -> int:
        """Have the bot let in again."""
        room = self.chats.get(chat)
        room.shut = None
        return self._stand(room, "kicked", "member")

    async def migrate(self, old: int, new: int) -> int:
        """Have the group become a supergroup; the number of the update that says so."""
        group, grown = self.chats.get(old), self.chats.add(new, "supergroup")
        moved = self.chats.post(group, {"migrate_to_chat_id": new}, None, PERSON)
        group.moved_to = new
        number = self._updates.push("message", moved)
        self._updates.push("message", self.chats.post(grown, {"migrate_from_chat_id": old}, None, PERSON))
        return number

    async def push(self, update: Mapping[str, Any]) -> None:
        """Give out an update of any form, as it is."""
        self._updates.put(update)

    async def expect(self, wanted: Callable[[], bool] | int, seconds: float = 5.0) -> None:
        """Wait until so many messages were sent, or until it is so; TimeoutError with the calls seen.

        A question is asked again after each request and each update that the bot was given.
        """
        question = wanted if callable(wanted) else lambda: self._diary.sent >= wanted
        try:
            async with asyncio.timeout(seconds):
                await self._diary.until(question)
        except TimeoutError:
            seen = [call.method for call in self.calls]
            raise TimeoutError(f"not so within {seconds:g} s; calls seen: {seen}") from None

    def _stand(self, room: Chat, old: str, new: str) -> int:
        was, now = ({"status": status, "user": self.chats.bot, **UNTIL.get(status, {})} for status in (old, new))
        change = {"chat": room.shown(), "from": PERSON, "date": unix(self.chats.clock)}
        return self._updates.push("my_chat_member", {**change, "old_chat_member": was, "new_chat_member": now})


def bot_of(token: str) -> Mapping[str, Any]:
    """The bot that a token belongs to: its number is the token's first part."""
    number = token.partition(":")[0]
    return {**BOT, "id": int(number)} if number.isascii() and number.isdigit() else BOT


def spoken(text: str) -> dict[str, Any]:
    """The text as the server shows it: a command at its beginning is marked as one."""
    if not text.startswith("/"):
        return {"text": text}
    command = text.split(maxsplit=1)[0]
    return {"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": len(command)}]}
