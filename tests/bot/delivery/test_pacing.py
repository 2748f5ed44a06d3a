"""No platform is sent more than it takes."""

from bisect import bisect_left
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.limits import Limit, Limits, telegram_limits, workers
from bot.delivery.pacing import Pacing
from tests.builders import NOW

ALICE = ("telegram", "1001")
BOB = ("telegram", "1002")
GROUP = ("telegram", "-2001")
CHANNEL = ("slack", "C0123456789")
SIX = tuple(("telegram", str(number)) for number in range(6))


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def send(pacing: Pacing, *chats: tuple[str, str], at: float = 0) -> None:
    for chat in chats:
        pacing.sent(chat, later(at))


def busy(pacing: Pacing, at: float, platform: str = "telegram") -> dict[str, float]:
    return {address: round(seconds, 3) for address, seconds in pacing.busy(platform, later(at)).items()}


def broadcast(pacing: Pacing, seconds: float, *, begun: float = 0.0) -> list[float]:
    """When messages leave if as many go as may, asked every five milliseconds."""
    left: list[float] = []
    for step in range(int(seconds * 200)):
        at = begun + step / 200
        for _ in range(pacing.room("telegram", later(at), 50)):
            send(pacing, ("telegram", str(len(left))), at=at)
            left.append(at)
    return left


def test_whoever_was_sent_nothing_can_be_sent_to_at_once() -> None:
    pacing = Pacing()
    assert pacing.room("telegram", NOW, 50) == 6
    assert pacing.wait("telegram", NOW) == 0
    assert pacing.busy("telegram", NOW) == {}


def test_room_is_never_more_than_there_are_workers() -> None:
    assert Pacing().room("telegram", NOW, 2) == 2


def test_messages_leave_six_at_a_time() -> None:
    pacing = Pacing()
    send(pacing, *SIX)
    assert pacing.room("telegram", NOW, 50) == 0
    assert pacing.wait("telegram", later(0.1)) == pytest.approx(0.0836, abs=1e-4)
    assert pacing.room("telegram", later(0.2), 50) == 6


def test_there_is_room_ahead_before_there_is_room() -> None:
    pacing = Pacing()
    send(pacing, *SIX)
    assert pacing.wait("telegram", later(0.1), ahead=0.05) == pytest.approx(0.0336, abs=1e-4)
    assert pacing.room("telegram", later(0.15), 50, ahead=0.05) == 6


def test_thirty_leave_in_a_second_and_hardly_fewer() -> None:
    left = broadcast(Pacing(), 20)
    assert most(left, 1.0) == 30
    assert len(left) >= 0.97 * 30 * 20


def test_a_bot_that_pays_for_it_sends_faster() -> None:
    left = broadcast(Pacing({"telegram": telegram_limits(250)}), 4)
    assert most(left, 1.0) == 250


def test_a_bot_may_be_slower_than_one_in_a_tenth_of_a_second() -> None:
    left = broadcast(Pacing({"telegram": telegram_limits(1)}), 4)
    assert len(left) == 4


def test_what_left_a_little_late_does_not_delay_what_follows() -> None:
    pacing = Pacing({"telegram": Limits(bot=(Limit(1, 1.0),))})
    send(pacing, ALICE)
    send(pacing, BOB, at=1.03)
    assert pacing.wait("telegram", later(1.03)) == pytest.approx(1.01, abs=1e-6)


def test_what_left_when_nothing_had_to_wait_was_not_late() -> None:
    pacing = Pacing({"telegram": Limits(bot=(Limit(1, 1.0),))})
    send(pacing, ALICE)
    send(pacing, BOB, at=1.1)
    assert pacing.wait("telegram", later(1.1)) == pytest.approx(1.02, abs=1e-6)


def test_a_message_whose_answer_is_late_may_have_arrived_late() -> None:
    pacing = Pacing({"telegram": Limits(bot=(Limit(1, 1.0),), chat=(Limit(1, 1.0),))})
    left = pacing.sent(ALICE, NOW)
    for _ in range(5):
        pacing.answered(BOB, left, later(0.05))
    pacing.answered(ALICE, left, later(0.36))
    assert pacing.wait("telegram", later(0.36)) == pytest.approx(0.96, abs=1e-6)
    assert busy(pacing, 0.36) == {"1001": 0.96}


def test_an_answer_that_takes_as_long_as_usual_changes_nothing() -> None:
    pacing = Pacing()
    left = pacing.sent(ALICE, NOW)
    pacing.answered(ALICE, left, later(5))
    assert busy(pacing, 0.5) == {}


