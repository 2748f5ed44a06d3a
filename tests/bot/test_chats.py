"""The platforms plugged in as the settings say, and what they report of chats written down."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from bot.chat_events import ChatGone, ChatJoined, ChatMoved
from bot.chats import chats, composers, deaf, note
from bot.clock import SystemClock
from bot.delivery.delivery import Destination
from bot.delivery.ledger import Ledger
from bot.delivery.outbox import Outbox
from bot.observing import ignore
from bot.settings.loading import load_text
from bot.store.engine import Store
from tests.clock import START
from tests.stories.process import TOKENS

PLAN = "digests: {one: {at: '09:00', to: [{console: true}]}}\narchive: {path: a}\n"
GROUP = Destination("telegram", "-100200")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{tmp_path / 'heatwire.db'}")
    store.migrate()
    yield store
    store.close()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.mark.parametrize(
    ("switched_on", "plugged"),
    [
        ("", {"console"}),
        ("telegram: {}\n", {"telegram", "console"}),
        ("telegram: {}\nslack: {}\n", {"telegram", "slack", "console"}),
    ],
)
async def test_what_the_settings_name_is_plugged_in(
    session: aiohttp.ClientSession, switched_on: str, plugged: set[str]
) -> None:
    settings = load_text(PLAN + switched_on, Path("heatwire.yaml"), TOKENS)

    found = chats(settings, deaf(session, SystemClock(), ignore))

    assert set(found) == plugged
    assert set(found) <= set(composers())
    assert await found["console"].identity() == "this terminal"


def test_a_chat_that_shut_the_bot_out_is_paused(store: Store) -> None:
    note(store, ChatGone("telegram", "-100200"), START)

    [paused] = Ledger(store).paused()
    assert (paused.platform, paused.address) == GROUP.chat


def test_a_chat_that_let_the_bot_in_again_is_resumed(store: Store) -> None:
    note(store, ChatGone("telegram", "-100200"), START)
    note(store, ChatJoined("telegram", "-100200"), START)

    assert Ledger(store).paused() == ()


def test_a_group_that_became_a_supergroup_has_moved(store: Store) -> None:
    note(store, ChatMoved("telegram", "-100200", "-100300"), START)

    assert Outbox(store).moved(GROUP) == Destination("telegram", "-100300")


def test_a_slack_channel_that_let_the_bot_in_again_is_resumed(store: Store) -> None:
    note(store, ChatGone("slack", "C1"), START)
    note(store, ChatJoined("slack", "C1"), START)

    assert Ledger(store).paused() == ()
