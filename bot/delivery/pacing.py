"""How long to wait before sending, so that no platform has to say so; pure but for what it remembers."""

from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

Chat = tuple[str, str]
"""Platform and address."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many messages within any stretch of so many seconds."""

    messages: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What one platform allows a bot."""

    bot: tuple[Limit, ...] = ()
    chat: tuple[Limit, ...] = ()
    group: tuple[Limit, ...] = ()
    """Instead of `chat`, where an address is a group's or a channel's: begins with `-` or `@`."""

    def of(self, address: str) -> tuple[Limit, ...]:
        """The limits of one chat."""
        return self.group if self.group and address.startswith(("-", "@")) else self.chat


SMOOTH = Limit(3, 0.1)
"""Thirty a second, but not thirty at once."""

LIMITS: Mapping[str, Limits] = {
    # https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
    "telegram": Limits(bot=(SMOOTH, Limit(30, 1.0)), chat=(Limit(1, 1.0),), group=(Limit(1, 1.0), Limit(20, 60.0))),
    # https://docs.slack.dev/apis/web-api/rate-limits: one a second in a channel; the workspace's own is not published.
    "slack": Limits(bot=(SMOOTH, Limit(30, 1.0)), chat=(Limit(1, 1.0),)),
}
"""A platform that is not named has none."""

CHASTENED = timedelta(minutes=1)
"""How long a bot keeps to half its limits after the platform told all of it to wait."""


class Window:
    """The instants of the last messages under one limit."""

    __slots__ = ("_instants", "_limit")

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._instants: deque[datetime] = deque(maxlen=limit.messages)

    @property
    def length(self) -> timedelta:
        """How long a message counts."""
        return timedelta(seconds=self._limit.seconds)

    def room(self, now: datetime, share: float = 1.0) -> int:
        """How many messages may leave at `now`, given a share of the limit."""
        recent = sum(1 for instant in self._instants if self._seconds_held(instant, now) > 0)
        return max(self._allowed(share) - recent, 0)

    def wait(self, now: datetime, share: float = 1.0) -> float:
        """Seconds until there is room for one."""
        allowed = self._allowed(share)
        return self._seconds_held(self._instants[-allowed], now) if len(self._instants) >= allowed else 0.0

    def record(self, now: datetime) -> None:
        """A message left."""
        self._instants.append(now)

    def _allowed(self, share: float) -> int:
        return max(int(self._limit.messages * share), 1)

    def _seconds_held(self, instant: datetime, now: datetime) -> float:
        """How long a message sent at that instant still counts; if the clock was set back, no longer than it would."""
        return max(self._limit.seconds - max((now - instant).total_seconds(), 0.0), 0.0)


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing leaves for some seconds from an instant."""

    since: datetime
    seconds: float

    def left(self, now: datetime) -> float:
        """Seconds left; if the clock was set back, no more than there were."""
        return max(self.seconds - max((now - self.since).total_seconds(), 0.0), 0.0)


class Pacing:
    """When each bot and each chat may be sent the next message; one for a process."""

    def __init__(self, limits: Mapping[str, Limits] = LIMITS) -> None:
        self._limits = limits
        self._bots: dict[str, tuple[Window, ...]] = {}
        self._bot_holds: dict[str, Hold] = {}
        # The chats whose last message still counts, the latest last, and those of them that have to wait.
        self._chats: OrderedDict[Chat, tuple[datetime, tuple[Window, ...]]] = OrderedDict()
        self._holds: dict[Chat, Hold] = {}

    def room(self, platform: str, now: datetime, most: int) -> int:
        """How many messages may leave at `now` through a platform, `most` at most."""
        if self._bot_hold(platform, now) > 0:
            return 0
        share = self._share(platform, now)
        return min([most, *(window.room(now, share) for window in self._bot(platform))])

    def wait(self, platform: str, now: datetime) -> float:
        """Seconds until any message may leave through a platform."""
        share = self._share(platform, now)
        waits = [window.wait(now, share) for window in self._bot(platform)]
        return max([self._bot_hold(platform, now), *waits])

    def busy(self, platform: str, now: datetime) -> Mapping[str, float]:
        """The addresses that have to wait, and for how many seconds."""
        left = {chat: hold.left(now) for chat, hold in self._holds.items()}
        self._holds = {chat: hold for chat, hold in self._holds.items() if left[chat] > 0}
        return {address: left[of, address] for of, address in self._holds if of == platform}

    def sent(self, chat: Chat, now: datetime) -> None:
        """A message is leaving for a chat."""
        platform, address = chat
        for window in self._bot(platform):
            window.record(now)
        limits = self._limits.get(platform, Limits()).of(address)
        if limits:
            _, windows = self._chats.pop(chat, (now, tuple(map(Window, limits))))
            for window in windows:
                window.record(now)
            self._chats[chat] = (now, windows)
            self._hold(chat, Hold(now, max(window.wait(now) for window in windows)))
            self._forget(now)

    def deferred(self, chat: Chat, seconds: float, now: datetime, *, everyone: bool) -> None:
        """A platform told a chat to wait, or the whole bot."""
        if everyone:
            self._bot_holds[chat[0]] = Hold(now, seconds)
        else:
            self._hold(chat, Hold(now, seconds))

    def _bot(self, platform: str) -> tuple[Window, ...]:
        if platform not in self._bots:
            self._bots[platform] = tuple(map(Window, self._limits.get(platform, Limits()).bot))
        return self._bots[platform]

    def _bot_hold(self, platform: str, now: datetime) -> float:
        hold = self._bot_holds.get(platform)
        return 0.0 if hold is None else hold.left(now)

    def _share(self, platform: str, now: datetime) -> float:
        hold = self._bot_holds.get(platform)
        if hold is None:
            return 1.0
        return 0.5 if now < hold.since + timedelta(seconds=hold.seconds) + CHASTENED else 1.0

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
