"""What is done with one claimed delivery: sent, answered, settled, told."""

from bot.delivery.attempt import PlatformError, attempt
from bot.delivery.committing import Committer
from bot.delivery.delivery import Delivery, Platform
from bot.delivery.outcome import Deferred, Failed, Outcome, Sent, Uncertain
from bot.delivery.pacing import Pacing
from bot.delivery.retry import seconds_to_wait, settlement
from bot.delivery.settlement import Settlement
from bot.delivery.tools import Tools


class Carriage:
    """Brings deliveries to one platform, any number at once."""

    def __init__(self, platform: Platform, pacing: Pacing, committer: Committer, tools: Tools) -> None:
        self._platform = platform
        self._pacing = pacing
        self._committer = committer
        self._tools = tools

    async def carry(self, delivery: Delivery, left: float) -> None:
        """Send a claimed delivery, and have written down what became of it; `left` is what its pacing said."""
        begun = self._tools.clock.now()
        outcome = await self._attempt(delivery)
        now = self._tools.clock.now()
        self._learn(delivery, outcome, left)
        # Drawn only where it is needed: true randomness costs as much as the rest of this.
        jitter = self._tools.jitter() if isinstance(outcome, Failed) else 0.0
        became = settlement(outcome, delivery, now=now, jitter=jitter, policy=self._tools.policy)
        recorded = await self._committer.settle(delivery, became)
        self._report(delivery, outcome, became, seconds=(now - begun).total_seconds(), recorded=recorded)

    async def _attempt(self, delivery: Delivery) -> Outcome:
        patience = self._tools.options.patience
        try:
            return await attempt(self._platform, delivery, clock=self._tools.clock, patience=patience)
        except PlatformError as error:
            self._tools.observe("platform_error", {"key": delivery.key, "exc_info": error.__cause__ or error})
            return Uncertain(str(error))

    def _learn(self, delivery: Delivery, outcome: Outcome, left: float) -> None:
        """Let the pace follow from how the platform took it."""
        chat, now = delivery.destination.chat, self._tools.clock.now()
        if isinstance(outcome, Sent):
            self._pacing.answered(chat, left, now)
            self._pacing.taken(chat[0])
        elif isinstance(outcome, Deferred):
            seconds = seconds_to_wait(outcome.retry_after)
            held = self._pacing.deferred(chat, seconds, now, everyone=outcome.everyone)
            if held is not None:
                self._tools.observe("bot_slowed_down", {"platform": chat[0], "seconds": held})

    def _report(
        self, delivery: Delivery, outcome: Outcome, became: Settlement, *, seconds: float, recorded: bool
    ) -> None:
        facts = {
            "key": delivery.key,
            "destination": str(delivery.destination),
            "attempt": delivery.attempt,
            "became": type(became).__name__.lower(),
            "seconds": round(seconds, 3),
            # False: the answer came so late that the delivery had gone on without it.
            "recorded": recorded,
        }
        error = getattr(outcome, "error", None)
        self._tools.observe(
            f"delivery_{type(outcome).__name__.lower()}", facts if error is None else {**facts, "error": error}
        )
