"""Destinations as people write them."""

import pytest

from bot.delivery.delivery import Destination
from tests.bot.delivery.fakes import CHANNEL, GROUP

THREAD = Destination("telegram", "-1001234567890", "7")


@pytest.mark.parametrize(
    ("destination", "written"),
    [
        (THREAD, "telegram:-1001234567890/7"),
        (CHANNEL, "slack:C0123456789"),
        (Destination("console", "console"), "console:console"),
    ],
)
def test_a_destination_is_read_as_it_is_written(destination: Destination, written: str) -> None:
    assert str(destination) == written
    assert Destination.parse(written) == destination


@pytest.mark.parametrize("text", ["", "telegram", "telegram:", ":5", "telegram:/7"])
def test_what_is_no_destination_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not PLATFORM:ADDRESS"):
        Destination.parse(text)


def test_threads_of_a_chat_share_its_order_and_pace() -> None:
    assert Destination("telegram", GROUP.address, "7").chat == GROUP.chat
