"""What an operator asks about deliveries and editions, and what they decide."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.bookkeeping import mark_sent, print_editions, print_outbox, retry, skip
from bot.delivery.delivery import Destination
from bot.delivery.rows import State
from bot.delivery.settlement import Abandoned, Delivered, Reason
from bot.errors import DeliveryError
from bot.publishing import editions
from bot.publishing.editions import Edition, EditionState
from bot.store.engine import Store
from tests.bot.delivery.fakes import ALICE, BOB, add, owed, state
from tests.bot.notices.mishaps import EDITION, end, miss, pause
from tests.clock import START as NOW
from tests.stores import store_in_file

CHANNEL = Destination("telegram", "@news_of_ours")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "heatwire.yaml"
    file.write_text(f"archive: {{path: a}}\nstore: sqlite:///{tmp_path}/heatwire.db\n", encoding="utf-8")
    return file


@pytest.fixture
def store(tmp_path: Path, config: Path) -> Iterator[Store]:
    store = store_in_file(tmp_path / "heatwire.db")
    yield store
    store.close()


def publish(store: Store) -> None:
    digest, _, slot = EDITION.partition("/")
    with store.begin() as connection:
        editions.record(connection, Edition(digest, slot, NOW, EditionState.PUBLISHED), NOW)


def test_the_outbox_lists_all_but_what_was_sent(store: Store, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    failed = end(store, Abandoned(Reason.REJECTED, "too long"), ALICE)
    sent = end(store, Delivered({"message_id": 7}), BOB)
    pause(store, BOB)
    print_outbox(config, everything=False, limit=50, as_json=False)
    said = capsys.readouterr()
    assert failed in said.out
    assert sent not in said.out
    assert said.out.endswith("1 sent, 1 failed; possibly double: 0\n")
    assert said.err == "heatwire: telegram:1002 is paused: bot was kicked\n"


def test_the_whole_outbox_lists_what_was_sent_as_well(
    store: Store, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = end(store, Delivered({"message_id": 7}), BOB)
    pause(store, ALICE)
    print_outbox(config, everything=True, limit=50, as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert [row["key"] for row in found["rows"]] == [sent]
    assert found["counts"]["possibly_double"] == 0
    assert found["paused"] == [{"destination": "telegram:1001", "reason": "bot was kicked", "since": NOW.isoformat()}]


def test_an_operator_has_the_last_word(store: Store, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = end(store, Abandoned(Reason.REJECTED, "too long"), ALICE)
    found = []
    for act in (retry, skip, mark_sent):
        act(config, key)
        found.append(state(store, key))
    assert found == [State.PENDING, State.DROPPED, State.SENT]
    assert capsys.readouterr().out == f"{key}: owed again\n{key}: skipped\n{key}: marked as sent\n"


def test_what_cannot_be_done_comes_with_where_the_delivery_stands(store: Store, config: Path) -> None:
    key = end(store, Delivered({"message_id": 7}), ALICE)
    with pytest.raises(DeliveryError, match=r"cannot be skipped: it is sent$"):
        skip(config, key)
    with pytest.raises(DeliveryError, match=r"'x' cannot be owed again: it is not in the outbox$"):
        retry(config, "x")


def test_a_key_is_known_as_a_chat_shows_it(store: Store, config: Path) -> None:
    key = end(store, Abandoned(Reason.REJECTED, "too long"), CHANNEL)
    retry(config, " " + key.replace("@", "@\u2060") + "\u200e")
    assert state(store, key) is State.PENDING


def test_editions_come_with_the_result_at_each_destination(
    store: Store, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(store)
    end(store, Abandoned(Reason.REJECTED, "too long"), ALICE)
    end(store, Delivered({"message_id": 7}), ALICE, part=2)
    end(store, Delivered({"message_id": 7}), BOB)
    print_editions(config, None, limit=20, as_json=False)
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "edition                   state      what became of it",
        f"{EDITION}  published  telegram:1001: 1 failed (rejected), 1 sent",
        "                                     telegram:1002: 1 sent",
    ]


def test_destinations_with_the_same_result_share_a_line_where_they_are_many(
    store: Store, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(store)
    add(store, *(owed(f"{number}", Destination("telegram", str(number)), edition=EDITION) for number in range(1, 1235)))
    print_editions(config, "morning", limit=20, as_json=False)
    assert "1,234 destinations: 1 pending each" in capsys.readouterr().out


def test_an_edition_without_deliveries_says_why(store: Store, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    miss(store, "morning", "2026-11-21T09:00")
    publish(store)
    print_editions(config, None, limit=20, as_json=False)
    said = capsys.readouterr().out
    assert "missed     too_late: 5h late, 3h allowed" in said
    assert f"{EDITION}  published" in said


def test_a_program_reads_editions_with_their_reasons(
    store: Store, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(store)
    end(store, Abandoned(Reason.REJECTED, "too long"), ALICE)
    end(store, Abandoned(Reason.ATTEMPTS_SPENT, "HTTP 503"), ALICE, part=2)
    end(store, Delivered({"message_id": 7}), BOB)
    miss(store, "morning", "2026-11-21T09:00", NOW)
    print_editions(config, "morning", limit=20, as_json=True)
    missed, published = json.loads(capsys.readouterr().out)
    assert (missed["reason"], missed["detail"], missed["destinations"]) == ("too_late", "5h late, 3h allowed", {})
    assert (published["reason"], published["detail"]) == (None, None)
    assert published["destinations"] == {"telegram:1001": {"failed": 2}, "telegram:1002": {"sent": 1}}
    assert published["reasons"] == {"telegram:1001": {"rejected": 1, "attempts_spent": 1}}
