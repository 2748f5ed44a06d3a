"""A delivery is one post to a Slack on this machine, and its outcome is a value."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.command import Answer, Button, Command
from bot.delivery.delivery import Call, Delivery, Destination, Priority
from bot.delivery.outcome import Deferred, Failed, Lost, Rejected, Sent, Uncertain
from bot.failpoints import Point, install
from bot.platforms.slack.payload import calls
from bot.sandbox.slack.faults import Fault
from digests.message import Message
from tests.bot.platforms.slack.conftest import Bot, until_advanced
from tests.waiting import until

CHANNEL = Destination("slack", "C1")
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Hot"}}
MESSAGE = Message("slack", {"text": "Hot", "blocks": [SECTION], "unfurl_links": False, "unfurl_media": False})


@pytest.fixture
def points() -> Iterator[list[Point]]:
    """Which points were reached."""
    reached: list[Point] = []
    install(reached.append)
    yield reached
    install(None)


def owed(
    command: Command | None = None, *, to: Destination = CHANNEL, message: Message = MESSAGE, more: bool = False
) -> Delivery:
    """The one delivery that says the message there."""
    buttons = ((Button("More", "latest", "azure 5 2"),),) if more else ()
    (call,) = calls(Answer((message,), buttons), to, command)
    return Delivery("e/slack:C1/0", to, call, Priority.BROADCAST, 1)


def asked(bot: Bot, **handles: object) -> Command:
    return Command("latest", "", CHANNEL, "slack/1", **handles)  # type: ignore[arg-type]  # each test gives its own


async def test_a_digest_arrives_as_it_was_given(bot: Bot) -> None:
    outcome = await bot.slack().send(owed(more=True))
    (posted,) = bot.stand_in.messages("C1")
    assert outcome == Sent({"channel": "C1", "ts": posted["ts"]})
    assert posted["blocks"][0] == SECTION
    assert bot.stand_in.calls[-1].arguments["unfurl_links"] is False


async def test_a_digest_carries_its_nonce_and_nothing_else_is_added(bot: Bot) -> None:
    slack, plain = bot.slack(), owed()
    await slack.send(plain)
    await slack.send(replace(plain, nonce="nonce-1"))
    without, with_mark = (dict(call.arguments) for call in bot.stand_in.calls)
    mark = {"event_type": "heatwire_delivery", "event_payload": {"delivery": "nonce-1"}}
    assert with_mark.pop("metadata") == mark
    assert with_mark == without == plain.call.arguments
    assert bot.stand_in.messages("C1")[1]["metadata"] == mark


async def test_what_edits_or_responds_carries_no_nonce(bot: Bot) -> None:
    async with bot.connected():
        await bot.stand_in.command("/latest", "azure")
    slack = bot.slack()
    await slack.send(owed())
    ts = bot.stand_in.messages("C1")[-1]["ts"]
    for command in (bot.commands[0], asked(bot, edit={"ts": ts})):
        assert isinstance(await slack.send(replace(owed(command), nonce="nonce-1")), Sent)
    assert [call.method for call in bot.stand_in.calls[-2:]] == ["respond", "chat.update"]
    assert all("metadata" not in call.arguments for call in bot.stand_in.calls)


async def test_a_sent_message_was_first_written_and_then_answered(bot: Bot, points: list[Point]) -> None:
    await bot.slack().send(owed())
    assert points == [Point.REQUEST_WRITTEN, Point.REPLY_READ]


async def test_a_response_was_first_written_and_then_answered(bot: Bot, points: list[Point]) -> None:
    async with bot.connected():
        await bot.stand_in.command("/latest")
    points.clear()
    await bot.slack().send(owed(bot.commands[0]))
    assert points == [Point.REQUEST_WRITTEN, Point.REPLY_READ]


async def test_a_message_that_never_left_was_not_written(bot: Bot, points: list[Point]) -> None:
    await bot.slack(base_url="http://127.0.0.1:1/api/").send(owed())
    assert points == [Point.REPLY_READ]


async def test_with_its_session_closed_nothing_is_sent_by_another(bot: Bot) -> None:
    slack = bot.slack()
    await bot.session.close()
    assert isinstance(await slack.send(owed()), Uncertain)
    assert bot.stand_in.calls == []


async def test_a_digest_for_a_thread_arrives_in_it(bot: Bot) -> None:
    await bot.slack().send(owed(to=Destination("slack", "C1", "17.5")))
    assert bot.stand_in.messages("C1")[0]["thread_ts"] == "17.5"


async def test_a_posted_message_is_edited(bot: Bot) -> None:
    slack = bot.slack()
    await slack.send(owed())
    ts = bot.stand_in.messages("C1")[0]["ts"]
    edit = owed(asked(bot, edit={"ts": ts}), message=Message("slack", {"text": "Hotter", "blocks": []}))
    assert await slack.send(edit) == Sent({"channel": "C1", "ts": ts})
    (message,) = bot.stand_in.messages("C1")
    assert (message["text"], message["blocks"]) == ("Hotter", [])


async def test_a_response_url_is_answered_once_and_keeps_its_address_to_itself(bot: Bot) -> None:
    async with bot.connected():
        await bot.stand_in.command("/latest", "azure")
    outcome = await bot.slack().send(owed(bot.commands[0]))
    (said,) = bot.stand_in.responses
    assert outcome == Sent({})
    assert (said["response_type"], said["channel"], said["text"]) == ("ephemeral", "C1", "Hot")
    assert "response_url" not in said


async def test_a_response_url_that_was_used_up_rejects_what_comes_after(bot: Bot) -> None:
    async with bot.connected():
        await bot.stand_in.command("/latest")
    slack, delivery = bot.slack(), owed(bot.commands[0])
    outcomes = [await slack.send(delivery) for _ in range(6)]
    assert outcomes[4:] == [Sent({}), Rejected("used_url")]


FAULTS = [
    (Fault(status=429, retry_after=7), Deferred(7.0), 0),
    (Fault(error="channel_not_found"), Lost("channel_not_found"), 0),
    (Fault(error="invalid_auth"), Failed("invalid_auth"), 0),
    (Fault(error="brand_new"), Failed("brand_new"), 0),
    (Fault(error="fatal_error", accepted=True), Uncertain("fatal_error"), 1),
    (Fault(status=500), Uncertain("HTTP 500"), 0),
    (Fault(status=503, accepted=True), Uncertain("HTTP 503"), 1),
    (Fault(body="<html>", accepted=True), Uncertain("HTTP 200"), 1),
    (Fault(status=502), Uncertain("HTTP 502"), 0),
    (Fault(status=307, location="/api/chat.postMessage"), Uncertain("HTTP 307"), 0),
    (Fault(status=308, location="/api/chat.postMessage"), Uncertain("HTTP 308"), 0),
    (Fault(body="{", content_type="application/json", accepted=True), Uncertain("HTTP 200"), 1),
    (Fault(body="[]", content_type="application/json", accepted=True), Uncertain("HTTP 200"), 1),
    (Fault(close=True), Uncertain("ServerDisconnectedError"), 0),
    (Fault(close=True, accepted=True), Uncertain("ServerDisconnectedError"), 1),
    (Fault(cut=True, accepted=True), Uncertain("ClientPayloadError"), 1),
    (Fault(hang=True), Uncertain("TimeoutError"), 0),
    (Fault(hang=True, accepted=True), Uncertain("TimeoutError"), 1),
]


@pytest.mark.parametrize(("fault", "outcome", "posts"), FAULTS, ids=lambda value: str(value)[:48])
async def test_each_trouble_is_one_request_and_its_own_outcome(
    bot: Bot, impatient: Bot, fault: Fault, outcome: object, posts: int
) -> None:
    slack = (impatient if fault.hang else bot).slack()
    await slack.check()  # so that the connection is one that has been used, which HTTP clients give a second try
    bot.stand_in.fail("chat.postMessage", fault, times=3)
    assert await slack.send(owed()) == outcome
    assert [call.method for call in bot.stand_in.calls] == ["auth.test", "chat.postMessage"]
    assert len(bot.stand_in.messages("C1")) == posts


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault(status=429, retry_after=7), Deferred(7.0)),
        (Fault(status=500, accepted=True), Uncertain("HTTP 500")),
        (Fault(close=True, accepted=True), Uncertain("ServerDisconnectedError")),
        (Fault(hang=True, accepted=True), Uncertain("TimeoutError")),
        (Fault(status=307, accepted=True), Uncertain("HTTP 307")),
    ],
    ids=lambda value: str(value)[:48],
)
async def test_trouble_with_a_response_url_is_one_request_as_well(
    bot: Bot, impatient: Bot, fault: Fault, outcome: object
) -> None:
    async with bot.connected():
        await bot.stand_in.command("/latest")
    bot.stand_in.fail("respond", fault, times=3)
    sender = impatient if fault.hang else bot
    assert await sender.slack().send(owed(bot.commands[0])) == outcome
    assert sum(call.method == "respond" for call in bot.stand_in.calls) == 1


async def test_plain_text_with_success_is_unclear(bot: Bot) -> None:
    # The SDK trips over a body that is no object; the post may stand.
    bot.stand_in.fail("chat.postMessage", Fault(body="ok", content_type="text/plain", accepted=True))
    assert isinstance(await bot.slack().send(owed()), Uncertain)


async def test_a_host_that_is_not_there_fails_for_now(bot: Bot) -> None:
    slack = bot.slack(base_url="http://127.0.0.1:1/api/")
    assert isinstance(await slack.send(owed()), Failed)


@pytest.mark.parametrize(
    ("to", "outcome"),
    [
        (Destination("slack", "C9"), Lost("channel_not_found")),
        (Destination("slack", "OLD"), Lost("is_archived")),
        (Destination("slack", "ALIEN"), Lost("not_in_channel")),
    ],
)
async def test_a_channel_that_takes_nothing_is_lost(bot: Bot, to: Destination, outcome: Lost) -> None:
    bot.stand_in.add_channel("OLD", is_archived=True)
    bot.stand_in.add_channel("ALIEN", is_member=False)
    assert await bot.slack().send(owed(to=to)) == outcome


async def test_blocks_that_slack_refuses_are_our_fault(bot: Bot) -> None:
    wrong = Message("slack", {"text": "x", "blocks": [{"type": "divider", "block_id": "a"}] * 2})
    outcome = await bot.slack().send(owed(message=wrong))
    assert outcome == Rejected("invalid_blocks: [ERROR] block_id a already exists [json-pointer:/blocks/1/block_id]")


async def test_proxies_of_the_environment_are_not_asked_for_this_machine(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    async with bot.connected():
        await bot.stand_in.command("/latest")
    slack = bot.slack()
    assert isinstance(await slack.send(owed()), Sent)
    assert await slack.send(owed(bot.commands[0])) == Sent({})


async def test_the_check_names_workspace_and_bot(bot: Bot) -> None:
    assert await bot.slack().check() == "Acme / heatwire"


async def test_the_check_says_what_slack_has_against_the_token(bot: Bot) -> None:
    with pytest.raises(ConnectionError, match=r"^invalid_auth$"):
        await bot.slack(bot_token="xoxb-wrong").check()


@pytest.mark.parametrize("fault", [Fault(status=500), Fault(body="<html>")])
async def test_the_check_says_that_there_was_no_answer(bot: Bot, fault: Fault) -> None:
    bot.stand_in.fail("auth.test", fault)
    with pytest.raises(ConnectionError, match=r"^no usable answer$"):
        await bot.slack().check()


async def test_the_check_survives_an_answer_in_plain_text(bot: Bot) -> None:
    bot.stand_in.fail("auth.test", Fault(body="ok", content_type="text/plain"))
    with pytest.raises(ConnectionError):
        await bot.slack().check()


async def test_the_check_says_that_there_was_no_connection(bot: Bot) -> None:
    with pytest.raises(ConnectionError, match=r"^ClientConnectorError$"):
        await bot.slack(base_url="http://127.0.0.1:1/api/").check()


async def test_the_trouble_with_receiving_is_known_while_it_lasts(bot: Bot) -> None:
    slack, stop = bot.slack(), asyncio.Event()
    bot.stand_in.fail("apps.connections.open", Fault(error="internal_error"))
    run = asyncio.create_task(slack.run(stop))
    await until(lambda: slack.trouble == "internal_error")
    await until_advanced(bot, lambda: bot.count("slack_connected"))
    assert slack.trouble is None
    bot.stand_in.sockets.drop()
    await until_advanced(bot, lambda: slack.trouble == "connection lost")
    stop.set()
    await run


async def test_nothing_shows_the_tokens(bot: Bot) -> None:
    slack = bot.slack(bot_token="xoxb-canary", app_token="xapp-canary", signing_secret="secret-canary")
    bot.stand_in.fail("chat.postMessage", Fault(error="invalid_auth"))
    shown = [
        repr(slack),
        str(await slack.send(owed())),
        str(await slack.send(Delivery("k", CHANNEL, WRONG, Priority.REPLY, 1))),
    ]
    assert "canary" not in " ".join(shown)


WRONG = Call("respond", {"response_url": "nonsense://canary", "text": "x"})
