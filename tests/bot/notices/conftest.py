"""Real stores, in which things go wrong."""

from tests.postgres import postgres
from tests.stores import postgres_store, store, store_url

__all__ = ["postgres", "postgres_store", "store", "store_url"]
