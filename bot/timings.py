"""How long the service waits for what: one place from which a test can have all of it run faster."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from bot.delivery.limits import LIMITS, Limits, telegram_limits, workers
from bot.delivery.retry import RetryPolicy
from bot.delivery.tools import Options
from bot.notices.notices import Rhythm
from bot.platforms.slack.timing import Timing as SlackTiming
from bot.platforms.telegram.timing import Timing as TelegramTiming
from bot.receiving.worker import Options as InboxOptions
from bot.settings.following import EVERY


@dataclass(frozen=True, slots=True)
class Timings:
    """As the service has them, unless whoever starts it says otherwise; no setting, for none is a matter of taste."""

    options: Options = field(default_factory=Options)
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    limits: Mapping[str, Limits] = field(default_factory=lambda: MappingProxyType(dict(LIMITS)))
    """What each platform allows a bot."""
    inbox: InboxOptions = field(default_factory=InboxOptions)
    telegram: TelegramTiming = field(default_factory=TelegramTiming)
    slack: SlackTiming = field(default_factory=SlackTiming)
    following: float = EVERY
    """Seconds between two looks at the configuration file."""
    notices: Rhythm = field(default_factory=Rhythm)

    def paced(self, messages_per_second: int | None) -> "Timings":
        """With Telegram's limits for a bot that may send so many, and workers enough; as they are without Telegram."""
        if messages_per_second is None:
            return self
        # Where nothing is limited, nothing is to be.
        telegram = {"telegram": telegram_limits(messages_per_second)} if "telegram" in self.limits else {}
        needed = max(self.options.workers, workers(messages_per_second))
        return replace(self, limits={**self.limits, **telegram}, options=replace(self.options, workers=needed))
