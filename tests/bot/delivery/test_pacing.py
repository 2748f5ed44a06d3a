"""No platform is sent more than it takes."""

from bisect import bisect_left
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.pacing import Pacing
from tests.builders import NOW

ALICE = ("telegram", "1001")
GROUP = ("telegram", "-2001")
CHANNEL = ("slack", "C0123456789")


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def send(pacing: Pacing, *chats: tuple[str, str], at: float = 0) -> None:
    for chat in chats:
        pacing.sent(chat, later(at))


def test_whoever_was_sent_nothing_can_be_sent_to_at_once() -> None:
    pacing = Pacing()
    assert pacing.room("telegram", NOW, 50) == 3
    assert pacing.wait("telegram", NOW) == 0
    assert pacing.busy("telegram", NOW) == {}


def test_room_is_never_more_than_there_are_workers() -> None:
    assert Pacing().room("telegram", NOW, 2) == 2


def test_messages_leave_three_at_a_time() -> None:
    pacing = Pacing()
    send(pacing, ("telegram", "1"), ("telegram", "2"), ("telegram", "3"))
    assert pacing.room("telegram", NOW, 50) == 0
    assert pacing.wait("telegram", later(0.04)) == pytest.approx(0.06)
    assert pacing.room("telegram", later(0.1), 50) == 3


def test_thirty_leave_in_a_second() -> None:
    pacing = Pacing()
    for number in range(30):
        send(pacing, ("telegram", str(number)), at=number // 3 * 0.1 * 0.9)
    assert pacing.room("telegram", later(0.95), 50) == 0
    assert pacing.room("telegram", later(1.0), 50) == 3


def test_each_platform_has_its_own_pace() -> None:
    pacing = Pacing()
    send(pacing, ("telegram", "1"), ("telegram", "2"), ("telegram", "3"))
    assert pacing.room("slack", NOW, 50) == 3


@pytest.mark.parametrize("chat", [ALICE, CHANNEL, GROUP])
def test_a_chat_is_sent_one_message_a_second(chat: tuple[str, str]) -> None:
    pacing = Pacing()
    send(pacing, chat)
    assert pacing.busy(chat[0], later(0.25)) == {chat[1]: 0.75}
    assert pacing.busy(chat[0], later(1.0)) == {}


@pytest.mark.parametrize("address", ["-2001", "@channel"])
def test_a_group_is_sent_twenty_messages_a_minute(address: str) -> None:
    pacing = Pacing()
    for second in range(20):
        send(pacing, ("telegram", address), at=second)
    assert pacing.busy("telegram", later(19)) == {address: 41}
    assert pacing.busy("telegram", later(60)) == {}


def test_a_chat_of_two_may_be_sent_more_than_twenty_a_minute() -> None:
    pacing = Pacing()
    for second in range(30):
        send(pacing, ALICE, at=second)
    assert pacing.busy("telegram", later(30)) == {}


def test_the_console_is_not_slowed_down() -> None:
    pacing = Pacing()
    send(pacing, *[("console", "console")] * 100)
    assert pacing.room("console", NOW, 50) == 50
    assert pacing.wait("console", NOW) == 0
    assert pacing.busy("console", NOW) == {}


def test_a_chat_told_to_wait_waits_alone() -> None:
    pacing = Pacing()
    pacing.deferred(ALICE, 3600, NOW, everyone=False)
    assert pacing.busy("telegram", later(60)) == {"1001": 3540}
    assert pacing.wait("telegram", later(60)) == 0


def test_a_shorter_wait_does_not_end_a_longer_one() -> None:
    pacing = Pacing()
    pacing.deferred(ALICE, 3600, NOW, everyone=False)
    pacing.deferred(ALICE, 5, NOW, everyone=False)
    send(pacing, ALICE)
    assert pacing.busy("telegram", NOW) == {"1001": 3600}


def test_when_everyone_is_told_to_wait_nothing_leaves() -> None:
    pacing = Pacing()
    pacing.deferred(ALICE, 5, NOW, everyone=True)
    assert pacing.room("telegram", later(4), 50) == 0
    assert pacing.wait("telegram", later(4)) == 1
    assert pacing.room("slack", later(4), 50) == 3


def test_after_that_the_bot_goes_slowly_for_a_minute() -> None:
    pacing = Pacing()
    pacing.deferred(ALICE, 5, NOW, everyone=True)
    assert pacing.room("telegram", later(5), 50) == 1
    assert pacing.room("telegram", later(64.9), 50) == 1
    assert pacing.room("telegram", later(65), 50) == 3


def test_a_clock_set_back_holds_nobody_longer_than_the_limit_says() -> None:
    pacing = Pacing()
    send(pacing, ALICE, ("telegram", "1"), ("telegram", "2"))
    pacing.deferred(CHANNEL, 5, NOW, everyone=True)
    hour_before = later(-3600)
    assert pacing.busy("telegram", hour_before)["1001"] == 1
    assert pacing.wait("telegram", hour_before) == pytest.approx(0.1)
    assert pacing.wait("slack", hour_before) == 5


def test_chats_of_long_ago_are_forgotten() -> None:
    pacing = Pacing()
    for number in range(1000):
        send(pacing, ("telegram", str(number)), at=number / 30)
    assert len(pacing._chats) < 40
    send(pacing, ALICE, at=3600)
    pacing.busy("telegram", later(3602))
    assert (len(pacing._chats), len(pacing._holds)) == (1, 0)


CHATS = st.sampled_from([ALICE, GROUP, ("telegram", "1002"), ("telegram", "@channel"), CHANNEL])


@settings(max_examples=30, deadline=None)
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
    sent: list[tuple[datetime, tuple[str, str]]] = []
    now = NOW + timedelta(microseconds=microseconds)
    for turn, seconds in enumerate(pauses):
        now += timedelta(seconds=seconds)
        for chat in [*crowd, *(("telegram", f"{turn}{number}") for number in range(5))]:
            if pacing.room(chat[0], now, 1) and chat[1] not in pacing.busy(chat[0], now):
                pacing.sent(chat, now)
                sent.append((now, chat))
    for platform in ("telegram", "slack"):
        assert most([at for at, chat in sent if chat[0] == platform], 1.0) <= 30
    for chat in {chat for _, chat in sent}:
        instants = [at for at, to in sent if to == chat]
        assert most(instants, 1.0) <= 1
        assert chat[1][0] not in "-@" or most(instants, 60.0) <= 20


def most(instants: list[datetime], seconds: float) -> int:
    """The most messages in any stretch so long."""
    length = timedelta(seconds=seconds)
    ends = (bisect_left(instants, first + length) for first in instants)
    return max((end - start for start, end in enumerate(ends)), default=0)