def test_an_answer_to_what_is_long_forgotten_changes_nothing() -> None:
    pacing = Pacing({"telegram": Limits(bot=(Limit(1, 1.0),))})
    left = pacing.sent(ALICE, NOW)
    pacing.answered(ALICE, left, later(0.05))
    send(pacing, BOB, at=2)
    pacing.answered(ALICE, left, later(2.5))
    assert pacing.wait("telegram", later(2.5)) == pytest.approx(0.52, abs=1e-6)


@pytest.mark.parametrize(("rate", "needed"), [(30, 60), (200, 400), (1000, 500)])
def test_who_may_send_faster_has_more_requests_under_way_though_not_any_number(rate: int, needed: int) -> None:
    assert workers(rate) == needed


def test_each_platform_has_its_own_pace() -> None:
    pacing = Pacing()
    send(pacing, *SIX)
    assert pacing.room("slack", NOW, 50) == 6


@pytest.mark.parametrize("chat", [ALICE, CHANNEL, GROUP])
def test_a_chat_is_sent_one_message_a_second(chat: tuple[str, str]) -> None:
    pacing = Pacing()
    send(pacing, chat)
    assert busy(pacing, 0.25, chat[0]) == {chat[1]: 0.77}
    assert busy(pacing, 1.02, chat[0]) == {}


@pytest.mark.parametrize("address", ["-2001", "@channel"])
def test_a_group_is_sent_twenty_messages_a_minute(address: str) -> None:
    pacing = Pacing()
    for turn in range(20):
        send(pacing, ("telegram", address), at=turn * 1.1)
    assert busy(pacing, 21) == {address: 40.2}
    assert busy(pacing, 61.2) == {}


def test_a_chat_of_two_may_be_sent_more_than_twenty_a_minute() -> None:
    pacing = Pacing()
    for turn in range(30):
        send(pacing, ALICE, at=turn * 1.1)
    assert busy(pacing, 33) == {}


def test_the_console_is_not_slowed_down() -> None:
    pacing = Pacing()
    send(pacing, *[("console", "console")] * 100)
    assert pacing.room("console", NOW, 50) == 50
    assert pacing.wait("console", NOW) == 0
    assert pacing.busy("console", NOW) == {}


def test_a_chat_told_to_wait_waits_alone() -> None:
    pacing = Pacing()
    assert pacing.deferred(ALICE, 3600, NOW, everyone=False) is None
    assert busy(pacing, 60) == {"1001": 3540}
    assert pacing.wait("telegram", later(60)) == 0


def test_a_shorter_wait_does_not_end_a_longer_one() -> None:
    pacing = Pacing()
    pacing.deferred(ALICE, 3600, NOW, everyone=False)
    pacing.deferred(ALICE, 5, NOW, everyone=False)
    send(pacing, ALICE)
    assert busy(pacing, 0) == {"1001": 3600}


def test_when_everyone_is_told_to_wait_nothing_leaves() -> None:
    pacing = Pacing()
    assert pacing.deferred(ALICE, 5, NOW, everyone=True) == 5
    assert pacing.room("telegram", later(4), 50) == 0
    assert pacing.wait("telegram", later(4)) == pytest.approx(1)
    assert pacing.room("slack", later(4), 50) == 6


def test_three_chats_in_a_row_that_are_told_to_wait_are_everyone() -> None:
    """Telegram does not say whether it means the chat or the bot."""
    pacing = Pacing()
    assert pacing.deferred(ALICE, 7, NOW, everyone=False) is None
    assert pacing.deferred(ALICE, 7, later(0.1), everyone=False) is None
    assert pacing.deferred(BOB, 3600, later(0.3), everyone=False) is None
    assert pacing.deferred(GROUP, 7, later(0.5), everyone=False) == pytest.approx(6.5)
    assert pacing.room("telegram", later(6.9), 50) == 0
    assert pacing.room("telegram", later(7), 50) == 3
    assert busy(pacing, 7.2) == {"1002": 3593.1, "-2001": 0.3}


def test_a_handful_told_to_wait_at_once_are_not_everyone() -> None:
    """Those that a hiccup on the way brought to the platform all together."""
    pacing = Pacing()
    for number in range(6):
        assert pacing.deferred(("telegram", str(number)), 1, later(number / 1000), everyone=False) is None


def test_three_chats_are_not_everyone_where_another_was_served_meanwhile() -> None:
    pacing = Pacing()
    for number in range(10):
        assert pacing.deferred(("telegram", str(number)), 5, later(number / 10), everyone=False) is None
        if number % 2:
            pacing.taken("telegram")


