"""Real stores for the tests of this room."""

from tests.postgres import postgres
from tests.stores import store, store_url

__all__ = ["postgres", "store", "store_url"]
