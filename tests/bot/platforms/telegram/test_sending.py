"""One delivery is one HTTP request, and what became of it is said as surely as it is known."""

import aiohttp
import pytest
from telegram.error import BadRequest, TelegramError, TimedOut

from bot.command import Answer
from bot.delivery.delivery import Destination
from bot.delivery.outcome import Deferred, Failed, Lost, Moved, Outcome, Rejected, Sent, Sighting, Uncertain
from bot.failpoints import Point, install
from bot.platforms.telegram.api import Api
from bot.platforms.telegram.classify import outcome
from bot.platforms.telegram.http import AiohttpRequest, json_body, root
from bot.platforms.telegram.payload import calls
from bot.sandbox.telegram import faults
from bot.sandbox.telegram.faults import Fault
from bot.sandbox.telegram.stand_in import TelegramStandIn
from digests.message import Message
from tests.bot.platforms.telegram.stage import CHANNEL, GROUP, PERSON, SUPERGROUP, TOKEN, Stage, sending, staged

HTML = {"text": "<b>Hot</b> &amp; <a href='https://a.example/'>new</a>", "parse_mode": "HTML"}


async def test_a_message_arrives_as_it_was_given(stage: Stage) -> None:
    became = await stage.platform.send(sending(HTML))

    assert became == Sent({"message_id": 1}, Sighting("telegram:account", 1))

    (call,) = stage.telegram.calls
    assert (call.method, call.arguments) == ("sendMessage", {"chat_id": PERSON, **HTML})
    assert stage.telegram.messages(PERSON)[0]["text"] == "Hot & new"


async def test_an_answer_composed_for_a_topic_arrives_in_it(stage: Stage) -> None:
    answer = Answer((Message("telegram", {**HTML, "link_preview_options": {"is_disabled": True}}),))
    (call,) = calls(answer, Destination("telegram", str(SUPERGROUP), "7"), None)

    assert isinstance(await stage.platform.send(sending(call.arguments, chat=SUPERGROUP)), Sent)
    assert stage.telegram.messages(SUPERGROUP)[0]["message_thread_id"] == 7


async def test_a_channel_is_reached_by_its_name(stage: Stage) -> None:
    became = await stage.platform.send(sending({**HTML, "chat_id": "@news"}))

    assert became == Sent({"message_id": 1}, Sighting(f"telegram:{CHANNEL}", 1))
    assert len(stage.telegram.messages(CHANNEL)) == 1


async def test_an_edit_changes_the_message_in_its_place(stage: Stage) -> None:
    await stage.platform.send(sending({"text": "old"}))

    done = await stage.platform.send(sending({"message_id": 1, "text": "new"}, "editMessageText"))

    assert done == Sent({"message_id": 1})
    assert [message["text"] for message in stage.telegram.messages(PERSON)] == ["new"]


async def test_an_edit_made_twice_is_made(stage: Stage) -> None:
    await stage.platform.send(sending({"text": "same"}))

    assert await stage.platform.send(sending({"message_id": 1, "text": "same"}, "editMessageText")) == Sent(
        {"message_id": 1}
    )


async def test_a_group_that_moved_gives_its_new_address(stage: Stage) -> None:
    await stage.telegram.migrate(GROUP, -1005)

    assert await stage.platform.send(sending(HTML, chat=GROUP)) == Moved("-1005")


@pytest.mark.parametrize("chat", [PERSON, GROUP, CHANNEL])
async def test_a_chat_that_shut_the_bot_out_is_lost(stage: Stage, chat: int) -> None:
    await stage.telegram.block(chat)

    assert isinstance(await stage.platform.send(sending(HTML, chat=chat)), Lost)


async def test_a_chat_that_nobody_knows_is_lost(stage: Stage) -> None:
    assert await stage.platform.send(sending(HTML, chat=404)) == Lost("chat not found")


async def test_a_topic_that_is_no_more_is_lost(stage: Stage) -> None:
    became = await stage.platform.send(sending({**HTML, "message_thread_id": 9}, chat=GROUP))

    assert became == Lost("message thread not found", thread_only=True)


@pytest.mark.parametrize("text", ["<br>", "", "  ", "x" * 4097], ids=["markup", "nothing", "spaces", "too long"])
async def test_a_message_that_telegram_never_takes_is_rejected(session: aiohttp.ClientSession, text: str) -> None:
    async with TelegramStandIn(TOKEN) as telegram:
        telegram.chats.add(PERSON)
        stage = staged(telegram.url, TOKEN, session, telegram)

        assert isinstance(await stage.platform.send(sending({"text": text, "parse_mode": "HTML"})), Rejected)


FAULTS: list[tuple[Fault, type[Outcome], int]] = [
    (faults.too_many_requests(7), Deferred, 0),
    (faults.page(429, Retry_After="3"), Deferred, 0),
    (faults.blocked(), Lost, 0),
    (faults.refusal(401, "Unauthorized"), Failed, 0),
    (faults.refusal(404, "Not Found"), Failed, 0),
    (faults.refusal(413, "Request Entity Too Large"), Rejected, 0),
    (faults.page(302, Location="/elsewhere"), Uncertain, 0),
    (faults.page(307, Location="/elsewhere"), Uncertain, 0),
    (faults.page(403), Uncertain, 0),
    (faults.page(404), Uncertain, 0),
    (faults.page(407), Uncertain, 0),
    (faults.page(408, accepted=True), Uncertain, 1),
    (faults.page(499, accepted=True), Uncertain, 1),
    (faults.server_error(500), Uncertain, 0),
    (faults.server_error(500, accepted=True), Uncertain, 1),
    (faults.page(502), Uncertain, 0),
    (faults.page(504, accepted=True), Uncertain, 1),
    (faults.close(), Uncertain, 0),
    (faults.close(accepted=True), Uncertain, 1),
    (faults.cut(), Uncertain, 1),
    (faults.late(60), Uncertain, 0),
    (faults.page(200, accepted=True), Uncertain, 1),
    (Fault(body={"ok": True}, accepted=True), Uncertain, 1),
    (Fault(body="[]", accepted=True), Uncertain, 1),
]


