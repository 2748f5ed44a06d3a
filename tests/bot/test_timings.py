"""How fast the service goes follows from what Telegram allows the bot."""

from bot.delivery.limits import LIMITS, telegram_limits
from bot.timings import Timings


def test_a_bot_like_any_other_keeps_to_the_usual_limits() -> None:
    assert dict(Timings().paced(30).limits) == dict(LIMITS)
    assert Timings().paced(30).options == Timings().options


def test_a_bot_that_may_send_faster_has_other_limits_and_more_workers() -> None:
    paced = Timings().paced(200)
    assert paced.limits == {**LIMITS, "telegram": telegram_limits(200)}
    assert paced.options.workers == 400


def test_without_telegram_nothing_changes() -> None:
    assert Timings().paced(None) == Timings()


def test_what_is_not_limited_stays_so() -> None:
    assert Timings(limits={}).paced(30).limits == {}
