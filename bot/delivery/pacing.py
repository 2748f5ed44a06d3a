"""How long to wait before sending, so that no platform has to say so; pure but for what it remembers."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.delivery.limits import LIMITS, Limit, Limits

Chat = tuple[str, str]
"""Platform and address."""

STRETCH = 1.02
"""How much longer a stretch of time is for us than for the platform. It counts when messages arrive and we when they
leave, so that one which was longer on its way than a later one would make that one too many."""

SUSPICION = 3
"""So many different chats in a row that are told to wait: it is not the chats, it is the bot."""
SUSPECTED = timedelta(seconds=10)
"""How long after each other, at most. Telegram itself does not say whom it means by a 429:
https://core.telegram.org/bots/api#responseparameters"""

CHASTENED = timedelta(minutes=1)
"""How long a bot keeps to half its limits after the platform told all of it to wait; told so again, to half of that."""
SLOWEST = 1 / 16
"""The least share of its limits that a bot keeps to."""


class Window:
    """The instants of the last messages under one limit."""

    __slots__ = ("_instants", "_limit")

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        # No deque: there is a window for every chat, and an empty deque takes half a kilobyte.
        self._instants: list[datetime] = []

    @property
    def length(self) -> timedelta:
        """How long a message counts."""
        return timedelta(seconds=self._limit.seconds * STRETCH)

    def room(self, now: datetime, share: float = 1.0) -> int:
        """How many messages may leave at `now`, given a share of the limit."""
        recent = sum(1 for instant in self._instants if self._seconds_held(instant, now, share) > 0)
        return self._limit.messages - recent

    def wait(self, now: datetime, share: float = 1.0) -> float:
        """Seconds until there is room for one."""
        full = len(self._instants) == self._limit.messages
        return self._seconds_held(self._instants[0], now, share) if full else 0.0

    def record(self, now: datetime) -> None:
        """A message left."""
        self._instants.append(now)
        del self._instants[: -self._limit.messages]

    def _seconds_held(self, instant: datetime, now: datetime, share: float) -> float:
        """How long a message sent at that instant still counts; if the clock was set back, no longer than it would."""
        age = max((now - instant).total_seconds(), 0.0)
        return max(self._limit.seconds * STRETCH / share - age, 0.0)


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing leaves for some seconds from an instant."""

    since: datetime
    seconds: float

    def left(self, now: datetime) -> float:
        """Seconds left; if the clock was set back, no more than there were."""
        return max(self.seconds - max((now - self.since).total_seconds(), 0.0), 0.0)


@dataclass(slots=True)
class Bot:
    """What is known of all of a platform's messages together."""

    windows: tuple[Window, ...]
    hold: Hold | None = None
    share: float = 1.0
    """Of its limits, from the hold on until `CHASTENED` after it."""
    refused: dict[str, Hold] = field(default_factory=dict)
    """Addresses that were told to wait since a message was last taken."""

    def held(self, now: datetime) -> float:
        """Seconds that nothing leaves at all."""
        return 0.0 if self.hold is None else self.hold.left(now)

    def share_at(self, now: datetime) -> float:
        """The share of its limits that it keeps to."""
        if self.hold is None or now >= self.hold.since + timedelta(seconds=self.hold.seconds) + CHASTENED:
            return 1.0
        return self.share

    def chasten(self, seconds: float, now: datetime) -> None:
        """Let nothing leave for so long, and then at half the pace for a while."""
        self.share, self.hold = max(self.share_at(now) / 2, SLOWEST), Hold(now, seconds)
        self.refused.clear()

    def suspect(self, address: str, seconds: float, now: datetime) -> float | None:
        """Note that a chat was told to wait; how long all have to, if the platform seems to refuse everybody."""
        self.refused = {of: hold for of, hold in self.refused.items() if now - hold.since < SUSPECTED}
        self.refused[address] = Hold(now, seconds)
        if len(self.refused) < SUSPICION:
            return None
        # The least of them: one of these chats may have reasons of its own.
        return min(hold.seconds for hold in self.refused.values())


class Pacing:
    """When each bot and each chat may be sent the next message; one for a process."""

    def __init__(self, limits: Mapping[str, Limits] = LIMITS) -> None:
        self._limits = limits
        self._bots: dict[str, Bot] = {}
        self._processes = 1
        # The chats whose last message still counts, the latest last, and those of them that have to wait.
        self._chats: OrderedDict[Chat, tuple[datetime, tuple[Window, ...]]] = OrderedDict()
        self._holds: dict[Chat, Hold] = {}

    def room(self, platform: str, now: datetime, most: int) -> int:
        """How many messages may leave at `now` through a platform, `most` at most."""
        bot = self._bot(platform)
        if bot.held(now) > 0:
            return 0
        share = self._share(bot, now)
        return min([most, *(window.room(now, share) for window in bot.windows)])

    def wait(self, platform: str, now: datetime) -> float:
        """Seconds until any message may leave through a platform."""
        bot = self._bot(platform)
        share = self._share(bot, now)
        return max([bot.held(now), *(window.wait(now, share) for window in bot.windows)])

    def busy(self, platform: str, now: datetime) -> Mapping[str, float]:
        """The addresses that have to wait, and for how many seconds."""
        left = {chat: hold.left(now) for chat, hold in self._holds.items()}
        self._holds = {chat: hold for chat, hold in self._holds.items() if left[chat] > 0}
        return {address: left[of, address] for of, address in self._holds if of == platform}

    def sent(self, chat: Chat, now: datetime) -> None:
        """A message is leaving for a chat."""
        platform, address = chat
        for window in self._bot(platform).windows:
            window.record(now)
        limits = self._limits.get(platform, Limits()).of(address)
        if limits:
            _, windows = self._chats.pop(chat, (now, tuple(map(Window, limits))))
            for window in windows:
                window.record(now)
            self._chats[chat] = (now, windows)
            self._hold(chat, Hold(now, max(window.wait(now) for window in windows)))
            self._forget(now)

    def taken(self, platform: str) -> None:
        """The platform took a message: whoever else is told to wait, it is not everybody."""
        self._bot(platform).refused.clear()

    def deferred(self, chat: Chat, seconds: float, now: datetime, *, everyone: bool) -> float | None:
        """A platform told a chat to wait, or the whole bot; answers how long the bot waits, if it does."""
        platform, address = chat
        bot = self._bot(platform)
        if not everyone:
            self._hold(chat, Hold(now, seconds))
        wait = seconds if everyone else bot.suspect(address, seconds, now)
        if wait is not None:
            bot.chasten(wait, now)
        return wait

    def divide(self, processes: int) -> None:
        """So many processes send for these bots: each keeps to its part of what a bot is allowed."""
        self._processes = max(processes, 1)

    def _bot(self, platform: str) -> Bot:
        if platform not in self._bots:
            self._bots[platform] = Bot(tuple(map(Window, self._limits.get(platform, Limits()).bot)))
        return self._bots[platform]

    def _share(self, bot: Bot, now: datetime) -> float:
        return bot.share_at(now) / self._processes

    def _hold(self, chat: Chat, hold: Hold) -> None:
        """Let the longer of two holds count."""
        known = self._holds.get(chat)
        if known is None or known.left(hold.since) < hold.seconds:
            self._holds[chat] = hold

    def _forget(self, now: datetime) -> None:
        """Drop chats whose last message counts no more, under any limit."""
        while True:
            chat, (last, windows) = next(iter(self._chats.items()))
            if now - last <= max(window.length for window in windows):
                return  # at the latest when it comes to the chat that was just sent to
            del self._chats[chat]
