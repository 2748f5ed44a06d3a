"""What is known of chats that are not simply there, and what moves with a chat that moves."""

from datetime import timedelta

from bot.delivery import destinations
from bot.delivery.delivery import Destination
from bot.delivery.destinations import CHUNK, TRIED_AGAIN, Chat
from bot.delivery.ledger import Ledger
from bot.delivery.outbox import Outbox
from bot.delivery.outcome import Sighting
from bot.delivery.rows import State
from bot.delivery.settlement import Delivered, Readdressed, Unresolved
from bot.delivery.sightings import StoredSightings
from bot.store.engine import Store
from tests.bot.delivery.fakes import ALICE, BOB, CHANNEL, GROUP, add, inspect, owed, reply
from tests.clock import START as NOW

LEASE = timedelta(seconds=75)
SUPERGROUP = Destination("telegram", "-1002001")


def pause(store: Store, chat: Destination, days: int = 0) -> None:
    with store.begin() as connection:
        destinations.pause(connection, chat.chat, "bot was kicked", NOW + timedelta(days=days))


def told(store: Store, *chats: Destination) -> list[str]:
    with store.begin() as connection:
        return [str(one) for one in destinations.tell_paused(connection, {chat.chat for chat in chats}, NOW)]


def test_a_paused_chat_is_left_alone_for_a_while_and_stays_paused_longer(store: Store) -> None:
    pause(store, ALICE)
    with store.read() as connection:
        chats = {ALICE.chat, BOB.chat}
        assert destinations.left_alone(connection, chats, NOW + TRIED_AGAIN / 2) == {ALICE.chat: "bot was kicked"}
        assert destinations.left_alone(connection, chats, NOW + TRIED_AGAIN) == {}
        assert destinations.still_paused(connection, chats) == {ALICE.chat}


def test_a_pause_is_told_once_until_the_chat_was_there_again(store: Store) -> None:
    pause(store, GROUP)
    assert told(store, GROUP, ALICE, CHANNEL) == ["telegram:-2001"]
    pause(store, GROUP, days=1)
    assert told(store, GROUP) == []
    with store.begin() as connection:
        destinations.resume(connection, [GROUP.chat], NOW)
    assert told(store, GROUP) == []
    pause(store, GROUP, days=2)
    assert told(store, GROUP) == ["telegram:-2001"]


def test_more_chats_are_told_of_than_one_statement_holds(store: Store) -> None:
    chats = [Destination("telegram", str(number)) for number in range(1, CHUNK + 3)]
    with store.begin() as connection:
        for chat in chats:
            destinations.pause(connection, chat.chat, "gone", NOW)
    assert len(told(store, *chats)) == len(chats)


def test_two_moves_in_a_row_are_followed_and_two_that_point_at_each_other_end(store: Store) -> None:
    first, second, third = ((GROUP.platform, address) for address in (GROUP.address, "-1002", "-1003"))

    def move(chat: Chat, address: str) -> None:
        with store.begin() as connection:
            destinations.move(connection, chat, address, NOW)

    def where() -> str:
        with store.read() as connection:
            return destinations.current(connection, [GROUP])[GROUP].address

    move(first, second[1])
    move(second, third[1])
    assert where() == third[1]
    move(second, first[1])
    assert where() == first[1]


def move_while_unclear(store: Store) -> None:
    """A digest's message to a group is unclear, and a reply hears that the group became a supergroup."""
    outbox = Outbox(store)
    add(store, owed("before", ALICE))
    (claimed,) = outbox.claim("telegram", NOW, limit=1, lease=LEASE)
    outbox.settle(claimed, Delivered({"message_id": 7}, Sighting("telegram:account", 7)), NOW)
    add(store, owed("unclear", GROUP), owed("next", GROUP, part=2))
    (claimed,) = outbox.claim("telegram", NOW, limit=1, lease=LEASE)
    outbox.settle(claimed, Unresolved(NOW, "silence"), NOW)
    add(store, reply("reply", GROUP))
    (claimed,) = outbox.claim("telegram", NOW, limit=1, lease=LEASE)
    assert claimed.key == "reply"
    outbox.settle(claimed, Readdressed(SUPERGROUP.address), NOW)


def test_all_that_is_owed_moves_with_its_chat_and_so_does_what_is_unclear(store: Store) -> None:
    move_while_unclear(store)
    rows = {row.key: row for row in Ledger(store).rows()}
    assert {rows[key].destination for key in ("unclear", "next", "reply")} == {SUPERGROUP}
    assert rows["unclear"].state is State.UNCERTAIN
    # The order holds: what follows the unclear one waits for it in the new chat as well.
    claimed = Outbox(store).claim("telegram", NOW, limit=5, lease=LEASE)
    assert [(one.key, one.call.arguments["chat_id"]) for one in claimed] == [("reply", SUPERGROUP.address)]


def test_of_what_was_unclear_when_its_chat_moved_no_number_is_known_there(store: Store) -> None:
    """So nobody takes it for absent: it may be in the history that the supergroup was begun with."""
    move_while_unclear(store)
    (inspection,) = inspect(store, NOW)
    doubt = inspection.doubt
    assert (doubt.delivery.key, doubt.delivery.destination) == ("unclear", SUPERGROUP)
    assert doubt.delivery.call.arguments["chat_id"] == SUPERGROUP.address
    sightings = StoredSightings(store)
    assert sightings.base("telegram:account", doubt.before) == 7
    assert sightings.base(f"telegram:{SUPERGROUP.address}", doubt.before) is None
