"""A whole waist for the tests of the loops above it."""

from tests.bot.office import office

__all__ = ["office"]
