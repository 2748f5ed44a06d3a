"""What follows from what platforms report."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.chat_events import ChatEvent, ChatGone, ChatJoined, ChatMoved
from bot.commands.answering import Answering
from bot.commands.options import CommandOptions
from bot.delivery import destinations
from bot.delivery.delivery import Destination
from bot.delivery.ledger import Ledger
from bot.reactions import Reactions, note
from bot.store.engine import Store
from tests.bot.office import COMPOSERS, Office
from tests.builders import BERLIN, a_command
from tests.clock import START, SettableClock

GROUP = Destination("telegram", "-100200")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.opened(f"sqlite:///{tmp_path / 'heatwire.db'}") as store:
        yield store


@pytest.fixture
def reactions(office: Office) -> Reactions:
    answering = Answering(
        newsroom=office.newsroom,
        renderer=office.renderer,
        outbox=office.outbox,
        composers=COMPOSERS,
        options=CommandOptions(BERLIN),
        clock=SettableClock(),
    )
    return Reactions(answering, SettableClock())


def take_notes(store: Store, *events: ChatEvent) -> None:
    with store.begin() as connection:
        for event in events:
            note(connection, event, START)


def test_a_chat_that_shut_the_bot_out_is_paused(store: Store) -> None:
    take_notes(store, ChatGone("telegram", "-100200"))

    [paused] = Ledger(store).paused()
    assert (paused.platform, paused.address) == GROUP.chat


@pytest.mark.parametrize(("platform", "address"), [("telegram", "-100200"), ("slack", "C1")])
def test_a_chat_that_let_the_bot_in_again_is_resumed(store: Store, platform: str, address: str) -> None:
    take_notes(store, ChatGone(platform, address), ChatJoined(platform, address))

    assert Ledger(store).paused() == ()


def test_a_group_that_became_a_supergroup_has_moved(store: Store) -> None:
    take_notes(store, ChatMoved("telegram", "-100200", "-100300"))

    with store.read() as connection:
        assert destinations.current(connection, [GROUP]) == {GROUP: Destination("telegram", "-100300")}


async def test_a_command_is_answered(reactions: Reactions, office: Office) -> None:
    effect = await reactions.act(a_command("help", origin=GROUP), START)
    with office.store.begin() as connection:
        effect(connection)

    assert "What you can ask" in office.posted(GROUP)[0].text


async def test_a_command_that_is_given_up_gets_an_apology(reactions: Reactions, office: Office) -> None:
    effect = await reactions.give_up(a_command("help", origin=GROUP))
    with office.store.begin() as connection:
        effect(connection)

    assert "did not work" in office.posted(GROUP)[0].text


@pytest.mark.parametrize("is_last", [False, True])
async def test_what_became_of_a_chat_is_noted(reactions: Reactions, office: Office, is_last: bool) -> None:
    gone = ChatGone("telegram", "-100200")
    effect = await reactions.give_up(gone) if is_last else await reactions.act(gone, START)
    with office.store.begin() as connection:
        effect(connection)

    assert len(Ledger(office.store).paused()) == 1