def test_three_chats_in_an_hour_are_not_everyone() -> None:
    pacing = Pacing()
    for number in range(10):
        assert pacing.deferred(("telegram", str(number)), 5, later(number * 1200), everyone=False) is None


def test_a_bot_that_was_told_to_wait_goes_slowly_for_a_minute() -> None:
    pacing = Pacing()
    pacing.deferred(ALICE, 5, NOW, everyone=True)
    left = broadcast(pacing, 60, begun=5)
    assert 14 <= most(left, 1.0) <= 15
    assert len(broadcast(pacing, 10, begun=66)) >= 290


def test_what_was_under_way_when_a_bot_was_told_to_wait_does_not_slow_it_down_further() -> None:
    pacing = Pacing()
    for number in range(60):
        pacing.deferred(("telegram", str(number)), 5, later(number / 30), everyone=False)
    assert 14 <= most(broadcast(pacing, 30, begun=8), 1.0) <= 15


def test_told_so_again_it_goes_more_slowly_still_though_never_at_a_standstill() -> None:
    pacing = Pacing()
    for turn in range(2):
        pacing.deferred(ALICE, 5, later(turn * 6), everyone=True)
    assert 6 <= most(broadcast(pacing, 30, begun=11), 1.0) <= 8
    for turn in range(20):
        pacing.deferred(ALICE, 5, later(50 + turn * 6), everyone=True)
    assert len(broadcast(pacing, 30, begun=170)) == 30


def test_processes_share_what_a_bot_is_allowed() -> None:
    pacing = Pacing()
    pacing.divide(3)
    assert most(broadcast(pacing, 20), 1.0) == 10
    pacing.divide(0)
    assert most(broadcast(pacing, 20, begun=21), 1.0) == 30


def test_a_clock_set_back_holds_nobody_longer_than_the_limit_says() -> None:
    pacing = Pacing()
    send(pacing, ALICE, *SIX[:5])
    pacing.deferred(CHANNEL, 5, NOW, everyone=True)
    hour_before = -3600.0
    assert busy(pacing, hour_before)["1001"] == 1.02
    assert pacing.wait("telegram", later(hour_before)) == pytest.approx(0.1836, abs=1e-4)
    assert pacing.wait("slack", later(hour_before)) == pytest.approx(5)
    assert busy(pacing, hour_before + 2) == {}
    assert pacing.room("telegram", later(hour_before + 2), 50) == 6
    assert pacing.wait("slack", later(hour_before + 5)) == 0


def test_chats_of_long_ago_are_forgotten() -> None:
    pacing = Pacing()
    for number in range(1000):
        send(pacing, ("telegram", str(number)), at=number / 30)
    assert len(pacing._chats) < 40
    send(pacing, ALICE, at=3600)
    pacing.busy("telegram", later(3602))
    assert (len(pacing._chats), len(pacing._holds["telegram"])) == (1, 0)


CHATS = st.sampled_from([ALICE, GROUP, ("telegram", "1002"), ("telegram", "@channel"), CHANNEL])


@settings(max_examples=30)
@given(
    st.lists(CHATS, min_size=1, max_size=12),
    st.lists(st.floats(0.0, 0.4), min_size=60, max_size=120),
    st.integers(0, 10**6),
)
def test_whoever_asks_first_never_goes_over_a_limit(
    crowd: list[tuple[str, str]], pauses: list[float], microseconds: int
) -> None:
    """Bursts of whatever is allowed, to many chats and a few, at odd instants."""
    pacing = Pacing()
    sent: list[tuple[float, tuple[str, str]]] = []
    at = microseconds / 1e6
    for turn, seconds in enumerate(pauses):
        at += seconds
        now = later(at)
        for chat in [*crowd, *(("telegram", f"{turn}{number}") for number in range(5))]:
            if pacing.room(chat[0], now, 1) and chat[1] not in pacing.busy(chat[0], now):
                pacing.sent(chat, now)
                sent.append((at, chat))
    for platform in ("telegram", "slack"):
        assert most([at for at, chat in sent if chat[0] == platform], 1.0) <= 30
    for chat in {chat for _, chat in sent}:
        instants = [at for at, to in sent if to == chat]
        assert most(instants, 1.0) <= 1
        assert chat[1][0] not in "-@" or most(instants, 60.0) <= 20


def most(instants: list[float], seconds: float) -> int:
    """The most messages in any stretch so long."""
    ends = (bisect_left(instants, first + seconds) for first in instants)
    return max((end - start for start, end in enumerate(ends)), default=0)
