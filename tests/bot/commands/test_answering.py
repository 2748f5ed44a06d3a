"""Commands in, answers in the outbox, over a real store."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.command import Command
from bot.commands.answering import STALE, Answering
from bot.commands.options import CommandOptions
from bot.commands.throttle import BURST
from bot.delivery.delivery import Destination, Priority
from digests.article import Article
from digests.rendering.renderer import Renderer
from tests.bot.office import COMPOSERS, Office
from tests.builders import BERLIN, CHANNEL, GROUP, NOW, a_command
from tests.clock import SettableClock


class Bench:
    """An `Answering` over an office, and what it told of itself."""

    def __init__(self, office: Office, renderer: Renderer | None = None) -> None:
        self.office = office
        self.clock = SettableClock(NOW)
        self.woken = 0
        self.events: list[tuple[str, Mapping[str, Any]]] = []
        self.ask = Answering(
            newsroom=office.newsroom,
            renderer=renderer or office.renderer,
            store=office.store,
            outbox=office.outbox,
            composers=COMPOSERS,
            options=CommandOptions(BERLIN),
            clock=self.clock,
            wake=self._wake,
            observe=lambda event, fields: self.events.append((event, fields)),
        )

    def _wake(self) -> None:
        self.woken += 1

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
    assert bench.woken == 1


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


async def test_when_answering_breaks_the_person_is_told_and_so_is_the_operator(bench: Bench) -> None:
    bench.office.newsroom.close()
    (bench.office.archive.parent / "index.db").unlink()
    (bench.office.archive.parent / "index.db").mkdir()
    await bench.ask(Command("latest", "", GROUP, "telegram/8"))
    (posted,) = bench.office.posted()
    assert "did not work" in posted.text
    ((event, fields),) = bench.events
    assert event == "command_failed"
    assert fields["command"] == "latest"


def test_articles_of_the_builders_are_published(bench: Bench) -> None:
    (article,) = bench.office.newsroom.search("news", 5)
    assert isinstance(article, Article)
