"""The composition root: settings in, running parts out, closed in reverse order."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from itertools import chain

from bot.archives import own_templates
from bot.chats import Chat, Sockets, chats, composers
from bot.clock import Clock
from bot.command import Composer
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
from bot.opening import Opened, opened
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
from bot.supervision import Grace, Loop, run_together
from bot.timings import Timings
from bot.waiting import first_of
from digests.indexing.index import Refreshed
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


@dataclass(frozen=True, slots=True)
class Voice:
    """What whatever speaks does so with."""

    outbox: Outbox
    renderer: Renderer
    composers: Mapping[str, Composer]


class Service:
    """One running bot, under one configuration: every part made once, each handed what it needs."""

    def __init__(self, settings: Settings, parts: Opened, around: Surroundings) -> None:
        self._parts, self._around, self._ending = parts, around, threading.Event()
        self._clock, self._observe = parts.clock, around.observe
        voice = Voice(Outbox(parts.store), Renderer(own_templates(settings)), composers())
        self._inbox = self._inbox_of(settings, voice)
        self._chats = chats(settings, self._sockets())
        paced = around.timings.paced(None if settings.telegram is None else settings.telegram.messages_per_second)
        pacing = Pacing(paced.limits)
        self._relay = self._relay_of(settings, paced, pacing)
        self._heartbeat = Heartbeat(parts.store, parts.clock, around.process, counted=pacing.divide)
        self._alarm = Alarm(self._ring, now=parts.clock.now)
        self._desk = self._desk_of(settings, voice)
        self._notices = self._notices_of(settings, voice)
        self._refreshing = self._refreshing_every(settings.archive.refresh)

    def _inbox_of(self, settings: Settings, voice: Voice) -> Worker:
        answering = Answering(
            newsroom=self._parts.newsroom,
            renderer=voice.renderer,
            outbox=voice.outbox,
            composers=voice.composers,
            options=_command_options(settings),
            clock=self._clock,
        )
        return Worker(
            Inbox(self._parts.store),
            Reactions(answering, self._clock),
            self._clock,
            self._observe,
            acted=self._wake,
            options=self._around.timings.inbox,
        )

    def _sockets(self) -> Sockets:
        return Sockets(
            self._parts.session,
            self._clock,
            self._inbox.receive,
            self._observe,
            self._around.typed,
            self._around.timings,
            StoredSightings(self._parts.store),
        )

    def _relay_of(self, settings: Settings, paced: Timings, pacing: Pacing) -> Relay:
        return Relay(
            self._parts.store,
            {name: chat.platform for name, chat in self._chats.items()},
            self._clock,
            witnesses={name: chat.witness for name, chat in self._chats.items() if chat.witness is not None},
            pacing=pacing,
            policy=replace(paced.policy, on_unclear=settings.on_unclear),
            options=paced.options,
            observe=self._observe,
        )

    def _desk_of(self, settings: Settings, voice: Voice) -> Desk:
        publisher = Publisher(
            newsroom=self._parts.newsroom,
            renderer=voice.renderer,
            store=self._parts.store,
            outbox=voice.outbox,
            composers=voice.composers,
            followed=self._around.followed,
        )
        return Desk(
            publisher,
            plans=settings.digests,
            clock=self._clock,
            set_alarm=self._alarm.set,
            wake=self._wake,
            observe=self._observe,
        )

    def _notices_of(self, settings: Settings, voice: Voice) -> Notices:
        return Notices(
            store=self._parts.store,
            outbox=voice.outbox,
            renderer=voice.renderer,
            composers=voice.composers,
            admins=settings.admins,
            watched=frozenset(chain.from_iterable(plan.to for plan in settings.digests.values())),
            clock=self._clock,
            wake=self._wake,
            observe=self._observe,
            rhythm=self._around.timings.notices,
        )

    def _refreshing_every(self, span: timedelta) -> Refreshing:
        return Refreshing(
            self._refresh,
            stocked=lambda: self._parts.newsroom.count() > 0,
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
        duty = Duty(self._parts.store, chat.duty)
        return OnDuty(name, chat.listen, duty, clock=self._clock, observe=self._observe).run

    async def _break_off(self, stop: asyncio.Event) -> None:
        """No thread can be cancelled, and the process ends after its last one: so the reading thread is told."""
        await stop.wait()
        self._ending.set()
        self._parts.archive.end()

    def _refresh(self, doubt: bool) -> Refreshed:
        self._parts.archive.pull()
        # A checkout is whole once git has pulled it: what is gone there was taken away.
        refreshed = self._parts.newsroom.refresh(self._go_on, doubt=doubt and self._parts.archive.checkout is None)
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
    async with opened(settings, around.clock, around.observe) as parts:
        yield Service(settings, parts, around)


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
