"""Telegram's flood limits."""

import aiohttp
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.telegram.limits import CHAT, GROUP, OVERALL, Flood
from bot.sandbox.telegram.stand_in import TelegramStandIn
from tests.bot.sandbox.telegram.client import PERSON, Client
from tests.clock import SettableClock

SENDS = st.lists(st.tuples(st.floats(0, 2), st.integers(1, 4)), min_size=1, max_size=200)


@settings(max_examples=60)
@given(SENDS)
def test_no_more_go_through_than_the_limits_say_whenever_one_looks(sends: list[tuple[float, int]]) -> None:
    flood, now, through = Flood(), 0.0, list[tuple[float, int]]()
    for pause, chat in sends:
        now += pause
        if not flood.take(chat, now, group=chat % 2 == 0):
            through.append((now, chat))

    for at, (begin, _) in enumerate(through):
        later = [(time - begin, chat) for time, chat in through[at:]]
        for limit, chats in ((OVERALL, {1, 2, 3, 4}), *((CHAT, {n}) for n in (1, 2, 3, 4)), (GROUP, {2}), (GROUP, {4})):
            spans = [span for span, chat in later if chat in chats]
            assert sum(span < limit.seconds - 1e-3 for span in spans) <= limit.most


@settings(max_examples=60)
@given(SENDS)
def test_who_waits_as_long_as_told_gets_through(sends: list[tuple[float, int]]) -> None:
    flood, now = Flood(), 0.0
    for pause, chat in sends:
        now += pause
        seconds = flood.take(chat, now, group=True)
        if seconds:
            assert seconds >= 1
            now += seconds
            assert flood.take(chat, now, group=True) == 0


def test_a_group_takes_twenty_in_a_minute_however_they_are_spread() -> None:
    flood = Flood()

    through = [second for second in range(120) if flood.take(-1, second, group=True) == 0]

    assert through == [*range(20), *range(60, 80)]
    assert flood.take(-1, 119.5, group=True) == 1


async def test_too_fast_a_bot_is_told_how_long_to_wait_and_nothing_arrives() -> None:
    clock = SettableClock()
    async with TelegramStandIn(limits=True, clock=clock) as telegram, aiohttp.ClientSession() as session:
        telegram.chats.add(PERSON)
        client = Client(telegram, session)
        for _ in range(CHAT.most):
            await client.call("sendMessage", chat_id=PERSON, text="x")
        status, body = await client.answer("editMessageText", chat_id=PERSON, message_id=1, text="y")
        await client.call("getMe")
        await clock.advance(body["parameters"]["retry_after"])
        await client.call("editMessageText", chat_id=PERSON, message_id=1, text="y")

    assert (status, body) == (
        429,
        {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 3",
            "parameters": {"retry_after": 3},
        },
    )


async def test_without_limits_nobody_is_too_fast(client: Client) -> None:
    for _ in range(40):
        await client.call("sendMessage", chat_id=PERSON, text="x")
