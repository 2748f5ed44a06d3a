"""Several processes on one store: each message is claimed once, and in order, whoever claims it."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from bot.delivery.delivery import Destination
from bot.delivery.ledger import Ledger
from bot.delivery.outbox import Outbox
from bot.delivery.rows import State
from bot.delivery.settlement import Delivered, Reason
from bot.store.engine import Store
from bot.store.tables import delivery
from tests.bot.delivery.fakes import add, owed, reply, state
from tests.clock import START

CLAIMERS = 8
CHATS = [Destination("telegram", f"{number}") for number in range(10)]


def test_eight_claimers_take_each_message_once_and_in_order(store: Store) -> None:
    digests = [f"{chat.address}/{part}" for chat in CHATS for part in range(1, 13)]
    replies = [f"{chat.address}/answer {part}" for chat in CHATS for part in range(1, 4)]
    add(store, *[owed(key, Destination("telegram", key.partition("/")[0])) for key in digests])
    add(store, *[reply(key, Destination("telegram", key.partition("/")[0])) for key in replies])
    left: defaultdict[str, list[str]] = defaultdict(list)

    def work(_: int) -> None:
        outbox = Outbox(store)
        while Ledger(store).counts()["pending"]:
            for one in outbox.claim("telegram", START, limit=3, lease=timedelta(seconds=75)):
                # No lock: a chat has one message in flight, so nobody else writes to this list meanwhile.
                left[one.destination.address].append(one.key)
                assert outbox.settle(one, Delivered({}), START)

    with ThreadPoolExecutor(CLAIMERS) as threads:
        list(threads.map(work, range(CLAIMERS)))
    assert sorted(key for keys in left.values() for key in keys) == sorted(digests + replies)
    for chat in CHATS:
        of_chat = [key for key in replies + digests if key.startswith(f"{chat.address}/")]
        assert left[chat.address] == of_chat


def test_eight_processes_that_owe_the_same_owe_it_once(store: Store) -> None:
    messages = [owed(f"{chat.address}/{part}", chat, part=part) for chat in CHATS for part in (1, 2)]
    with ThreadPoolExecutor(CLAIMERS) as threads:
        added = list(threads.map(lambda _: add(store, *messages), range(CLAIMERS)))
    assert sum(added) == len(messages)


def test_what_an_operator_ends_while_it_is_being_claimed_is_not_sent(store: Store) -> None:
    if not store.is_server:
        pytest.skip("SQLite has one writer at a time")
    add(store, owed("one"))
    seen = update(delivery).where(delivery.c.key == "one").values(state=State.SENT, reason=Reason.SEEN)
    with ThreadPoolExecutor(1) as threads:
        with store.begin() as connection:
            connection.execute(seen)
            claiming = threads.submit(Outbox(store).claim, "telegram", START, limit=1, lease=timedelta(seconds=75))
            while not is_waiting(store):
                assert not claiming.done()
        assert claiming.result() == ()
    assert state(store, "one") is State.SENT


def is_waiting(store: Store) -> bool:
    """Whether somebody waits for a row that another transaction has changed."""
    with store.read() as connection:
        return bool(connection.scalar(text("select count(*) from pg_locks where not granted")))
