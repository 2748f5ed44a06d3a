"""The composition root: settings in, running parts out, closed in reverse order."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from itertools import chain

import aiohttp

from bot.archives import Source, own_templates, source
from bot.chats import Chat, Sockets, chats, composers
from bot.clock import Clock
from bot.commands.answering import Answering
from bot.commands.options import CommandOptions
from bot.delivery.outbox import Outbox
from bot.delivery.pacing import Pacing
from bot.delivery.relay import Relay
from bot.delivery.sightings import StoredSightings
from bot.desk import Desk
from bot.errors import SettingProblem, SettingsError
from bot.failpoints import Point, reach
from bot.heartbeat import Heartbeat, ProcessName
from bot.notices.notices import Notices
from bot.observing import Observe
from bot.on_duty import OnDuty
from bot.platforms.slack.updates import typed_names
from bot.publishing.editions import Mark
from bot.publishing.publisher import Publisher
from bot.reactions import Reactions
from bot.receiving.inbox import Inbox
from bot.receiving.worker import Worker
from bot.refreshing import Refreshing
from bot.schedule.alarm import Alarm
from bot.settings.settings import Settings
from bot.store.duty import Duty
from bot.store.engine import Store
from bot.store.timekeeping import StoreClock
from bot.supervision import Grace, Loop, run_together
from bot.timings import Timings
from bot.waiting import first_of
from digests.indexing.index import Refreshed
from digests.newsroom import Newsroom
from digests.rendering.renderer import Renderer

GRACE = 9.0
"""Seconds that the loops have to end where the process does; it promises to be gone within ten."""
UNHURRIED = 60.0
"""Seconds that they have where the service is only replaced: a request that is broken off may have been taken."""


class EndingError(Exception):
    """Reading was broken off because the service ends; what was read is read again."""


def _known_already(_secrets: tuple[str, ...]) -> None:
    """Protect nothing more."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the service is given by whoever starts it."""

    clock: Clock
    observe: Observe
    typed: AsyncIterator[str]
    """What is typed at this terminal: read by one service after the other."""
    protect: Callable[[tuple[str, ...]], None] = _known_already
    """Told the secrets of a new configuration before anything else is done with it, to keep them out of the log."""
    followed: dict[str, Mark] = field(default_factory=dict)
    """How far the process is with each digest's timetable: each service goes on where the one before it was."""
    timings: Timings = field(default_factory=Timings)
    process: ProcessName = field(default_factory=ProcessName.new)
    """What this process is called in the store, whichever service it runs."""


@asynccontextmanager
async def opened_store(url: str) -> AsyncIterator[Store]:
    """The store, its tables up to date."""
    store = Store.open(url)
    try:
        await asyncio.to_thread(store.migrate)
        yield store
    finally:
        store.close()


@asynccontextmanager
async def opened_session() -> AsyncIterator[aiohttp.ClientSession]:
    """The one HTTP session, for both platforms; a proxy in the environment is not for chats."""
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=10)
    # The relay's workers are what bounds requests: one that waited here for a connection would count as sent.
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False) as session:
        yield session


