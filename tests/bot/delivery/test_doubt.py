"""What is known of message numbers where nobody notes them."""

from bot.delivery.doubt import NothingSighted
from tests.clock import START


def test_a_process_that_looks_for_no_message_knows_of_no_number() -> None:
    nothing = NothingSighted()

    assert (nothing.base("telegram", 9), nothing.end("telegram", START), nothing.top("telegram")) == (None, None, None)
    assert nothing.known("telegram", 0, 9) == frozenset()
