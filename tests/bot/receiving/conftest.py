"""Real stores for the tests of this room, and an inbox of each."""

import pytest

from bot.receiving.inbox import Inbox
from bot.store.engine import Store
from tests.postgres import postgres
from tests.stores import postgres_store, store, store_url

__all__ = ["postgres", "postgres_store", "store", "store_url"]


@pytest.fixture
def inbox(store: Store) -> Inbox:
    return Inbox(store)
