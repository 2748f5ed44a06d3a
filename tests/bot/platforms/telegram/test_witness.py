"""What can be found out about a message that nobody confirmed, and that it is done without harm."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.delivery.delivery import Destination
from bot.delivery.doubt import Absent, Found, Later, Swept, Unknowable
from bot.delivery.outcome import Sighting
from bot.platforms.telegram.asking import TRIES
from bot.platforms.telegram.scope import MOST_PROBES, SPARSE, TOO_MANY, UNNUMBERED
from bot.platforms.telegram.timing import Timing
from bot.platforms.telegram.topics import MARK
from bot.platforms.telegram.window import LOOK_AHEAD, SPAN
from bot.platforms.telegram.witness import BLIND
from bot.sandbox.telegram import faults
from bot.sandbox.telegram.faults import Fault
from bot.sandbox.telegram.stand_in import PERSON as ADA
from bot.sandbox.telegram.stand_in import TelegramStandIn
from bot.store.engine import Store
from tests.bot.platforms.telegram.desk import AT_ONCE, LOG, NOT_TAKEN, SETTLE, TAKEN, Desk
from tests.bot.platforms.telegram.stage import CHANNEL, GROUP, PERSON, SUPERGROUP, sending
from tests.clock import SettableClock
from tests.stores import store_in_memory

CHATS = [PERSON, GROUP, SUPERGROUP, CHANNEL]
RICH = {
    "parse_mode": "HTML",
    "link_preview_options": {"is_disabled": True},
    "reply_markup": {"inline_keyboard": [[{"text": "More", "callback_data": "latest"}]]},
}


@pytest.fixture
def store() -> Iterator[Store]:
    store = store_in_memory()
    yield store
    store.close()


@pytest.fixture
async def desk(telegram: TelegramStandIn, session: aiohttp.ClientSession, store: Store) -> Desk:
    return Desk(telegram, session, store, SettableClock())


class FastClock(SettableClock):
    """Whoever waits finds that the time has passed."""

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        self.set(self.now() + timedelta(seconds=seconds))
        return event.is_set()


def refused(words: str) -> Fault:
    return faults.refusal(400, f"Bad Request: {words}")


def answered(result: object) -> Fault:
    return Fault(body={"ok": True, "result": result})


def hides(telegram: TelegramStandIn, chat: int, text: str = "hello") -> int:
    """Somebody writes what the bot is not told; the number."""
    post = telegram.chats.post(telegram.chats.get(chat), {"text": text}, None, ADA)
    return int(post["message_id"])


@pytest.mark.parametrize("chat", CHATS)
async def test_a_message_whose_answer_got_lost_is_found(desk: Desk, chat: int) -> None:
    await desk.confirmed(chat=chat)
    doubt = await desk.unclear(TAKEN, "<b>Hot</b> &amp; new ", chat, **RICH)

    assert await desk.found(doubt) == 2
    assert desk.texts(chat) == ["before", "Hot & new"]
    assert desk.questions() == ["editMessageCaption", "editMessageText"]


@pytest.mark.parametrize("chat", CHATS)
async def test_a_message_that_never_arrived_is_absent(desk: Desk, chat: int) -> None:
    await desk.confirmed(chat=chat)
    doubt = await desk.unclear(NOT_TAKEN, chat=chat)

    assert await desk.found(doubt) == Absent()
    assert desk.questions() == ["editMessageCaption"] * LOOK_AHEAD


async def test_what_is_found_is_sighted(desk: Desk) -> None:
    await desk.confirmed(chat=CHANNEL)
    doubt = await desk.unclear(TAKEN, chat=CHANNEL)

    sighting = Sighting(f"telegram:{CHANNEL}", 2)
    assert await desk.witness.find(doubt) == Found({"message_id": 2}, sighting)


async def test_a_channel_by_its_name_is_looked_at_under_its_number(desk: Desk) -> None:
    await desk.confirmed(chat=CHANNEL)
    doubt = await desk.unclear(TAKEN, chat_id="@news", chat=CHANNEL)

    assert await desk.found(doubt) == 2


async def test_a_message_is_found_among_those_of_others(desk: Desk) -> None:
    await desk.confirmed(chat=GROUP)
    before = [hides(desk.telegram, chat) for chat in (PERSON, GROUP, 8, GROUP)]
    doubt = await desk.unclear(TAKEN, chat=GROUP)
    hides(desk.telegram, GROUP)

    assert await desk.found(doubt) == before[-1] + 1
    assert desk.texts(GROUP) == ["before", "hello", "hello", "news", "hello"]


async def test_numbers_known_to_be_others_are_not_asked_about(desk: Desk) -> None:
    await desk.confirmed()
    doubt = await desk.unclear(NOT_TAKEN)
    for chat in (8, 9, PERSON):
        desk.telegram.chats.get(chat)
        await desk.confirmed("another", chat)

    assert await desk.found(doubt) == Absent()
    assert all(call.arguments["message_id"] > 4 for call in desk.telegram.requests("editMessageCaption"))


async def test_it_is_not_looked_for_beyond_what_came_after_it(desk: Desk) -> None:
    await desk.confirmed()
    doubt = await desk.unclear(NOT_TAKEN)
    hidden = hides(desk.telegram, 8)
    await desk.settles()
    await desk.confirmed("later", chat=GROUP)

    assert await desk.found(doubt) == Absent()
    assert [call.arguments["message_id"] for call in desk.telegram.requests("editMessageCaption")] == [hidden]


async def test_private_chats_tell_of_each_others_numbers(desk: Desk) -> None:
    desk.telegram.chats.add(8)
    await desk.confirmed(chat=8)
    doubt = await desk.unclear(TAKEN)

    assert await desk.found(doubt) == 2


async def test_another_chats_lost_message_is_not_taken_for_it(desk: Desk) -> None:
    desk.telegram.chats.add(8)
    await desk.confirmed()
    elsewhere = await desk.unclear(TAKEN, "the same", 8)
    here = await desk.unclear(TAKEN, "the same")

    assert (await desk.found(here), await desk.found(elsewhere)) == (3, 2)


async def test_a_late_copy_of_another_becomes_the_message_that_never_arrived(desk: Desk) -> None:
    first = await desk.confirmed("before")
    slow = await desk.unclear(NOT_TAKEN, "A")
    assert await desk.found(slow) == Absent()
    again = await desk.confirmed("A")
    stray = await desk.stray(slow.delivery)
    doubt = await desk.unclear(NOT_TAKEN, "B")

    assert await desk.found(doubt) == stray
    assert desk.texts() == ["before", "A", "B"]
    assert [first, again, stray] == [1, 2, 3]


async def test_a_late_copy_of_another_is_deleted_where_the_message_did_arrive(desk: Desk) -> None:
    await desk.confirmed("before")
    slow = await desk.unclear(NOT_TAKEN, "A")
    await desk.confirmed("A")
    stray = await desk.stray(slow.delivery)
    doubt = await desk.unclear(TAKEN, "B")

    assert await desk.found(doubt) == stray + 1
    assert desk.texts() == ["before", "A", "B"]


async def test_of_several_late_copies_one_becomes_the_message(desk: Desk) -> None:
    await desk.confirmed("before")
    slow = await desk.unclear(NOT_TAKEN, "A")
    await desk.confirmed("A")
    stray = [await desk.stray(slow.delivery), await desk.stray(slow.delivery)][0]
    doubt = await desk.unclear(NOT_TAKEN, "B")

    assert await desk.found(doubt) == stray
    assert desk.texts() == ["before", "A", "B"]


async def test_a_copy_that_cannot_be_deleted_now_does_not_hide_the_message(desk: Desk) -> None:
    await desk.confirmed("before")
    slow = await desk.unclear(NOT_TAKEN, "A")
    await desk.confirmed("A")
    stray = await desk.stray(slow.delivery)
    doubt = await desk.unclear(TAKEN, "B")
    desk.telegram.fail("deleteMessage", faults.server_error())

    assert await desk.found(doubt) == stray + 1


async def test_what_a_broken_look_up_left_the_strays_own_sweep_removes(desk: Desk) -> None:
    await desk.confirmed("before")
    slow = await desk.unclear(NOT_TAKEN, "A")
    kept = await desk.confirmed("A")
    await desk.stray(slow.delivery)
    doubt = await desk.unclear(TAKEN, "B")
    desk.telegram.fail("editMessageText", *[TAKEN] * TRIES)  # the stray becomes B, and nobody is told

    assert isinstance(await desk.found(doubt), Later)
    assert await desk.found(doubt) == 3
    assert desk.texts() == ["before", "A", "B", "B"]
    assert await desk.witness.sweep(replace(slow, receipt={"message_id": kept})) == Swept(1)
    assert desk.texts() == ["before", "A", "B"]


async def test_an_edit_whose_answer_gets_lost_does_not_make_a_stray_the_message(desk: Desk) -> None:
    await desk.confirmed("before")
    slow = await desk.unclear(NOT_TAKEN, "A")
    await desk.confirmed("A")
    stray = await desk.stray(slow.delivery)
    doubt = await desk.unclear(TAKEN, "B")
    desk.telegram.fail("editMessageText", TAKEN)

    assert await desk.found(doubt) == stray + 1
    assert desk.texts() == ["before", "A", "B"]


@pytest.mark.parametrize("text", ["news", "other news"])
@pytest.mark.parametrize("topic", [{"message_thread_id": 7}, {}], ids=["topic", "general"])
async def test_a_late_copy_in_another_topic_is_left_as_it_is(desk: Desk, text: str, topic: dict[str, Any]) -> None:
    await desk.confirmed(chat=SUPERGROUP)
    stray = await desk.stray(desk.claim(text, SUPERGROUP, message_thread_id=5).delivery)
    doubt = await desk.unclear(NOT_TAKEN, "news", SUPERGROUP, **topic)

    assert await desk.found(doubt) == Absent()
    left = desk.telegram.history(SUPERGROUP)[-1]
    assert (left["message_id"], left["text"], left["message_thread_id"]) == (stray, text, 5)
    assert "reply_markup" not in left


async def test_a_late_copy_in_general_is_not_the_message_of_a_topic(desk: Desk) -> None:
    await desk.confirmed(chat=SUPERGROUP)
    await desk.stray(desk.claim("news", SUPERGROUP).delivery)
    doubt = await desk.unclear(NOT_TAKEN, "news", SUPERGROUP, message_thread_id=7)

    assert await desk.found(doubt) == Absent()


async def test_a_message_of_a_topic_is_found_beside_the_same_in_another(desk: Desk) -> None:
    await desk.confirmed(chat=SUPERGROUP)
    stray = await desk.stray(desk.claim("news", SUPERGROUP, message_thread_id=5, **RICH).delivery)
    doubt = await desk.unclear(TAKEN, "news", SUPERGROUP, message_thread_id=7, **RICH)

    assert await desk.found(doubt) == stray + 1
    assert [shown["reply_markup"] for shown in desk.telegram.history(SUPERGROUP)[1:]] == [RICH["reply_markup"]] * 2


async def test_a_late_copy_of_another_in_the_same_topic_becomes_the_message(desk: Desk) -> None:
    await desk.confirmed(chat=SUPERGROUP)
    stray = await desk.stray(desk.claim("A", SUPERGROUP, message_thread_id=7).delivery)
    doubt = await desk.unclear(NOT_TAKEN, "B", SUPERGROUP, message_thread_id=7)

    assert await desk.found(doubt) == stray
    assert desk.texts(SUPERGROUP) == ["before", "B"]


async def test_in_a_private_chat_with_topics_the_topic_counts_as_well(desk: Desk) -> None:
    desk.telegram.chats.add(PERSON, forum=True)
    await desk.confirmed()
    await desk.stray(desk.claim("news", message_thread_id=5).delivery)
    doubt = await desk.unclear(NOT_TAKEN, "news", message_thread_id=7)

    assert await desk.found(doubt) == Absent()


async def test_with_a_log_chat_the_same_in_another_topic_is_not_the_message(desk: Desk) -> None:
    desk = desk.with_log_chat()
    await desk.confirmed(chat=SUPERGROUP)
    stray = await desk.stray(desk.claim("news", SUPERGROUP, message_thread_id=5).delivery)

    doubt = await desk.unclear(NOT_TAKEN, "news", SUPERGROUP, message_thread_id=7)
    assert await desk.found(doubt) == Absent()
    doubt = await desk.unclear(TAKEN, "news", SUPERGROUP, message_thread_id=7)
    assert await desk.found(doubt) == stray + 1


@pytest.mark.parametrize("lost", [[TAKEN], [faults.close(), TAKEN]])
async def test_the_topic_is_seen_though_an_answer_gets_lost(desk: Desk, lost: list[Fault]) -> None:
    await desk.confirmed(chat=SUPERGROUP)
    doubt = await desk.unclear(TAKEN, "news", SUPERGROUP, message_thread_id=7)
    desk.telegram.fail("editMessageReplyMarkup", *lost)

    assert await desk.found(doubt) == 2
    assert "reply_markup" not in desk.telegram.history(SUPERGROUP)[-1]


async def test_where_no_answer_shows_the_topic_it_is_looked_for_later(desk: Desk) -> None:
    await desk.confirmed(chat=SUPERGROUP)
    doubt = await desk.unclear(TAKEN, "news", SUPERGROUP, message_thread_id=7)
    desk.telegram.fail("editMessageReplyMarkup", *[answered(True)] * 2)

    assert await desk.found(doubt) == Later(30.0, "no answer shows the message's topic")
    assert await desk.found(doubt) == 2


async def test_a_mark_that_a_broken_look_up_left_is_taken_away_by_the_next(desk: Desk) -> None:
    await desk.confirmed(chat=SUPERGROUP)
    doubt = await desk.unclear(TAKEN, "news", SUPERGROUP, message_thread_id=7)
    desk.telegram.fail("editMessageReplyMarkup", *[TAKEN] * TRIES)

    assert isinstance(await desk.found(doubt), Later)
    assert desk.telegram.history(SUPERGROUP)[-1]["reply_markup"] == MARK
    assert await desk.found(doubt) == 2
    assert "reply_markup" not in desk.telegram.history(SUPERGROUP)[-1]


async def test_a_message_deleted_while_its_topic_was_asked_for_is_absent(desk: Desk) -> None:
    await desk.confirmed(chat=SUPERGROUP)
    doubt = await desk.unclear(TAKEN, "news", SUPERGROUP, message_thread_id=7)
    desk.telegram.fail("editMessageReplyMarkup", *[refused("message to edit not found")] * 2)

    assert await desk.found(doubt) == Absent()


async def test_a_message_deleted_while_it_was_looked_at_is_absent(desk: Desk) -> None:
    await desk.confirmed()
    doubt = await desk.unclear(TAKEN)
    desk.telegram.fail("editMessageText", refused("message to edit not found"))

    assert await desk.found(doubt) == Absent()


async def test_a_picture_is_not_the_message(desk: Desk) -> None:
    await desk.confirmed()
    doubt = await desk.unclear(NOT_TAKEN)
    desk.telegram.fail("editMessageCaption", answered(True))

    assert await desk.found(doubt) == Absent()


async def test_where_the_bot_is_told_of_few_messages_one_that_is_not_found_is_not_therefore_absent(desk: Desk) -> None:
    await desk.confirmed(chat=SUPERGROUP)
    for _ in range(LOOK_AHEAD + 1):
        hides(desk.telegram, SUPERGROUP)
    await desk.confirmed("next", SUPERGROUP)
    for _ in range(LOOK_AHEAD):
        hides(desk.telegram, SUPERGROUP)
    doubt = await desk.unclear(TAKEN, chat=SUPERGROUP)

    assert await desk.found(doubt) == Unknowable(SPARSE)
    assert await desk.witness.sweep(doubt) == Unknowable(SPARSE)


async def test_a_few_messages_in_a_row_do_not_show_that_the_bot_is_told_of_all(desk: Desk) -> None:
    for _ in range(2 * SPAN):
        hides(desk.telegram, SUPERGROUP)
    for part in ("part 1", "part 2"):
        await desk.confirmed(part, SUPERGROUP)
    for _ in range(LOOK_AHEAD):
        hides(desk.telegram, SUPERGROUP)
    doubt = await desk.unclear(TAKEN, chat=SUPERGROUP)

    assert await desk.found(doubt) == Unknowable(SPARSE)


async def test_of_a_channel_the_bot_is_told_all(desk: Desk) -> None:
    for _ in range(2 * SPAN):
        hides(desk.telegram, CHANNEL)
    for part in ("part 1", "part 2"):
        await desk.confirmed(part, CHANNEL)
    doubt = await desk.unclear(NOT_TAKEN, chat=CHANNEL)

    assert await desk.found(doubt) == Absent()


async def test_there_a_later_message_shows_how_far_to_look(desk: Desk) -> None:
    await desk.confirmed(chat=SUPERGROUP)
    for _ in range(2 * LOOK_AHEAD):
        hides(desk.telegram, SUPERGROUP)
    doubt = await desk.unclear(TAKEN, chat=SUPERGROUP)
    await desk.settles()
    await desk.confirmed("an answer", SUPERGROUP)

    assert await desk.found(doubt) == 2 * LOOK_AHEAD + 2


async def test_what_is_not_known_from_before_cannot_be_found(desk: Desk) -> None:
    doubt = await desk.unclear(TAKEN)
    await desk.confirmed("later")

    assert await desk.found(doubt) == Unknowable("no message number is known from before the first request")
    assert desk.questions() == []


async def test_a_message_that_an_operator_saw_is_not_taken_for_another(desk: Desk) -> None:
    await desk.confirmed(chat=SUPERGROUP)
    await desk.unclear(TAKEN, "seen", SUPERGROUP)
    seen = desk.clock.now()
    doubt = replace(await desk.unclear(NOT_TAKEN, chat=SUPERGROUP), unnumbered=seen)

    assert await desk.found(doubt) == Unknowable(UNNUMBERED)
    assert await desk.witness.sweep(doubt) == Unknowable(UNNUMBERED)
    assert desk.texts(SUPERGROUP) == ["before", "seen"]


async def test_a_message_from_after_it_parts_the_two(desk: Desk) -> None:
    await desk.unclear(TAKEN, "seen", SUPERGROUP)
    seen = desk.clock.now()
    await desk.confirmed("next", SUPERGROUP)
    doubt = replace(await desk.unclear(NOT_TAKEN, chat=SUPERGROUP), unnumbered=seen)

    assert await desk.found(doubt) == Absent()


async def test_only_so_many_numbers_are_asked_about(desk: Desk) -> None:
    await desk.confirmed()
    for _ in range(MOST_PROBES):
        hides(desk.telegram, GROUP)
    doubt = await desk.unclear(TAKEN)
    await desk.settles()
    await desk.confirmed("later")

    assert TOO_MANY == "more than 64 message numbers are in question"
    assert await desk.found(doubt) == Later(AT_ONCE.ask_again, TOO_MANY)
    assert desk.questions() == ["editMessageCaption"] * MOST_PROBES
    await desk.uncrowded()
    assert await desk.found(doubt) == Unknowable(TOO_MANY)


async def test_what_is_found_of_others_in_doubt_leaves_fewer_numbers_to_ask_about(desk: Desk) -> None:
    chats = range(10_000, 10_000 + MOST_PROBES)
    for chat in chats:
        desk.telegram.chats.add(chat)
    await desk.confirmed()
    others = [await desk.unclear(TAKEN, f"news for {chat}", chat) for chat in chats]
    doubt = await desk.unclear(TAKEN)
    await desk.settles()
    await desk.confirmed("later")

    assert await desk.found(doubt) == Later(AT_ONCE.ask_again, TOO_MANY)
    assert await desk.found(others[0]) == 2
    assert await desk.found(doubt) == MOST_PROBES + 2


async def test_a_message_under_the_last_number_asked_about_is_found(desk: Desk) -> None:
    await desk.confirmed()
    for _ in range(MOST_PROBES - 1):
        hides(desk.telegram, GROUP)
    doubt = await desk.unclear(TAKEN)
    await desk.settles()
    await desk.confirmed("later")

    assert await desk.found(doubt) == MOST_PROBES + 1


async def test_only_new_messages_are_looked_for(desk: Desk) -> None:
    number = await desk.confirmed()
    doubt = await desk.unclear(TAKEN)
    edit = sending({"message_id": number, "text": "new"}, "editMessageText")

    for look in (desk.witness.find, desk.witness.sweep):
        words = "editMessageText leaves nothing that could be looked for"
        assert await look(replace(doubt, delivery=edit)) == Unknowable(words)


@pytest.mark.parametrize("method", ["editMessageCaption", "editMessageText"])
async def test_told_to_wait_it_is_looked_for_later(desk: Desk, method: str) -> None:
    await desk.confirmed()
    doubt = await desk.unclear(TAKEN)
    desk.telegram.fail(method, faults.too_many_requests(7))

    assert await desk.found(doubt) == Later(7, "too many requests: retry after 7 s")
    assert await desk.found(doubt) == 2


@pytest.mark.parametrize("fault", [faults.server_error(), faults.close(), faults.page(502), faults.page(403)])
async def test_trouble_on_the_way_is_no_finding(desk: Desk, fault: Fault) -> None:
    await desk.confirmed(chat=CHANNEL)
    doubt = await desk.unclear(TAKEN, chat=CHANNEL)

    for method in ("getChat", "getMe", "getChatMember", "editMessageCaption", "editMessageText"):
        desk.telegram.fail(method, *[fault] * TRIES)
        assert isinstance(await desk.witness.find(doubt), Later)
    assert await desk.found(doubt) == 2


async def test_a_question_whose_answer_gets_lost_is_asked_again(desk: Desk) -> None:
    await desk.confirmed(chat=CHANNEL)
    doubt = await desk.unclear(TAKEN, chat=CHANNEL)
    for method in ("getChat", "getMe", "getChatMember", "editMessageCaption", "editMessageText"):
        desk.telegram.fail(method, faults.server_error(), faults.close(), faults.page(502), faults.cut())

    assert await desk.found(doubt) == 2


async def test_a_short_wait_that_is_asked_for_is_sat_out(desk: Desk) -> None:
    desk = replace(desk, timing=replace(AT_ONCE, hold=20.0), clock=FastClock())
    await desk.confirmed()
    doubt = await desk.unclear(TAKEN)
    desk.telegram.fail("editMessageCaption", faults.too_many_requests(20))
    begun = desk.clock.now()

    assert await desk.found(doubt) == 2
    assert (desk.clock.now() - begun).total_seconds() == 20

    other = await desk.unclear(TAKEN)
    desk.telegram.fail("editMessageCaption", faults.too_many_requests(21))
    assert await desk.found(other) == Later(21, "too many requests: retry after 21 s")


async def test_unknown_words_are_no_finding(desk: Desk) -> None:
    await desk.confirmed()
    doubt = await desk.unclear(TAKEN)
    desk.telegram.fail("editMessageCaption", refused("message is a teapot"))

    assert await desk.found(doubt) == Unknowable("message is a teapot")


async def test_a_chat_that_shut_the_bot_out_cannot_be_looked_at(desk: Desk) -> None:
    await desk.confirmed()
    doubt = await desk.unclear(TAKEN)
    await desk.telegram.block(PERSON)

    assert await desk.found(doubt) == Unknowable("forbidden: bot was blocked by the user")


async def test_a_group_that_moved_cannot_be_looked_at(desk: Desk) -> None:
    await desk.confirmed(chat=GROUP)
    doubt = await desk.unclear(TAKEN, chat=GROUP)
    await desk.telegram.migrate(GROUP, -1_000_000_000_005)

    found = await desk.found(doubt)
    assert found == Unknowable("the group became the supergroup -1000000000005, which counts anew")


@pytest.mark.parametrize("right", ["edit", "own"])
async def test_where_an_edit_could_change_anothers_post_nothing_is_tried(desk: Desk, right: str) -> None:
    desk.telegram.chats.get(CHANNEL).edits_others = True
    await desk.confirmed(chat=CHANNEL)
    doubt = await desk.unclear(TAKEN, chat=CHANNEL)
    if right == "own":
        desk.telegram.fail("getChatMember", *[answered({"status": "creator"})] * 2)

    assert await desk.found(doubt) == Unknowable(BLIND)
    assert await desk.witness.sweep(doubt) == Unknowable(BLIND)
    assert desk.questions() == []


async def test_there_the_message_is_read_in_the_log_chat(desk: Desk) -> None:
    desk.telegram.chats.get(CHANNEL).edits_others = True
    desk = desk.with_log_chat()
    await desk.confirmed(chat=CHANNEL)
    for text in ("gone", "theirs", "Hot"):
        number = hides(desk.telegram, CHANNEL, text)
    desk.telegram.chats.remove(desk.telegram.chats.get(CHANNEL), 2)
    doubt = await desk.unclear(TAKEN, "<b>Hot</b>", CHANNEL, **RICH)

    assert await desk.found(doubt) == number + 1
    assert desk.texts(CHANNEL) == ["before", "theirs", "Hot", "Hot"]
    assert desk.texts(LOG) == []
    assert {*desk.questions()} == {"forwardMessage", "deleteMessage"}


async def test_what_was_passed_on_into_the_channel_is_not_the_message(desk: Desk) -> None:
    desk.telegram.chats.get(CHANNEL).edits_others = True
    desk = desk.with_log_chat()
    await desk.confirmed(chat=CHANNEL)
    origin: dict[str, Any] = {"type": "channel", "chat": {"id": -1_000_000_000_008}, "message_id": 2}
    for one in (origin, {"type": "user", "sender_user": dict(ADA)}):
        shown = {"message_id": 9, "chat": {"id": LOG}, "text": "news", "forward_origin": one}
        doubt = await desk.unclear(NOT_TAKEN, chat=CHANNEL)
        desk.telegram.fail("forwardMessage", answered(shown))

        assert await desk.found(doubt) == Absent()


async def test_a_channel_that_lets_nothing_be_passed_on_cannot_be_looked_at(desk: Desk) -> None:
    desk.telegram.chats.get(CHANNEL).edits_others = True
    desk = desk.with_log_chat()
    await desk.confirmed(chat=CHANNEL)
    doubt = await desk.unclear(TAKEN, chat=CHANNEL)
    desk.telegram.fail("getChat", answered({"id": CHANNEL, "type": "channel", "has_protected_content": True}))

    assert await desk.found(doubt) == Unknowable("the channel's posts cannot be passed on to the log chat")


async def test_with_a_log_chat_strays_of_others_are_left_as_they_are(desk: Desk) -> None:
    desk = desk.with_log_chat()
    await desk.confirmed("before")
    slow = await desk.unclear(NOT_TAKEN, "A")
    await desk.confirmed("A")
    await desk.stray(slow.delivery)
    doubt = await desk.unclear(TAKEN, "<b>B</b>", parse_mode="HTML")

    assert await desk.found(doubt) == 4
    assert desk.texts() == ["before", "A", "A", "B"]
    assert desk.texts(LOG) == []
    assert "editMessageText" not in desk.questions()


async def test_what_cannot_be_passed_on_is_compared_by_an_edit(desk: Desk) -> None:
    desk = desk.with_log_chat()
    await desk.confirmed()
    doubt = await desk.unclear(TAKEN, protect_content=True)

    assert await desk.found(doubt) == 2


async def test_the_log_chat_itself_is_looked_at_as_if_there_was_none(desk: Desk) -> None:
    desk = desk.with_log_chat()
    await desk.confirmed(chat=LOG)
    doubt = await desk.unclear(TAKEN, chat=LOG)

    assert await desk.found(doubt) == 2
    assert desk.telegram.requests("forwardMessage") == []


async def test_a_log_chat_that_is_not_there_is_said_so(desk: Desk) -> None:
    desk = replace(desk, log_chat="@nowhere")
    await desk.confirmed()
    doubt = await desk.unclear(TAKEN)

    assert await desk.found(doubt) == Unknowable("in the log chat: chat not found")


async def test_trouble_with_the_log_chat_is_no_finding(desk: Desk) -> None:
    desk = desk.with_log_chat()
    await desk.confirmed()
    doubt = await desk.unclear(TAKEN)
    for fault in (faults.too_many_requests(3), answered(True), answered({"message_id": "7"})):
        desk.telegram.fail("forwardMessage", fault)
        assert isinstance(await desk.found(doubt), Later)

    desk.telegram.fail("deleteMessage", *[faults.server_error()] * 2 * TRIES)
    assert await desk.found(doubt) == 2


@pytest.mark.parametrize(("chat", "pace"), [(PERSON, 1), (GROUP, 3), (CHANNEL, 3)])
async def test_questions_are_asked_no_faster_than_a_chat_allows(desk: Desk, chat: int, pace: int) -> None:
    desk = replace(desk, timing=Timing(), clock=FastClock())
    await desk.confirmed(chat=chat)
    doubt = await desk.unclear(NOT_TAKEN, chat=chat)
    begun = desk.clock.now()

    assert await desk.found(doubt) == Absent()
    assert (desk.clock.now() - begun).total_seconds() == pace * (LOOK_AHEAD - 1)


async def test_a_look_up_that_takes_too_long_is_done_again_later(desk: Desk) -> None:
    desk = replace(desk, timing=Timing(pace=0.0, look_up=-1.0))
    await desk.confirmed()
    doubt = await desk.unclear(TAKEN)

    assert await desk.found(doubt) == Later(30.0, "not all could be asked in time")


@pytest.mark.parametrize("chat", CHATS)
async def test_a_sweep_deletes_the_copy_that_came_late(desk: Desk, chat: int) -> None:
    await desk.confirmed(chat=chat)
    doubt = await desk.unclear(NOT_TAKEN, chat=chat)
    assert await desk.found(doubt) == Absent()
    kept = await desk.confirmed("news", chat)
    await desk.stray(doubt.delivery)
    hides(desk.telegram, chat)

    swept = await desk.witness.sweep(replace(doubt, receipt={"message_id": kept}))

    assert swept == Swept(1)
    assert desk.texts(chat) == ["before", "news", "hello"]


async def test_a_sweep_leaves_copies_in_other_topics_to_theirs(desk: Desk) -> None:
    await desk.confirmed(chat=SUPERGROUP)
    there = desk.claim("news", SUPERGROUP, message_thread_id=5)
    doubt = await desk.unclear(NOT_TAKEN, "news", SUPERGROUP, message_thread_id=7)
    kept = await desk.confirmed("news", SUPERGROUP, message_thread_id=7)
    stray = await desk.stray(doubt.delivery)
    elsewhere = await desk.stray(there.delivery)

    assert await desk.witness.sweep(replace(doubt, receipt={"message_id": kept})) == Swept(1)
    left = [shown["message_id"] for shown in desk.telegram.history(SUPERGROUP)]
    assert (kept in left, stray in left, elsewhere in left) == (True, False, True)


async def test_a_sweep_keeps_the_message_even_where_nobody_noted_its_number(desk: Desk) -> None:
    await desk.confirmed()
    doubt = await desk.unclear(TAKEN)
    await desk.stray(doubt.delivery)

    assert await desk.witness.sweep(replace(doubt, receipt={"message_id": 3})) == Swept(1)
    assert [message["message_id"] for message in desk.telegram.messages(PERSON)] == [1, 3]


async def test_a_sweep_where_nothing_came_late_removes_nothing(desk: Desk) -> None:
    await desk.confirmed()
    doubt = await desk.unclear(NOT_TAKEN)
    kept = await desk.confirmed("news")
    await desk.settles()
    await desk.confirmed("later")

    assert await desk.witness.sweep(replace(doubt, receipt={"message_id": kept})) == Swept(0)
    assert desk.texts() == ["before", "news", "later"]


async def test_with_a_log_chat_a_sweep_deletes_only_what_says_the_same(desk: Desk) -> None:
    desk = desk.with_log_chat()
    await desk.confirmed("before")
    doubt = await desk.unclear(NOT_TAKEN, "A")
    kept = await desk.confirmed("A")
    await desk.stray(doubt.delivery)
    await desk.unclear(TAKEN, "an answer")

    assert await desk.witness.sweep(replace(doubt, receipt={"message_id": kept})) == Swept(1)
    assert desk.texts() == ["before", "A", "an answer"]


async def test_a_sweep_leaves_others_posts_alone_where_the_bot_may_edit_them(desk: Desk) -> None:
    desk.telegram.chats.get(CHANNEL).edits_others = True
    desk = desk.with_log_chat()
    await desk.confirmed(chat=CHANNEL)
    doubt = await desk.unclear(NOT_TAKEN, "A", CHANNEL)
    kept = await desk.confirmed("A", CHANNEL)
    hides(desk.telegram, CHANNEL, "theirs")
    await desk.stray(doubt.delivery)

    assert await desk.witness.sweep(replace(doubt, receipt={"message_id": kept})) == Swept(1)
    assert desk.texts(CHANNEL) == ["before", "A", "theirs"]


async def test_a_copy_that_is_gone_meanwhile_was_not_removed_by_us(desk: Desk) -> None:
    await desk.confirmed()
    doubt = await desk.unclear(TAKEN)
    desk.telegram.fail("deleteMessage", refused("message to delete not found"))

    assert await desk.witness.sweep(doubt) == Swept(0)


async def test_a_copy_that_may_not_be_deleted_is_told(desk: Desk) -> None:
    await desk.confirmed()
    doubt = await desk.unclear(TAKEN)
    desk.telegram.fail("deleteMessage", refused("message can't be deleted for everyone"))

    assert await desk.witness.sweep(doubt) == Unknowable("message can't be deleted for everyone")


async def test_a_sweep_asks_about_no_more_numbers_than_a_look_up(desk: Desk) -> None:
    await desk.confirmed()
    doubt = await desk.unclear(NOT_TAKEN)
    for _ in range(MOST_PROBES + 1):
        hides(desk.telegram, GROUP)
    await desk.settles()
    await desk.confirmed("later")

    assert await desk.witness.sweep(doubt) == Later(AT_ONCE.ask_again, TOO_MANY)
    assert len(desk.questions()) == MOST_PROBES
    await desk.uncrowded()
    assert await desk.witness.sweep(doubt) == Unknowable(TOO_MANY)


async def test_a_sweep_that_meets_trouble_is_done_later(desk: Desk) -> None:
    await desk.confirmed()
    doubt = await desk.unclear(TAKEN)
    desk.telegram.fail("editMessageCaption", faults.too_many_requests(9))

    assert await desk.witness.sweep(doubt) == Later(9, "too many requests: retry after 9 s")


@pytest.mark.parametrize("method", ["getChat", "getChatMember"])
async def test_an_answer_about_a_chat_that_says_nothing_is_no_finding(desk: Desk, method: str) -> None:
    await desk.confirmed(chat=CHANNEL)
    doubt = await desk.unclear(TAKEN, chat=CHANNEL)
    desk.telegram.fail(method, answered(True), answered([]))

    assert isinstance(await desk.found(doubt), Later)
    assert isinstance(await desk.found(doubt), Later)


async def test_a_chat_without_an_id_is_no_finding(desk: Desk) -> None:
    await desk.confirmed(chat=CHANNEL)
    doubt = await desk.unclear(TAKEN, chat=CHANNEL)
    desk.telegram.fail("getChat", answered({"type": "channel"}))

    assert await desk.found(doubt) == Later(30.0, "answer names no chat")


@pytest.mark.parametrize("chat", [*CHATS, "@news"])
async def test_a_check_has_no_doubts_where_messages_can_be_looked_for(desk: Desk, chat: int | str) -> None:
    assert await desk.witness.doubts(Destination("telegram", str(chat))) is None


async def test_a_check_tells_of_a_channel_in_which_nothing_can_be_known(desk: Desk) -> None:
    desk.telegram.chats.get(CHANNEL).edits_others = True
    channel = Destination("telegram", "@news")

    assert await desk.witness.doubts(channel) == BLIND
    assert await desk.with_log_chat().witness.doubts(channel) is None
    assert await replace(desk, log_chat="@nowhere").witness.doubts(channel) == "in the log chat: chat not found"


async def test_a_check_tells_of_a_channel_that_nobody_knows(desk: Desk) -> None:
    assert await desk.witness.doubts(Destination("telegram", "@unknown")) == "chat not found"


async def test_the_times_of_a_look_up_fit_into_the_inspectors() -> None:
    assert MOST_PROBES * Timing().group_pace < Timing().look_up
    assert SETTLE.total_seconds() > Timing().send


async def test_a_moment_is_given_for_a_message_from_after_it_to_show_where_to_end(desk: Desk) -> None:
    desk = replace(desk, timing=replace(AT_ONCE, successor=5.0))
    await desk.confirmed()
    doubt = await desk.unclear(NOT_TAKEN)
    desk.clock.set(doubt.settled + timedelta(seconds=2))
    assert await desk.found(doubt) == Later(3.0, "no message number is known from after it yet")
    assert desk.questions() == []

    await desk.confirmed("later")
    assert await desk.found(doubt) == Absent()
    assert desk.questions() == []


async def test_where_none_comes_it_is_looked_for_all_the_same(desk: Desk) -> None:
    desk = replace(desk, timing=replace(AT_ONCE, successor=5.0))
    await desk.confirmed()
    doubt = await desk.unclear(TAKEN)
    desk.clock.set(doubt.settled + timedelta(seconds=5))

    assert await desk.found(doubt) == 2
