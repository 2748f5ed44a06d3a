"""Real stores and a real newsroom for the tests of this room."""

from tests.bot.office import office
from tests.postgres import postgres
from tests.stores import store, store_url

__all__ = ["office", "postgres", "store", "store_url"]
