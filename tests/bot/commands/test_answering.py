"""Commands in, answers in the outbox, over a real store."""

from datetime import datetime, timedelta

import pytest

from bot.command import Command
from bot.commands.answering import STALE, Answering
from bot.commands.options import CommandOptions
from bot.commands.throttle import BURST
from bot.delivery.delivery import Destination, Priority
from digests.article import Article
from tests.bot.office import COMPOSERS, Office
from tests.builders import BERLIN, CHANNEL, GROUP, NOW, a_command
from tests.clock import SettableClock


class Bench:
    """An `Answering` over an office."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.clock = SettableClock(NOW)
        self.answering = Answering(
            newsroom=office.newsroom,
            renderer=office.renderer,
            outbox=office.outbox,
            composers=COMPOSERS,
            options=CommandOptions(BERLIN),
            clock=self.clock,
        )

    async def ask(self, command: Command, received_at: datetime | None = None) -> None:
        """Have it answered, as whoever marks it as done does."""
        effect = await self.answering.answer(command, received_at or self.clock.now())
        with self.office.store.begin() as connection:
            effect(connection)

    async def ask_often(self, times: int, origin: Destination = GROUP) -> None:
        for number in range(times):
            await self.ask(a_command("help", origin=origin, key=f"{origin}/{number}"))


@pytest.fixture
def bench(office: Office) -> Bench:
    office.add_story("one")
    return Bench(office)


async def test_an_answer_is_owed_to_where_the_command_came_from_ahead_of_digests(bench: Bench) -> None:
    await bench.ask(a_command("latest", origin=GROUP, key="telegram/7"))
    (posted,) = bench.office.posted(GROUP)
    assert posted.key == "reply/telegram/7/1"
    assert posted.priority == Priority.REPLY
    assert posted.expires_at == (NOW + STALE).timestamp() * 1000
    assert "one made news" in posted.text


async def test_a_pressed_button_edits_its_message(bench: Bench) -> None:
    await bench.ask(a_command("topic azure", origin=GROUP, edit={"message_id": 5}))
    (posted,) = bench.office.posted()
    assert posted.method == "editMessageText"
    assert posted.arguments["message_id"] == 5


async def test_a_slash_command_is_answered_through_its_handle(bench: Bench) -> None:
    handle = {"response_url": "https://hooks.slack.example/1"}
    await bench.ask(a_command("latest", origin=CHANNEL, reply=handle))
    assert [posted.method for posted in bench.office.posted()] == ["respond"]


async def test_a_command_that_is_delivered_again_adds_nothing(bench: Bench) -> None:
    command = a_command("latest 20", origin=GROUP)
    await bench.ask(command)
    for number in range(15):
        bench.office.add_story(f"later{number}", excerpt="word " * 70)
    await bench.ask(command)
    assert len(bench.office.posted()) == 1


async def test_who_asks_too_fast_is_told_once_and_then_left_waiting(bench: Bench) -> None:
    await bench.ask_often(BURST + 4)
    texts = [posted.text for posted in bench.office.posted()]
    assert len(texts) == BURST + 1
    assert ["Slow down" in text for text in texts] == [False] * BURST + [True]
    await bench.clock.advance(timedelta(seconds=3).total_seconds())
    await bench.ask(a_command("help", origin=GROUP, key="after a while"))
    assert len(bench.office.posted()) == BURST + 2


async def test_one_chats_haste_is_not_anothers(bench: Bench) -> None:
    await bench.ask_often(BURST + 2)
    await bench.ask_often(1, CHANNEL)
    assert "Slow down" not in bench.office.posted(CHANNEL)[0].text


async def test_who_asked_while_the_bot_was_down_is_answered_once_it_is_back(bench: Bench) -> None:
    await bench.ask(a_command("latest", origin=GROUP), NOW - timedelta(hours=8))
    (posted,) = bench.office.posted(GROUP)
    assert posted.expires_at == (NOW + STALE).timestamp() * 1000


async def test_haste_is_judged_by_when_things_were_asked(bench: Bench) -> None:
    for number in range(BURST + 4):
        await bench.ask(a_command("help", origin=GROUP, key=f"{number}"), NOW - timedelta(minutes=60 - number))
    assert len(bench.office.posted()) == BURST + 4
    assert not any("Slow down" in posted.text for posted in bench.office.posted())


async def test_answering_that_breaks_is_told_to_whoever_asked_for_the_answer(bench: Bench) -> None:
    bench.office.newsroom.close()
    (bench.office.archive.parent / "index.db").unlink()
    (bench.office.archive.parent / "index.db").mkdir()
    with pytest.raises(Exception, match="index"):
        await bench.ask(Command("latest", "", GROUP, "telegram/8"))
    assert bench.office.posted() == []


async def test_a_person_gets_an_apology(bench: Bench) -> None:
    effect = await bench.answering.apologise(Command("latest", "", GROUP, "telegram/8"))
    with bench.office.store.begin() as connection:
        effect(connection)
    (posted,) = bench.office.posted()
    assert posted.key == "reply/telegram/8/1"
    assert "did not work" in posted.text


def test_articles_of_the_builders_are_published(bench: Bench) -> None:
    (article,) = bench.office.newsroom.search("news", 5)
    assert isinstance(article, Article)
