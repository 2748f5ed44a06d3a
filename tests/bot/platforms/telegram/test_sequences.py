"""Which chats count their messages together."""

import pytest

from bot.delivery.outcome import Sighting
from bot.platforms.telegram.sequences import ACCOUNT, sequence, sighting


@pytest.mark.parametrize("chat", [1, 7, 5_000_000_000, -1, -55, -999_999_999_999, -1_000_000_000_000])
def test_private_chats_and_basic_groups_are_counted_together(chat: int) -> None:
    assert sequence(chat) == ACCOUNT


@pytest.mark.parametrize("chat", [-1_000_000_000_001, -1_001_234_567_890])
def test_supergroups_and_channels_count_for_themselves(chat: int) -> None:
    assert sequence(chat) == f"telegram:{chat}"


def test_a_message_is_sighted_under_its_number() -> None:
    assert sighting({"message_id": 7, "chat": {"id": 42}}) == Sighting(ACCOUNT, 7)


@pytest.mark.parametrize(
    "message",
    [None, True, "7", {}, {"message_id": 7}, {"message_id": "7", "chat": {"id": 1}}, {"message_id": 7, "chat": 1},
     {"message_id": 7, "chat": {"id": "1"}}, {"message_id": 0, "chat": {"id": 1}}],
)  # fmt: skip
def test_what_has_no_number_or_no_chat_is_no_sighting(message: object) -> None:
    assert sighting(message) is None