def named(value: object) -> str:
    return f"{value.status}-{value.ending.name}" if isinstance(value, Fault) else ""


@pytest.mark.parametrize(("fault", "kind", "arrived"), FAULTS, ids=named)
async def test_whatever_happens_one_attempt_is_one_request(
    stage: Stage, fault: Fault, kind: type[Outcome], arrived: int
) -> None:
    await stage.platform.send(sending({"text": "before"}, chat=CHANNEL))  # the connection is warm
    stage.telegram.fail("sendMessage", fault)

    became = await stage.platform.send(sending(HTML))

    assert isinstance(became, kind)
    assert len(stage.telegram.requests("sendMessage")) == 2
    assert len(stage.telegram.messages(PERSON)) == arrived


@pytest.mark.parametrize("fault", [None, faults.close()])
async def test_a_crash_before_or_after_the_answer_can_be_tried(stage: Stage, fault: Fault | None) -> None:
    reached: list[tuple[Point, int]] = []
    install(lambda point: reached.append((point, len(stage.telegram.calls))))
    try:
        stage.telegram.fail("sendMessage", *[] if fault is None else [fault])
        await stage.platform.send(sending(HTML))
    finally:
        install(None)

    assert reached == [(Point.REQUEST_WRITTEN, 0), (Point.REPLY_READ, 1)]


async def test_a_wait_is_as_long_as_told(stage: Stage) -> None:
    stage.telegram.fail("sendMessage", faults.too_many_requests(35))

    assert await stage.platform.send(sending(HTML)) == Deferred(35)


async def test_silence_is_unclear_and_sent_once(stage: Stage, session: aiohttp.ClientSession) -> None:
    stage.telegram.fail("sendMessage", faults.hang())
    api = Api(TOKEN, stage.telegram.url, session)

    with pytest.raises(TimedOut) as caught:
        await api.call("sendMessage", sending(HTML).call.arguments, seconds=0.1)

    assert isinstance(caught.value.__cause__, aiohttp.SocketTimeoutError)
    assert isinstance(outcome(caught.value, sending(HTML).call), Uncertain)
    assert len(stage.telegram.calls) == len(stage.telegram.messages(PERSON)) == 1


async def test_a_server_that_is_not_there_was_surely_not_reached(session: aiohttp.ClientSession) -> None:
    async with TelegramStandIn(TOKEN) as telegram:
        stage = staged(telegram.url, TOKEN, session, telegram)

    became = await stage.platform.send(sending(HTML))

    assert isinstance(became, Failed)
    assert "ClientConnectorError" in became.error


async def test_a_closed_session_sends_nothing(telegram: TelegramStandIn) -> None:
    session = aiohttp.ClientSession()
    stage = staged(telegram.url, TOKEN, session, telegram)
    await session.close()

    assert isinstance(await stage.platform.send(sending(HTML)), Failed)


async def test_arguments_that_are_no_json_are_our_fault(stage: Stage) -> None:
    assert isinstance(await stage.platform.send(sending({"text": {1, 2}})), Rejected)
    assert stage.telegram.calls == []


async def test_no_outcome_shows_the_token(stage: Stage) -> None:
    for fault, _, _ in FAULTS:
        stage.telegram.fail("sendMessage", fault)
        assert TOKEN not in repr(await stage.platform.send(sending(HTML)))


@pytest.mark.parametrize("base_url", ["", "telegram", "ftp://a.example", "https://", "http://[", "//a.example"])
def test_a_base_that_is_no_web_address_is_refused_without_the_token(base_url: str) -> None:
    with pytest.raises(ValueError, match="is not an http") as caught:
        root(base_url, TOKEN)

    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("base_url", ["http://a.example/telegram", "http://a.example/telegram/"])
def test_a_base_may_have_a_path(base_url: str) -> None:
    assert str(root(base_url, "1:a")) == "http://a.example/telegram/bot1:a"


async def test_an_empty_token_is_refused(session: aiohttp.ClientSession) -> None:
    with pytest.raises(ValueError, match="token is empty"):
        Api("", "https://a.example", session)


async def test_the_librarys_client_never_holds_the_token(stage: Stage, session: aiohttp.ClientSession) -> None:
    api = Api(TOKEN, stage.telegram.url, session)

    assert TOKEN not in repr(api)
    assert TOKEN not in api.base_url
    await api.shutdown()


async def test_the_request_leaves_the_session_open(session: aiohttp.ClientSession) -> None:
    async with AiohttpRequest(session, "https://a.example", TOKEN) as request:
        assert request.read_timeout >= 30

    assert not session.closed


@pytest.mark.parametrize("value", [float("nan"), object(), b"bytes"])
def test_only_json_goes_out(value: object) -> None:
    with pytest.raises(BadRequest, match="not JSON"):
        json_body({"text": value})


@pytest.mark.parametrize(("payload", "found"), [(b'{"ok": true}', None), (b'{"result": 5}', 5)])
def test_an_answer_always_has_a_result(payload: bytes, found: object) -> None:
    assert AiohttpRequest.parse_json_payload(payload)["result"] == found


@pytest.mark.parametrize("payload", [b"", b"<html>", b"[1]", b"null", b"\xff"])
def test_what_is_no_json_object_is_no_answer(payload: bytes) -> None:
    with pytest.raises(TelegramError, match="no JSON object"):
        AiohttpRequest.parse_json_payload(payload)