class Service:
    """One running bot, under one configuration: every part made once, each handed what it needs."""

    def __init__(
        self,
        settings: Settings,
        *,
        archive: Source,
        newsroom: Newsroom,
        store: Store,
        session: aiohttp.ClientSession,
        clock: StoreClock,
        around: Surroundings,
    ) -> None:
        self._clock, self._observe, self._store = clock, around.observe, store
        outbox, renderer, ways = Outbox(store), Renderer(own_templates(settings)), composers()
        answer = Answering(
            newsroom=newsroom,
            renderer=renderer,
            outbox=outbox,
            composers=ways,
            options=_command_options(settings),
            clock=clock,
        )
        self._inbox = Worker(
            Inbox(store),
            Reactions(answer, clock),
            clock,
            around.observe,
            acted=self._wake,
            options=around.timings.inbox,
        )
        sockets = Sockets(
            session,
            clock,
            self._inbox.receive,
            around.observe,
            around.typed,
            around.timings,
            StoredSightings(store),
        )
        self._chats = chats(settings, sockets)
        rate = None if settings.telegram is None else settings.telegram.messages_per_second
        paced = around.timings.paced(rate)
        pacing = Pacing(paced.limits)
        self._relay = Relay(
            store,
            {name: chat.platform for name, chat in self._chats.items()},
            clock,
            witnesses={name: chat.witness for name, chat in self._chats.items() if chat.witness is not None},
            pacing=pacing,
            policy=replace(around.timings.policy, on_unclear=settings.on_unclear),
            options=paced.options,
            observe=around.observe,
        )
        publisher = Publisher(
            newsroom=newsroom,
            renderer=renderer,
            store=store,
            outbox=outbox,
            composers=ways,
            followed=around.followed,
        )
        self._heartbeat = Heartbeat(store, clock, around.process, counted=pacing.divide)
        self._alarm = Alarm(self._ring, now=clock.now)
        self._desk = self._desk_of(publisher, settings)
        self._notices = Notices(
            store=store,
            outbox=outbox,
            renderer=renderer,
            composers=ways,
            admins=settings.admins,
            watched=frozenset(chain.from_iterable(plan.to for plan in settings.digests.values())),
            clock=clock,
            wake=self._wake,
            observe=around.observe,
            rhythm=around.timings.notices,
        )
        self._archive, self._newsroom, self._ending = archive, newsroom, threading.Event()
        self._refreshing = self._refreshing_every(settings.archive.refresh)

    def _desk_of(self, publisher: Publisher, settings: Settings) -> Desk:
        return Desk(
            publisher,
            plans=settings.digests,
            clock=self._clock,
            set_alarm=self._alarm.set,
            wake=self._wake,
            observe=self._observe,
        )

    def _refreshing_every(self, span: timedelta) -> Refreshing:
        return Refreshing(
            self._refresh,
            stocked=lambda: self._newsroom.count() > 0,
            every=span,
            clock=self._clock,
            observe=self._observe,
        )

    async def run(self, stop: asyncio.Event, hurry: asyncio.Event) -> None:
        """Run every loop until `stop`; what is in flight then lands at its leisure, unless there is a `hurry`."""
        self._alarm.start()
        grace = Grace(GRACE, UNHURRIED, hurry)
        try:
            loops = self._loops(hurry)
            cut_off = await run_together(loops, stop, clock=self._clock, observe=self._observe, grace=grace)
        finally:
            await self._alarm.stop()
        for name in cut_off:
            self._observe("loop_cut_off", {"loop": name})

    def _loops(self, hurry: asyncio.Event) -> Mapping[str, Loop]:
        return {
            "relay": partial(self._relay.run, hurry=hurry),
            # What fell due while the archive was read for the first time is chosen from what is there then; and who
            # asks meanwhile waits for it, rather than hear of no articles.
            "desk": _after(self._refreshing.looked, self._desk.run),
            "inbox": _after(self._refreshing.tried, self._inbox.run),
            "archive": self._refreshing.run,
            "notices": self._notices.run,
            "ending": self._break_off,
            "heartbeat": self._heartbeat.run,
            "clock": self._clock.run,
            **{name: self._listening(name, chat) for name, chat in self._chats.items()},
        }

    def _listening(self, name: str, chat: Chat) -> Loop:
        if chat.duty is None:
            return chat.listen
        duty = Duty(self._store, chat.duty)
        return OnDuty(name, chat.listen, duty, clock=self._clock, observe=self._observe).run

    async def _break_off(self, stop: asyncio.Event) -> None:
        """No thread can be cancelled, and the process ends after its last one: so the reading thread is told."""
        await stop.wait()
        self._ending.set()
        self._archive.end()

    def _refresh(self, doubt: bool) -> Refreshed:
        self._archive.pull()
        # A checkout is whole once git has pulled it: what is gone there was taken away.
        refreshed = self._newsroom.refresh(self._go_on, doubt=doubt and self._archive.checkout is None)
        reach(Point.ARTICLE_INDEXED)
        return refreshed

    def _go_on(self, done: int, of: int) -> None:
        if self._ending.is_set():
            raise EndingError(f"told to end after {done} of {of} files")

    def _ring(self) -> None:
        self._desk.ring()

    def _wake(self) -> None:
        self._relay.wake()


def _after(event: asyncio.Event, loop: Loop) -> Loop:
    """The loop, begun once the event is set."""

    async def begun_then(stop: asyncio.Event) -> None:
        await first_of(event, stop)
        await loop(stop)

    return begun_then


@asynccontextmanager
async def opened_service(settings: Settings, around: Surroundings) -> AsyncIterator[Service]:
    """Everything that the settings ask for, open; BotError or NewsError where something cannot be opened."""
    await asyncio.to_thread(_refuse_faulty_templates, settings)
    async with AsyncExitStack() as parts:
        store = await parts.enter_async_context(opened_store(settings.store))
        clock = StoreClock(store, around.clock, around.observe)
        await asyncio.to_thread(clock.synchronise)
        session = await parts.enter_async_context(opened_session())
        archive = source(settings.archive)
        newsroom = archive.newsroom(settings.index, patient=True)
        parts.callback(newsroom.close)
        yield Service(
            settings, archive=archive, newsroom=newsroom, store=store, session=session, clock=clock, around=around
        )


def _refuse_faulty_templates(settings: Settings) -> None:
    """SettingsError with every fault of the admin's own templates: better now than at nine in the morning."""
    own = own_templates(settings)
    faults = () if own is None else Renderer(own).faults()
    if faults:
        raise SettingsError(SettingProblem(fault.file, fault.line, "", fault.reason) for fault in faults)


def _command_options(settings: Settings) -> CommandOptions:
    return CommandOptions(
        timezone=settings.timezone,
        latest=settings.latest,
        names={"telegram": settings.commands, "slack": typed_names(settings.commands)},
    )
