"""Unclear messages are looked for in a workspace whose time the tests set."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.delivery.delivery import Call, Delivery, Destination, Priority
from bot.delivery.doubt import Absent, Doubt, Found, Later, Swept, Unknowable
from bot.delivery.outcome import Failed, Sent, Uncertain
from bot.platforms.slack.platform import Slack
from bot.platforms.slack.timing import Timing
from bot.platforms.slack.witness import PAGES
from bot.sandbox.slack.faults import Fault
from bot.sandbox.slack.stand_in import SlackStandIn
from tests.bot.platforms.slack.conftest import Bot
from tests.clock import START, SettableClock
from tests.waiting import PATIENCE, until

CHANNEL = Destination("slack", "C1")
LOST_ANSWER = Fault(close=True, accepted=True)
MINUTE = 60.0


@asynccontextmanager
async def workspace(seconds: float = 2 * PATIENCE, **options: Any) -> AsyncIterator[Bot]:
    clock = SettableClock()
    async with (
        SlackStandIn(clock=lambda: clock.now().timestamp(), channels=("C1", "C2", "D1"), **options) as stand_in,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds)) as session,
    ):
        yield Bot(stand_in, session, clock)


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with workspace() as bot:
        yield bot


@pytest.fixture
async def limited() -> AsyncIterator[Bot]:
    """An app that Slack lets read one page of 15 messages a minute."""
    async with workspace(limits=True, history_per_minute=1) as bot:
        yield bot


def owed(to: Destination = CHANNEL, nonce: str = "nonce-1") -> Delivery:
    thread = {} if to.thread is None else {"thread_ts": to.thread}
    call = Call("chat.postMessage", {"channel": to.address, "text": "Hot", **thread})
    return Delivery(f"e/{to}/{nonce}", to, call, Priority.BROADCAST, 1, nonce=nonce)


def doubt(delivery: Delivery, *, kept: str | None = None) -> Doubt:
    receipt = None if kept is None else {"channel": delivery.destination.address, "ts": kept}
    return Doubt(delivery, START, 0, START + timedelta(minutes=1), receipt)


async def lose(bot: Bot, slack: Slack, delivery: Delivery, fault: Fault = LOST_ANSWER) -> None:
    """Send, and hear nothing of it."""
    bot.stand_in.fail("chat.postMessage", fault)
    assert isinstance(await slack.send(delivery), Uncertain)


def said(bot: Bot, number: int, channel: str = "C1", **more: Any) -> list[str]:
    """People say so many things there; a second passes with each."""
    spoken = []
    for _ in range(number):
        bot.clock.set(bot.clock.now() + timedelta(seconds=1))
        message = {"user": "U1", "text": "Hello", **more}
        spoken.append(str(bot.stand_in.workspace.post(bot.stand_in.workspace.channels[channel], message)["ts"]))
    return spoken


def asked(bot: Bot, *methods: str) -> int:
    """How often the methods were called, or else the two that read."""
    wanted = methods or ("conversations.history", "conversations.replies")
    return sum(call.method in wanted for call in bot.stand_in.calls)


def standing(bot: Bot, channel: str = "C1") -> list[str]:
    return [message["ts"] for message in bot.stand_in.messages(channel)]


async def asked_again(bot: Bot, slack: Slack, about: Doubt) -> tuple[object, int]:
    """What is found in the end, each wait waited out, and how many waits that were."""
    for waits in range(20):
        finding = await slack.find(about)
        if not isinstance(finding, Later):
            return finding, waits
        bot.clock.set(bot.clock.now() + timedelta(seconds=finding.seconds))
    raise AssertionError("no end to it")


async def test_a_message_whose_answer_was_lost_is_found(bot: Bot) -> None:
    slack = bot.slack()
    await lose(bot, slack, owed())
    said(bot, 3)

    assert await slack.find(doubt(owed())) == Found({"channel": "C1", "ts": standing(bot)[0]})


async def test_a_found_message_has_the_receipt_it_would_have_had(bot: Bot) -> None:
    slack = bot.slack()
    outcome = await slack.send(owed())

    finding = await slack.find(doubt(owed()))

    assert isinstance(outcome, Sent)
    assert isinstance(finding, Found)
    assert finding.receipt == outcome.receipt


async def test_a_message_that_slack_never_took_is_absent(bot: Bot) -> None:
    slack = bot.slack()
    await lose(bot, slack, owed(), Fault(close=True))
    said(bot, 3)

    assert await slack.find(doubt(owed())) == Absent()


async def test_a_message_in_a_thread_is_found_there(bot: Bot) -> None:
    slack, (parent,) = bot.slack(), said(bot, 1)
    delivery = owed(Destination("slack", "C1", parent))
    await lose(bot, slack, delivery)

    assert await slack.find(doubt(delivery)) == Found({"channel": "C1", "ts": standing(bot)[1]})
    assert await slack.find(doubt(owed())) == Absent()


async def test_the_same_text_of_another_delivery_is_another_message(bot: Bot) -> None:
    slack = bot.slack()
    await slack.send(owed(nonce="nonce-2"))

    assert await slack.find(doubt(owed())) == Absent()


async def test_a_message_of_before_the_first_request_is_not_looked_at(bot: Bot) -> None:
    said(bot, 1)
    slack, delivery = bot.slack(), owed()
    await slack.send(delivery)
    bot.clock.set(START + timedelta(hours=1))

    assert await slack.find(replace(doubt(delivery), since=bot.clock.now())) == Absent()


async def test_a_clock_that_is_ten_minutes_fast_hides_nothing(bot: Bot) -> None:
    slack, delivery = bot.slack(), owed()
    await slack.send(delivery)

    finding = await slack.find(replace(doubt(delivery), since=START + timedelta(minutes=9.9)))

    assert isinstance(finding, Found)


@pytest.mark.parametrize("metadata", [None, [], "x", {"event_payload": []}, {"event_payload": {"delivery": 5}}])
async def test_what_other_apps_write_confuses_nobody(bot: Bot, metadata: object) -> None:
    slack = bot.slack()
    await lose(bot, slack, owed())
    said(bot, 2, metadata=metadata)

    assert await slack.find(doubt(owed())) == Found({"channel": "C1", "ts": standing(bot)[0]})


async def test_a_late_copy_is_swept_and_nothing_else(bot: Bot) -> None:
    slack = bot.slack()
    await slack.send(owed(nonce="nonce-2"))
    await lose(bot, slack, owed())
    said(bot, 1, metadata={"event_type": "x", "event_payload": {"delivery": "nonce-3"}})
    await slack.send(owed())
    others, strays, more, kept = standing(bot)

    assert await slack.sweep(doubt(owed(), kept=kept)) == Swept(1)
    assert standing(bot) == [others, more, kept]
    assert strays not in standing(bot)


async def test_a_copy_that_slack_took_late_is_swept(bot: Bot) -> None:
    slack = bot.slack()
    await lose(bot, slack, owed(), Fault(close=True, late=0.05))
    assert await slack.find(doubt(owed())) == Absent()
    outcome = await slack.send(owed())
    await until(lambda: len(standing(bot)) == 2)
    assert isinstance(outcome, Sent)

    assert await slack.sweep(doubt(owed(), kept=outcome.receipt["ts"])) == Swept(1)
    assert standing(bot) == [outcome.receipt["ts"]]


async def test_a_copy_in_a_thread_is_swept(bot: Bot) -> None:
    slack, (parent,) = bot.slack(), said(bot, 1)
    delivery = owed(Destination("slack", "C1", parent))
    for _ in range(2):
        await slack.send(delivery)
    first, second = standing(bot)[1:]

    assert await slack.sweep(doubt(delivery, kept=second)) == Swept(1)
    assert standing(bot) == [parent, second]
    assert first not in standing(bot)


async def test_where_there_is_one_message_nothing_is_swept(bot: Bot) -> None:
    slack = bot.slack()
    await slack.send(owed())

    assert await slack.sweep(doubt(owed(), kept=standing(bot)[0])) == Swept(0)
    assert asked(bot, "chat.delete") == 0


@pytest.mark.parametrize("kept", ["1795334400.999999", None])
async def test_where_the_known_message_is_gone_the_oldest_copy_stays(bot: Bot, kept: str | None) -> None:
    slack = bot.slack()
    for _ in range(3):
        await slack.send(owed())
    oldest = standing(bot)[0]

    assert await slack.sweep(doubt(owed(), kept=kept)) == Swept(2)
    assert standing(bot) == [oldest]


async def test_where_no_message_is_left_nothing_is_swept(bot: Bot) -> None:
    assert await bot.slack().sweep(doubt(owed(), kept="1795334400.000001")) == Swept(0)


async def test_a_copy_that_a_person_deleted_meanwhile_is_gone_as_well(bot: Bot) -> None:
    slack = bot.slack()
    for _ in range(3):
        await slack.send(owed())
    bot.stand_in.fail("chat.delete", Fault(error="message_not_found"))

    assert await slack.sweep(doubt(owed(), kept=standing(bot)[2])) == Swept(1)


async def test_a_copy_that_may_not_be_deleted_is_told(bot: Bot) -> None:
    slack = bot.slack()
    for _ in range(2):
        await slack.send(owed())
    bot.stand_in.fail("chat.delete", Fault(error="cant_delete_message"))

    assert await slack.sweep(doubt(owed(), kept=standing(bot)[0])) == Unknowable("cant_delete_message")


async def test_a_sweep_that_had_to_wait_goes_on_and_counts_all_it_removed(bot: Bot) -> None:
    slack = bot.slack()
    for _ in range(4):
        await slack.send(owed())
    about = doubt(owed(), kept=standing(bot)[3])
    await bot.slack().find(about)
    bot.stand_in.fail("chat.delete", Fault(error="message_not_found"), Fault(status=429, retry_after=7))

    assert await slack.sweep(about) == Later(7.0, "ratelimited")
    bot.clock.set(bot.clock.now() + timedelta(seconds=7))
    reads = asked(bot)
    assert await slack.sweep(about) == Swept(2)
    assert asked(bot) == reads


async def test_a_page_a_minute_is_enough(limited: Bot) -> None:
    slack = limited.slack()
    await lose(limited, slack, owed())
    said(limited, 40)

    finding, waits = await asked_again(limited, slack, doubt(owed()))

    assert finding == Found({"channel": "C1", "ts": standing(limited)[0]})
    assert waits == 2
    assert asked(limited) == 3 + waits


async def test_a_page_a_minute_is_enough_to_be_sure_that_it_is_absent(limited: Bot) -> None:
    slack = limited.slack()
    said(limited, 40)

    finding, waits = await asked_again(limited, slack, doubt(owed()))

    assert finding == Absent()
    assert waits == 3, "one more page: what was posted meanwhile"


async def test_a_page_a_minute_is_enough_in_a_thread(limited: Bot) -> None:
    slack, (parent,) = limited.slack(), said(limited, 1)
    said(limited, 20, thread_ts=parent)
    delivery = owed(Destination("slack", "C1", parent))
    await lose(limited, slack, delivery)

    finding, _ = await asked_again(limited, slack, doubt(delivery))

    assert finding == Found({"channel": "C1", "ts": standing(limited)[-1]})


async def test_a_message_that_slack_took_between_two_pages_is_found(limited: Bot) -> None:
    slack = limited.slack()
    said(limited, 20)
    assert isinstance(await slack.find(doubt(owed())), Later)
    await lose(limited, slack, owed())

    finding, _ = await asked_again(limited, slack, doubt(owed()))

    assert finding == Found({"channel": "C1", "ts": standing(limited)[-1]})


async def test_a_copy_that_came_between_two_pages_is_swept(limited: Bot) -> None:
    slack = limited.slack()
    await slack.send(owed())
    said(limited, 20)
    kept = standing(limited)[0]
    about = doubt(owed(), kept=kept)
    assert isinstance(await slack.sweep(about), Later)
    await lose(limited, slack, owed())
    stray = standing(limited)[-1]
    for _ in range(2):
        limited.clock.set(limited.clock.now() + timedelta(seconds=MINUTE))
        swept = await slack.sweep(about)
    assert swept == Swept(1)
    assert kept in standing(limited)
    assert stray not in standing(limited)


async def test_what_was_read_for_an_earlier_attempt_is_not_taken_for_a_later_one(limited: Bot) -> None:
    slack = limited.slack()
    said(limited, 20)
    assert isinstance(await slack.find(doubt(owed())), Later)
    await lose(limited, slack, owed())
    limited.clock.set(limited.clock.now() + timedelta(seconds=MINUTE))

    later = replace(doubt(owed()), settled=limited.clock.now())

    assert await slack.find(later) == Found({"channel": "C1", "ts": standing(limited)[-1]})


async def test_a_wait_is_everybodys_and_nobody_asks_before_it_is_over(limited: Bot) -> None:
    slack = limited.slack()
    abouts = [doubt(owed(Destination("slack", channel), nonce)) for channel in ("C1", "C2") for nonce in "abc"]

    findings = await asyncio.gather(*map(slack.find, abouts))

    assert findings == [Absent(), *[Later(MINUTE, "ratelimited")] * 5]
    assert asked(limited) == 2
    limited.clock.set(limited.clock.now() + timedelta(seconds=20))
    assert await slack.find(abouts[1]) == Later(40.0, "ratelimited")
    assert asked(limited) == 2
    limited.clock.set(limited.clock.now() + timedelta(seconds=40))
    assert await slack.find(abouts[1]) == Absent()


async def test_trouble_with_one_look_up_holds_up_no_other(bot: Bot) -> None:
    slack = bot.slack()
    bot.stand_in.fail("conversations.history", Fault(status=503))

    assert await slack.find(doubt(owed())) == Later(30.0, "HTTP 503")
    assert await slack.find(doubt(owed(Destination("slack", "C2")))) == Absent()


async def test_a_look_up_that_is_broken_off_goes_on_where_it_was(bot: Bot) -> None:
    said(bot, 250)
    slack = bot.slack(timing=Timing(send=30.0))
    bot.stand_in.fail("conversations.history", Fault(error="invalid_limit"), Fault(status=500), times=1)
    for reason in ("an answer that is no page of messages", "HTTP 500"):
        assert await slack.find(doubt(owed())) == Later(30.0, reason)
        bot.clock.set(bot.clock.now() + timedelta(seconds=30))
    looking = asyncio.create_task(slack.find(doubt(owed())))
    await bot.stand_in.expect(lambda: asked(bot) >= 7)
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking
    before = asked(bot)

    assert await slack.find(doubt(owed())) == Absent()
    assert asked(bot) - before < 250 / 15, "it did not begin anew"


async def test_a_cursor_that_slack_knows_no_more_is_begun_anew(limited: Bot) -> None:
    slack = limited.slack()
    await lose(limited, slack, owed())
    said(limited, 20)
    assert isinstance(await slack.find(doubt(owed())), Later)
    limited.clock.set(limited.clock.now() + timedelta(seconds=MINUTE))
    limited.stand_in.fail("conversations.history", Fault(error="invalid_cursor"))

    finding, _ = await asked_again(limited, slack, doubt(owed()))

    assert finding == Found({"channel": "C1", "ts": standing(limited)[0]})
    assert [call.arguments.get("cursor") is None for call in limited.stand_in.calls if "history" in call.method] == [
        True, False, False, True, False, False,
    ]  # fmt: skip


async def test_where_slack_refuses_large_pages_small_ones_are_asked_for(bot: Bot) -> None:
    slack = bot.slack()
    bot.stand_in.fail("conversations.history", Fault(error="invalid_limit"))

    finding, _ = await asked_again(bot, slack, doubt(owed()))

    assert finding == Absent()
    assert [call.arguments["limit"] for call in bot.stand_in.calls] == ["200", "15"]


async def test_a_busy_channel_leaves_the_others_their_share(bot: Bot) -> None:
    said(bot, PAGES * 15 + 1)
    slack = bot.slack()
    bot.stand_in.fail("conversations.history", Fault(error="invalid_limit"))
    await slack.find(doubt(owed()))
    bot.clock.set(bot.clock.now() + timedelta(seconds=30))

    assert await slack.find(doubt(owed())) == Later(1.0, "more than 20 pages to read")
    assert asked(bot) == 1 + PAGES
    assert await slack.find(doubt(owed())) == Absent()
    assert asked(bot) == 1 + PAGES + 2


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        (Destination("slack", "ALIEN"), "not_in_channel"),
        (Destination("slack", "NOWHERE"), "channel_not_found"),
        (Destination("slack", "C1", "1795334400.000001"), "thread_not_found"),
    ],
)
async def test_where_the_bot_may_not_read_nothing_can_be_known(bot: Bot, to: Destination, reason: str) -> None:
    bot.stand_in.add_channel("ALIEN", is_member=False)

    assert await bot.slack().find(doubt(owed(to))) == Unknowable(reason)
    assert await bot.slack().sweep(doubt(owed(to))) == Unknowable(reason)


async def test_without_the_scope_nothing_can_be_known() -> None:
    async with workspace(scopes=("chat:write",)) as bot:
        finding = await bot.slack().find(doubt(owed()))

    assert finding == Unknowable("missing_scope: channels:history,groups:history,im:history,mpim:history")


REPLY = replace(owed(), priority=Priority.REPLY)
RESPONSE = replace(owed(), call=Call("respond", {"response_url": "http://127.0.0.1:1/", "text": "Hot"}))


@pytest.mark.parametrize(
    ("delivery", "reason"),
    [
        (REPLY, "replies are not looked up"),
        (RESPONSE, "respond leaves no mark"),
        (owed(nonce=""), "it was sent without a mark"),
    ],
)
async def test_for_what_leaves_no_mark_slack_is_not_asked(bot: Bot, delivery: Delivery, reason: str) -> None:
    assert await bot.slack().find(doubt(delivery)) == Unknowable(reason)
    assert await bot.slack().sweep(doubt(delivery)) == Unknowable(reason)
    assert bot.stand_in.calls == []


FAULTS = [
    (Fault(status=429, retry_after=7), Later(7.0, "ratelimited")),
    (Fault(status=429, retry_after=10**30), Later(86_400.0, "ratelimited")),
    (Fault(error="ratelimited"), Later(30.0, "ratelimited")),
    (Fault(error="internal_error"), Later(30.0, "internal_error")),
    (Fault(error="token_revoked"), Later(30.0, "token_revoked")),
    (Fault(error="brand_new"), Unknowable("brand_new")),
    (Fault(error="is_archived"), Unknowable("is_archived")),
    (Fault(error="method_deprecated"), Unknowable("method_deprecated")),
    (Fault(status=500), Later(30.0, "HTTP 500")),
    (Fault(status=503), Later(30.0, "HTTP 503")),
    (Fault(status=403), Later(30.0, "HTTP 403")),
    (Fault(status=307, location="/api/conversations.history"), Later(30.0, "HTTP 307")),
    (Fault(body="<html>"), Later(30.0, "HTTP 200")),
    (Fault(body="{", content_type="application/json"), Later(30.0, "HTTP 200")),
    (Fault(body='{"ok": true}', content_type="application/json"), Later(30.0, "an answer that is no page of messages")),
    (Fault(body="ok", content_type="text/plain"), Later(30.0, "AttributeError")),
    (Fault(body="ok", content_type="application/gzip"), Later(30.0, "an answer that is no page of messages")),
    (Fault(close=True), Later(30.0, "ServerDisconnectedError")),
    (Fault(cut=True), Later(30.0, "ClientPayloadError")),
    (Fault(hang=True), Later(30.0, "TimeoutError")),
]


@pytest.mark.parametrize(("fault", "finding"), FAULTS, ids=lambda value: str(value)[:60])
async def test_each_trouble_with_looking_is_one_request_and_its_own_answer(fault: Fault, finding: object) -> None:
    async with workspace(seconds=1 if fault.hang else 2 * PATIENCE) as bot:
        slack = bot.slack()
        await slack.check()  # over a connection that is used again: those are tried twice where a request only reads
        bot.stand_in.fail("conversations.history", fault, times=3)

        assert await slack.find(doubt(owed())) == finding
        assert asked(bot) == 1


@pytest.mark.parametrize(("fault", "finding"), [(Fault(close=True), "ServerDisconnectedError")])
async def test_trouble_with_deleting_is_one_request_as_well(bot: Bot, fault: Fault, finding: str) -> None:
    slack = bot.slack()
    for _ in range(2):
        await slack.send(owed())
    bot.stand_in.fail("chat.delete", fault, times=3)

    assert await slack.sweep(doubt(owed(), kept=standing(bot)[0])) == Later(30.0, finding)
    assert asked(bot, "chat.delete") == 1


async def test_a_host_that_is_not_there_is_asked_later(bot: Bot) -> None:
    slack = bot.slack(base_url="http://127.0.0.1:1/api/")
    finding = await slack.find(doubt(owed()))
    assert isinstance(finding, Later)
    assert isinstance(await slack.send(owed()), Failed)


async def test_where_messages_can_be_looked_up_there_is_nothing_to_tell(bot: Bot) -> None:
    slack, (parent,) = bot.slack(), said(bot, 1)

    assert await slack.doubts(CHANNEL) is None
    assert await slack.doubts(Destination("slack", "C1", parent)) is None
    assert [call.arguments["limit"] for call in bot.stand_in.calls] == ["1", "1"]


async def test_where_they_cannot_the_reason_is_told_and_what_helps(bot: Bot) -> None:
    bot.stand_in.add_channel("ALIEN", is_member=False)

    assert await bot.slack().doubts(Destination("slack", "ALIEN")) == "not_in_channel; invite the bot to the channel"


async def test_where_nothing_helps_the_reason_is_told_alone(bot: Bot) -> None:
    bot.stand_in.fail("conversations.history", Fault(status=503))

    assert await bot.slack().doubts(CHANNEL) == "HTTP 503"
