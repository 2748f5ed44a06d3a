"""Which message numbers are known, and since when."""

from datetime import datetime, timedelta

from bot.delivery.outcome import Sighting
from bot.delivery.sightings import StoredSightings, last_serial, note, note_each, purge
from bot.store.engine import Store
from tests.clock import START as NOW

ACCOUNT = "telegram:account"
DAY = timedelta(days=1)


def sight(store: Store, *numbers: int, sequence: str = ACCOUNT, given_after: datetime | None = None) -> int:
    """Sight the numbers; the serial of the last one."""
    with store.begin() as connection:
        note(connection, [Sighting(sequence, number) for number in numbers], NOW, given_after)
        return last_serial(connection)


def test_nothing_is_known_of_a_sequence_never_seen(store: Store) -> None:
    seen = StoredSightings(store)
    assert (seen.base(ACCOUNT, 99), seen.top(ACCOUNT), seen.end(ACCOUNT, NOW)) == (None, None, None)
    assert seen.known(ACCOUNT, 0, 99) == frozenset()


def test_a_base_is_the_highest_number_seen_before_an_instant_whatever_the_clock_says(store: Store) -> None:
    before = sight(store, 41, 40)
    sight(store, 45, 44)
    assert StoredSightings(store).base(ACCOUNT, before) == 41
    assert StoredSightings(store).top(ACCOUNT) == 45


def test_sequences_do_not_mix(store: Store) -> None:
    serial = sight(store, 41)
    sight(store, 7, sequence="telegram:-1001")
    assert StoredSightings(store).base(ACCOUNT, serial) == 41
    assert StoredSightings(store).known(ACCOUNT, 0, 99) == {41}


def test_a_number_seen_twice_keeps_its_first_serial(store: Store) -> None:
    before = sight(store, 41)
    sight(store, 50)
    sight(store, 41, 50)
    assert StoredSightings(store).base(ACCOUNT, before) == 41


def test_the_end_is_the_first_number_that_was_surely_given_later(store: Store) -> None:
    with store.begin() as connection:
        given = [(50, NOW + DAY), (48, NOW + 2 * DAY), (47, NOW), (46, None)]
        note_each(connection, [(Sighting(ACCOUNT, number), after) for number, after in given], NOW)
    assert StoredSightings(store).end(ACCOUNT, NOW) == 48
    assert StoredSightings(store).end(ACCOUNT, NOW + 3 * DAY) is None


def test_known_are_the_numbers_between(store: Store) -> None:
    sight(store, 40, 41, 43, 45)
    assert StoredSightings(store).known(ACCOUNT, 40, 45) == {41, 43}


def test_noting_nothing_is_nothing(store: Store) -> None:
    assert sight(store) == 0


def test_old_numbers_are_forgotten_but_for_the_last_hundred_and_serials_only_rise(store: Store) -> None:
    last = sight(store, 1, 2, 101)
    sight(store, 7, sequence="telegram:-1001")
    with store.begin() as connection:
        assert purge(connection, NOW) == 0
        assert purge(connection, NOW + DAY) == 1
    assert StoredSightings(store).known(ACCOUNT, 0, 999) == {2, 101}
    assert sight(store, 102) > last
