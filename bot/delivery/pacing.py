"""How long to wait before sending, so that no platform has to say so; pure but for what it remembers."""

from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from bot.delivery.limits import LIMITS, Limits
from bot.delivery.windows import Steady, Window

Chat = tuple[str, str]
"""Platform and address."""

BEHIND = 0.02
"""Seconds that a message may leave late, having waited for its turn, without those after it doing so, too."""
ASTRAY = 0.01
"""Seconds by which a message's answer may be later than usual: more, and the message may have arrived so much later."""
USUAL = 51
"""So many answers say how long one usually takes."""

SUSPICION = 3
"""So many different chats in a row that are told to wait, for so long: it is not the chats, it is the bot. Telegram
itself does not say whom it means by a 429: https://core.telegram.org/bots/api#responseparameters"""
LASTING = 0.5
"""Seconds from the first of them to the last, at least: a handful that arrived at once may be a hiccup on the way."""
SUSPECTED = 10.0
"""Seconds from the first of them to the last, at most."""

CHASTENED = 60.0
"""Seconds that a bot keeps to half its limits after all of it was told to wait; told so again, to half of that."""
SLOWEST = 1 / 16
"""The least share of its limits that a bot keeps to."""


@dataclass(slots=True)
class Bot:
    """What is known of all of a platform's messages together."""

    windows: tuple[Window, ...]
    held_until: float = 0.0
    share: float = 1.0
    """Of its limits, until `CHASTENED` after the hold."""
    refused: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Addresses that were told to wait since a message was last taken: when, and until when."""
    delays: deque[float] = field(default_factory=lambda: deque(maxlen=USUAL))
    """Seconds until an answer, of the latest messages."""

    def lateness(self, delay: float) -> float:
        """Seconds by which a message may have arrived later than usual, going by how long its answer took."""
        self.delays.append(delay)
        return max(delay - median(self.delays) - ASTRAY, 0.0)

    def departure(self, second: float, share: float) -> float:
        """The second that a message counts from which leaves now: when it could have left, if that was just before."""
        free = max((window.free_since(share) for window in self.windows), default=0.0)
        return free if second - BEHIND <= free <= second else second

    def share_at(self, second: float) -> float:
        """The share of its limits that it keeps to."""
        return self.share if second < self.held_until + CHASTENED else 1.0

    def chasten(self, until: float, second: float) -> None:
        """Let nothing leave until then, and for a while after go at half the pace."""
        if second >= self.held_until:  # else it is what was under way when it was told so first
            self.share = max(self.share_at(second) / 2, SLOWEST)
        self.held_until = max(self.held_until, until)
        self.refused.clear()

    def suspect(self, address: str, until: float, second: float) -> float | None:
        """Note that a chat was told to wait; until when all have to, if the platform seems to refuse everybody."""
        self.refused = {of: told for of, told in self.refused.items() if second - told[0] < SUSPECTED}
        self.refused.setdefault(address, (second, until))
        first = min(when for when, _ in self.refused.values())
        if len(self.refused) < SUSPICION or second - first < LASTING:
            return None
        # The first of them: one of these chats may have reasons of its own.
        return min(end for _, end in self.refused.values())


class Pacing:
    """When each bot and each chat may be sent the next message; one for a process."""

    def __init__(self, limits: Mapping[str, Limits] = LIMITS) -> None:
        self._limits = limits
        self._second = Steady()
        self._bots: dict[str, Bot] = {}
        self._processes = 1
        # The chats whose last message still counts, the latest last, and until when some of them have to wait.
        self._chats: OrderedDict[Chat, tuple[float, tuple[Window, ...]]] = OrderedDict()
        self._holds: dict[str, dict[str, float]] = {}

    def room(self, platform: str, now: datetime, most: int, *, ahead: float = 0.0) -> int:
        """How many messages may leave `ahead` seconds after `now` through a platform, `most` at most."""
        bot, second = self._bot(platform), self._second(now) + ahead
        if second < bot.held_until:
            return 0
        share = self._share(bot, second)
        return min([most, *(window.room(second, share) for window in bot.windows)])

    def wait(self, platform: str, now: datetime, *, ahead: float = 0.0) -> float:
        """Seconds until there is room for a message through a platform, looking as far ahead."""
        bot, second = self._bot(platform), self._second(now) + ahead
        share = self._share(bot, second)
        return max([bot.held_until - second, 0.0, *(window.wait(second, share) for window in bot.windows)])

    def busy(self, platform: str, now: datetime) -> Mapping[str, float]:
        """The addresses that have to wait, and for how many seconds."""
        second = self._second(now)
        left = {address: until - second for address, until in self._holds.get(platform, {}).items() if until > second}
        self._holds[platform] = {address: self._holds[platform][address] for address in left}
        return left

    def sent(self, chat: Chat, now: datetime) -> float:
        """A message is leaving for a chat; answers the second it counts from, for `answered`."""
        (platform, address), second = chat, self._second(now)
        bot = self._bot(platform)
        left = bot.departure(second, self._share(bot, second))
        for window in bot.windows:
            window.record(left)
        limits = self._limits.get(platform, Limits()).of(address)
        if limits:
            _, windows = self._chats.pop(chat, (second, tuple(map(Window, limits))))
            for window in windows:
                window.record(second)
            self._chats[chat] = (second, windows)
            self._hold(chat, max(window.free_since() for window in windows))
            self._forget(second)
        return left

    def answered(self, chat: Chat, left: float, now: datetime) -> None:
        """A message was answered that counted from a second on; late, it may have arrived late."""
        bot = self._bot(chat[0])
        late = bot.lateness(self._second(now) - left)
        if late <= 0:
            return
        for window in bot.windows:
            window.move(left, late)
        if chat in self._chats:
            sent, windows = self._chats[chat]
            for window in windows:
                window.move(sent, late)
            self._hold(chat, max(window.free_since() for window in windows))

    def taken(self, platform: str) -> None:
        """The platform took a message: whoever else is told to wait, it is not everybody."""
        self._bot(platform).refused.clear()

    def deferred(self, chat: Chat, seconds: float, now: datetime, *, everyone: bool) -> float | None:
        """A platform told a chat to wait, or the whole bot; answers how long the bot waits, if it does."""
        (platform, address), second = chat, self._second(now)
        bot = self._bot(platform)
        if not everyone:
            self._hold(chat, second + seconds)
        until = second + seconds if everyone else bot.suspect(address, second + seconds, second)
        if until is None:
            return None
        bot.chasten(until, second)
        return until - second

    def divide(self, processes: int) -> None:
        """So many processes send for these bots: each keeps to its part of what a bot is allowed."""
        self._processes = max(processes, 1)

    def _bot(self, platform: str) -> Bot:
        if platform not in self._bots:
            self._bots[platform] = Bot(tuple(map(Window, self._limits.get(platform, Limits()).bot)))
        return self._bots[platform]

    def _share(self, bot: Bot, second: float) -> float:
        return bot.share_at(second) / self._processes

    def _hold(self, chat: Chat, until: float) -> None:
        """Let the longer of two holds count."""
        holds = self._holds.setdefault(chat[0], {})
        holds[chat[1]] = max(holds.get(chat[1], 0.0), until)

    def _forget(self, second: float) -> None:
        """Drop chats whose last message counts no more, under any limit."""
        while True:
            chat, (last, windows) = next(iter(self._chats.items()))
            if second - last <= max(window.seconds for window in windows):
                return  # at the latest when it comes to the chat that was just sent to
            del self._chats[chat]
