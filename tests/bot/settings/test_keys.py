"""The keys of a section are found in the schema, also where there is a choice."""

import pytest

from bot.settings import schema
from bot.settings.keys import keys_at


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        (("archive",), ["path", "git", "branch", "refresh"]),
        (("digests", "any", "weights"), ["heat", "quality", "half_life"]),
        (("digests", "any", "to", 3), ["telegram", "thread", "slack", "console"]),
        (("telegram",), ["base_url", "messages_per_second", "log_chat"]),
        (("timezone",), []),
        (("nowhere", 1, "else"), []),
    ],
)
def test_the_keys_of_a_section_are_known(path: tuple[str | int, ...], keys: list[str]) -> None:
    assert keys_at(schema(), path) == keys
