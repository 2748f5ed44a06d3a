"""How often a chat may ask."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.throttle import BURST, CHATS, EACH, Bucket, Throttle, Verdict, take
from tests.builders import NOW


def verdicts(throttle: Throttle, count: int, *, chat: str = "a", at: float = 0) -> list[Verdict]:
    return [throttle.verdict(chat, object(), NOW + timedelta(seconds=at)) for _ in range(count)]


def test_a_burst_is_answered_then_told_once_then_met_with_silence() -> None:
    assert verdicts(Throttle(), BURST + 3) == [
        *[Verdict.ANSWER] * BURST,
        Verdict.SLOW_DOWN,
        Verdict.SILENCE,
        Verdict.SILENCE,
    ]


def test_one_more_is_answered_after_three_seconds() -> None:
    throttle = Throttle()
    verdicts(throttle, BURST + 1)
    assert verdicts(throttle, 2, at=EACH.total_seconds()) == [Verdict.ANSWER, Verdict.SILENCE]


def test_who_has_rested_is_told_anew() -> None:
    throttle = Throttle()
    verdicts(throttle, BURST + 2)
    assert verdicts(throttle, BURST + 1, at=60)[-1] is Verdict.SLOW_DOWN


def test_chats_do_not_share_an_allowance() -> None:
    throttle = Throttle()
    verdicts(throttle, BURST + 2)
    assert verdicts(throttle, 1, chat="b") == [Verdict.ANSWER]


def test_a_clock_that_steps_back_gives_nothing_and_takes_nothing() -> None:
    throttle = Throttle()
    verdicts(throttle, BURST - 1)
    assert verdicts(throttle, 2, at=-3600) == [Verdict.ANSWER, Verdict.SLOW_DOWN]


def test_a_command_that_is_asked_about_again_takes_nothing_more() -> None:
    throttle = Throttle()
    verdicts(throttle, BURST - 1)
    again = [throttle.verdict("a", "command", NOW) for _ in range(3)]
    assert [*again, *verdicts(throttle, 1)] == [*[Verdict.ANSWER] * 3, Verdict.SLOW_DOWN]


def test_only_so_many_chats_are_remembered() -> None:
    throttle = Throttle()
    verdicts(throttle, BURST + 1, chat="first")
    for number in range(CHATS):
        throttle.verdict(number, 1, NOW)
    assert verdicts(throttle, 1, chat="first") == [Verdict.ANSWER]


@settings(max_examples=50)
@given(st.lists(st.floats(0, 20), max_size=60))
def test_no_more_is_ever_answered_than_the_burst_and_one_for_each_three_seconds(pauses: list[float]) -> None:
    bucket, now, answered = Bucket(BURST, NOW), NOW, 0
    for pause in pauses:
        now += timedelta(seconds=pause)
        bucket, verdict = take(bucket, now)
        answered += verdict is Verdict.ANSWER
    assert answered <= BURST + (now - NOW) / EACH + 1e-6
