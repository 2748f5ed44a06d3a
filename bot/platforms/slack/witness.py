"""What Slack can tell of a message that it never confirmed: found by its mark in the channel's history, or not there.

Internal apps may read 50 pages a minute, apps sold outside Slack's marketplace one page of 15 messages
(docs.slack.dev/apis/web-api/rate-limits): look-ups go one after the other, a wait that one is told is everybody's, and
how far each has come is remembered meanwhile. What is forgotten, by a restart, is read from the beginning.
"""

import asyncio
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.delivery.delivery import Delivery, Destination, Priority
from bot.delivery.doubt import Absent, Doubt, Finding, Found, Later, Sweeping, Swept, Unknowable
from bot.delivery.outcome import Deferred
from bot.platforms.slack import classify
from bot.platforms.slack.history import SKEW, Place, Reading, Readings, page, stamp
from bot.platforms.slack.timing import Timing

MESSAGES, FEWEST = 200, 15
"""On a page: what Slack recommends, and what it gives every app."""
PAGES = 20
"""Read in one go, so that one busy channel leaves the others their share of the 50 a minute."""
ANEW = frozenset({"invalid_cursor", "invalid_limit"})
"""Refusals of one page that reading from the beginning overcomes."""
REMEDIES = {
    "missing_scope": "give the app the scopes of config/slack-manifest.yaml and install it again",
    "not_in_channel": "invite the bot to the channel",
    "channel_not_found": "mend the channel's id, or invite the bot, which a private channel is hidden from",
    "thread_not_found": "name the thread by the ts of its first message",
}
"""What an operator can do about a refusal."""

Trouble = Later | Unknowable


class SlackWitness:
    """One workspace's histories, read with one app's token."""

    def __init__(self, client: AsyncWebClient, clock: Clock, timing: Timing) -> None:
        self._client = client
        self._clock = clock
        self._timing = timing
        self._limit = MESSAGES
        self._readings = Readings()
        self._turn = asyncio.Lock()
        self._quiet_until = datetime.min.replace(tzinfo=UTC)

    async def find(self, doubt: Doubt) -> Finding:
        """Look for the message in its channel or thread; absent only where everything was read that could be it."""
        place = _place(doubt)
        if isinstance(place, Unknowable):
            return place
        read = await self._read(doubt, place, until_seen=True)
        if not isinstance(read, Reading):
            return read
        self._readings.drop(_name(doubt))
        return Found({"channel": place.channel, "ts": min(read.copies)}) if read.copies else Absent()

    async def sweep(self, doubt: Doubt) -> Sweeping:
        """Delete every copy but the receipt's; where that one is gone, the oldest stays: one is better than none."""
        place = _place(doubt)
        if isinstance(place, Unknowable):
            return place
        read = await self._read(doubt, place, until_seen=False)
        if not isinstance(read, Reading):
            return read
        return await self._remove(doubt, place, read)

    async def doubts(self, destination: Destination) -> str | None:
        """Why messages there cannot be looked up, at present or for good, and what helps; None where they can."""
        place = Place(destination.address, destination.thread)
        said = await self._ask(place.method, place.arguments(1))
        if not isinstance(said, Trouble):
            return None
        remedy = REMEDIES.get(said.reason.partition(":")[0])
        return f"{said.reason}; {remedy}" if remedy else said.reason

    async def _read(self, doubt: Doubt, place: Place, *, until_seen: bool) -> Reading | Trouble:
        """Turn pages to the end, or to the first with a copy on it."""
        reading = self._readings.get(_name(doubt)) or Reading(stamp(doubt.since - SKEW))
        for _ in range(PAGES):
            if reading.is_complete or (until_seen and reading.copies):
                return reading
            said = await self._ask(place.method, place.arguments(self._limit, reading), excused=ANEW)
            if isinstance(said, Trouble):
                return said
            turned = page(said, doubt.delivery.nonce)
            if turned is None:
                return self._anew(doubt)
            reading = reading.turned(turned)
            self._readings.keep(_name(doubt), reading)
        return Later(1.0, f"more than {PAGES} pages to read")

    async def _remove(self, doubt: Doubt, place: Place, read: Reading) -> Sweeping:
        named = (doubt.receipt or {}).get("ts")
        kept = named if named in read.copies else min(read.copies, default=None)
        for ts in sorted(read.copies - {kept}):
            # `message_not_found`: a person was faster.
            said = await self._ask("chat.delete", {"channel": place.channel, "ts": ts}, excused={"message_not_found"})
            if isinstance(said, Trouble):
                return said
            read = read.without(ts, removed=bool(said))
            self._readings.keep(_name(doubt), read)
        self._readings.drop(_name(doubt))
        return Swept(read.removed)

    async def _ask(
        self, method: str, fields: Mapping[str, str], *, excused: Collection[str] = ()
    ) -> Mapping[str, Any] | Trouble:
        """One request; an answer that says nothing where Slack refuses it with one of the codes excused."""
        async with self._turn:
            if (seconds := (self._quiet_until - self._clock.now()).total_seconds()) > 0:
                return Later(seconds, "ratelimited")
            try:
                async with asyncio.timeout(self._timing.send):
                    # A POST, although it only asks: the HTTP client sends a GET again by itself.
                    said = await self._client.api_call(method, data=dict(fields))
            except Exception as error:  # noqa: BLE001 — whatever was raised, the answer is a value
                return {} if classify.code_of(error) in excused else self._troubled(error)
        return said.data if isinstance(said.data, Mapping) else {}

    def _troubled(self, error: Exception) -> Trouble:
        """What it means for this look-up, and for the others where Slack wants to be left alone."""
        trouble = classify.unread(error, self._timing.ask_again)
        if isinstance(trouble, Later) and isinstance(classify.raised(error), Deferred):
            self._quiet_until = self._clock.now() + timedelta(seconds=trouble.seconds)
        return trouble

    def _anew(self, doubt: Doubt) -> Later:
        """Read from the beginning next time, in pages that are small enough for every app."""
        self._limit = FEWEST
        self._readings.drop(_name(doubt))
        return Later(self._timing.ask_again, "an answer that is no page of messages")


def _name(doubt: Doubt) -> tuple[str, datetime]:
    """A repeat makes another doubt of the same delivery, settled later: what was read before it is out of date."""
    return (doubt.delivery.key, doubt.settled)


def _place(doubt: Doubt) -> Place | Unknowable:
    """Where to look; not for what nobody repeats, nor for what carries no mark."""
    delivery = doubt.delivery
    if (why := _against(delivery)) is not None:
        return Unknowable(why)
    arguments, thread = delivery.call.arguments, delivery.call.arguments.get("thread_ts")
    channel = (doubt.receipt or {}).get("channel") or arguments["channel"]
    return Place(str(channel), None if thread is None else str(thread))


def _against(delivery: Delivery) -> str | None:
    if delivery.priority is Priority.REPLY:
        return "replies are not looked up"
    if delivery.call.method != "chat.postMessage":
        return f"{delivery.call.method} leaves no mark"
    return None if delivery.nonce else "it was sent without a mark"
