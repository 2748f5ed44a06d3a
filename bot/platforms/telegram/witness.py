"""Finds out about unclear messages in Telegram, which has no look-up: by their numbers, and by what they say.

A message's number lies above all that were known before its request, and below the first that was given once Telegram
had surely made up its mind; each number in between that is nobody's yet is asked about. That a text of the bot's own
is there does not make it the one looked for: it may be another delivery's stray, a copy that came after its look-up.
So what it says decides, and in a forum the topic that it stands in.
"""

import asyncio

from telegram.error import TelegramError

from bot.clock import Clock
from bot.delivery.delivery import Destination
from bot.delivery.doubt import Doubt, Finding, Later, Sightings, Sweeping, Unknowable
from bot.platforms.telegram.api import Api
from bot.platforms.telegram.asking import Asker
from bot.platforms.telegram.classify import SEND, reason
from bot.platforms.telegram.inquiry import Inquiry
from bot.platforms.telegram.log_chat import LogChat
from bot.platforms.telegram.payload import chat_id
from bot.platforms.telegram.probing import stumped
from bot.platforms.telegram.reading import Reader
from bot.platforms.telegram.rooms import Room, Rooms
from bot.platforms.telegram.scope import Scope, scope
from bot.platforms.telegram.search import Search
from bot.platforms.telegram.timing import Timing

BLIND = "the bot may edit others' posts in the channel, and there is no log chat to read them in"
"""Why nothing can be known there: an edit, and so any question, could change what somebody else posted."""


class TelegramWitness:
    """What can be asked about the chats of one bot account."""

    def __init__(self, api: Api, sightings: Sightings, clock: Clock, timing: Timing, log_chat: str | None) -> None:
        """`log_chat` is the address of a chat to read messages in, if there is one."""
        self._sightings = sightings
        self._clock = clock
        self._timing = timing
        self._log_chat = None if log_chat is None else chat_id(log_chat)
        self._api = api
        self._rooms = Rooms()

    async def find(self, doubt: Doubt) -> Finding:
        """Look for the message in its chat; only what was newly sent can be looked for."""
        try:
            search = await self._search(doubt)
            return await search.find(doubt.delivery.call) if isinstance(search, Search) else search
        except TelegramError as error:
            return stumped(error, self._timing.ask_again)

    async def sweep(self, doubt: Doubt) -> Sweeping:
        """Remove every copy of the message but the one that `doubt.receipt` names."""
        try:
            search, kept = await self._search(doubt), (doubt.receipt or {}).get("message_id")
            return await search.sweep(doubt.delivery.call, kept) if isinstance(search, Search) else search
        except TelegramError as error:
            return stumped(error, self._timing.ask_again)

    async def doubts(self, destination: Destination) -> str | None:
        """Why unclear messages to the destination cannot be looked for, as far as that is to be seen before."""
        asker = self._asker()
        try:
            room = await self._rooms.room(asker, chat_id(destination.address))
        except TelegramError as error:
            return reason(error)
        obstacle, log_chat = self._obstacle(room), self._log_chat_for(room)
        if room.edits_others and obstacle is None and log_chat is not None:
            try:
                await self._rooms.room(asker, log_chat)
            except TelegramError as error:
                return f"in the log chat: {reason(error)}"
        return obstacle

    async def _search(self, doubt: Doubt) -> Search | Later | Unknowable:
        call = doubt.delivery.call
        if call.method != SEND:
            return Unknowable(f"{call.method} leaves nothing that could be looked for")
        asker = self._asker()
        room = await self._rooms.room(asker, chat_id(str(call.arguments["chat_id"])))
        obstacle = self._obstacle(room)
        if obstacle is not None:
            return Unknowable(obstacle)
        found = await asyncio.to_thread(scope, self._sightings, room, doubt, self._clock.now(), self._timing)
        if not isinstance(found, Scope):
            return found
        inquiry = Inquiry(asker, room, self._clock, self._timing)
        log_chat = self._log_chat_for(room)
        reader = Reader(inquiry, room, call, None if log_chat is None else LogChat(inquiry, log_chat))
        return Search(room, inquiry, reader, found.numbers, found.limitation)

    def _asker(self) -> Asker:
        return Asker(self._api, self._clock, self._timing)

    def _obstacle(self, room: Room) -> str | None:
        if not room.edits_others:
            return None
        if self._log_chat_for(room) is None:
            return BLIND
        return "the channel's posts cannot be passed on to the log chat" if room.guarded else None

    def _log_chat_for(self, room: Room) -> int | str | None:
        """The log chat, unless it is the very chat that is looked at."""
        return None if self._log_chat in {room.address, room.id} else self._log_chat
