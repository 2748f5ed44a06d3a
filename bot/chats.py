"""The platforms that the settings switch on, each plugged in alike; a driver is imported only where it is used."""

import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from itertools import chain

from aiohttp import ClientSession

from bot.clock import Clock
from bot.command import Composer
from bot.delivery.delivery import Destination, Platform
from bot.delivery.doubt import NothingSighted, Sightings, Witness
from bot.observing import Observe
from bot.platforms.console import TypedLines
from bot.receiving.received import Receiver
from bot.settings.settings import Settings, SlackSettings, TelegramSettings
from bot.supervision import Loop
from bot.timings import Timings

DESCRIPTIONS = {
    "latest": "the hottest stories, of a topic if you name one",
    "topic": "the stories of a topic, or a menu of topics",
    "topics": "all topics",
    "help": "what I can do",
    "start": "say hello",
}
"""What a client's menu says of each command."""


Doubts = Callable[[Destination], Awaitable[str | None]]


async def _none(_: Destination) -> None:
    """Nothing is unclear where nothing can get lost."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A platform, plugged in: what carries deliveries out, and the loop that brings commands in."""

    platform: Platform
    listen: Loop
    identity: Callable[[], Coroutine[None, None, str]]
    """Who the bot is there, asked of the platform; raises what says why it cannot tell."""
    witness: Witness | None = None
    """What finds out about unclear messages; None where the platform cannot be asked."""
    duty: str | None = None
    """What only one process may do at a time: listen there. None where all may."""
    doubts: Doubts = field(default=_none)
    """Why an unclear message to a destination could not be looked up, and what helps; None where it could be."""


@dataclass(frozen=True, slots=True)
class Sockets:
    """What every platform is plugged into."""

    session: ClientSession
    clock: Clock
    receive: Receiver
    """What takes everything that means something."""
    observe: Observe
    typed: AsyncIterator[str]
    """What is typed at this terminal."""
    timings: Timings = field(default_factory=Timings)
    sightings: Sightings = field(default_factory=NothingSighted)
    """What message numbers are known."""


def deaf(session: ClientSession, clock: Clock, observe: Observe) -> Sockets:
    """For a process that only sends: nothing that is said to it is heard."""

    async def unheard(received: object, sightings: object = ()) -> None:
        """Nobody listens."""

    return Sockets(session, clock, unheard, observe, TypedLines(None))


def composers() -> Mapping[str, Composer]:
    """How each platform says an answer; pure, and known for all platforms whether they are switched on or not."""
    from bot.platforms import console
    from bot.platforms.slack import payload as slack
    from bot.platforms.telegram import payload as telegram

    return {"telegram": telegram.calls, "slack": slack.calls, "console": console.calls}


def chats(settings: Settings, sockets: Sockets) -> Mapping[str, Chat]:
    """Telegram and Slack as far as the settings name them, and this terminal where something goes there."""
    found = {}
    if settings.telegram is not None:
        found["telegram"] = _telegram(settings.telegram, settings.commands, sockets)
    if settings.slack is not None:
        found["slack"] = _slack(settings.slack, settings.commands, sockets)
    places = chain(settings.admins, *(plan.to for plan in settings.digests.values()))
    if any(destination.platform == "console" for destination in places):
        found["console"] = _console(sockets)
    return found


def _telegram(settings: TelegramSettings, names: Mapping[str, str], sockets: Sockets) -> Chat:
    from bot.platforms.telegram.platform import Telegram

    telegram = Telegram(
        settings.token.reveal(),
        settings.base_url,
        session=sockets.session,
        clock=sockets.clock,
        receive=sockets.receive,
        names={known: called for known, called in names.items() if known in DESCRIPTIONS},
        descriptions=DESCRIPTIONS,
        observe=sockets.observe,
        timing=sockets.timings.telegram,
        sightings=sockets.sightings,
        log_chat=settings.log_chat,
    )
    witness = telegram.witness
    return Chat(telegram, telegram.run, telegram.check, witness=witness, doubts=witness.doubts, duty="telegram")


def _slack(settings: SlackSettings, names: Mapping[str, str], sockets: Sockets) -> Chat:
    from bot.platforms.slack.platform import Slack

    slack = Slack(
        bot_token=settings.bot_token.reveal(),
        app_token=settings.app_token.reveal() if settings.app_token else "",
        signing_secret=settings.signing_secret.reveal() if settings.signing_secret else "",
        base_url=settings.base_url,
        mode=settings.mode.value,
        host=settings.host,
        port=settings.port,
        path=settings.path,
        session=sockets.session,
        clock=sockets.clock,
        receive=sockets.receive,
        names=names,
        observe=sockets.observe,
        timing=sockets.timings.slack,
    )
    return Chat(slack, slack.run, slack.check, witness=slack, doubts=slack.doubts)


def _console(sockets: Sockets) -> Chat:
    from bot.platforms.console import Console

    console = Console(
        write=_print,
        lines=sockets.typed,
        receive=sockets.receive,
        session=f"{os.getpid()}-{sockets.clock.now():%Y%m%dT%H%M%S}",
    )
    return Chat(console, console.run, _this_terminal)


async def _this_terminal() -> str:
    return "this terminal"


def _print(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
