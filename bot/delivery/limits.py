"""What each platform allows a bot, as far as it says."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

ANSWER = 2.0
"""Seconds that a platform may take for an answer, without the pace suffering."""
MOST_WORKERS = 500


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


def evenly(messages: int) -> tuple[Limit, Limit]:
    """So many a second, but not all at once: a fifth of them in about a fifth of a second.

    That one is a little short, so that what left late is caught up with within the second.
    """
    return Limit(ceil(messages / 5), 0.18), Limit(messages, 1.0)


def telegram_limits(messages_per_second: int = 30) -> Limits:
    """Telegram's; the bot's own is another where it pays for that.

    https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
    """
    return Limits(evenly(messages_per_second), chat=(Limit(1, 1.0),), group=(Limit(1, 1.0), Limit(20, 60.0)))


def workers(messages_per_second: int) -> int:
    """How many requests have to be under way at once for so many messages a second, up to what one bot should have.

    Each takes some ten kilobytes, and Telegram's server refuses a bot's requests beyond 1,000 at once (Client.cpp).
    """
    return min(ceil(messages_per_second * ANSWER), MOST_WORKERS)


LIMITS: Mapping[str, Limits] = {
    "telegram": telegram_limits(),
    # https://docs.slack.dev/apis/web-api/rate-limits: one a second in a channel; the workspace's own is not published.
    "slack": Limits(evenly(30), chat=(Limit(1, 1.0),)),
}
"""A platform that is not named has none."""
