"""Every safeguard is one that a test would miss: each in turn is taken out of a copy, and a test has to fail."""

import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COPIED = ("bot", "digests", "tests", "config", "pyproject.toml")
FAILED = 1
"""What pytest ends with where tests failed, and nothing else went wrong: https://docs.pytest.org/en/stable/reference/exit-codes.html"""
PATIENCE = 300
"""Seconds for one run of a few tests."""

DELIVERY, TELEGRAM, SLACK = "tests/bot/delivery", "tests/bot/platforms/telegram", "tests/bot/platforms/slack"
FIRST_TABLES = "bot/store/migrations/versions/r0001_first_tables.py"
LATER_TABLES = "bot/store/migrations/versions/r0002_doubts_and_inbox.py"
KEY = '        sa.Column("key", sa.Text, primary_key=True),\n'
NO_KEY = '        sa.Column("key", sa.Text),\n'


@dataclass(frozen=True, slots=True)
class Safeguard:
    """Something without which messages are lost or come twice, how it is taken out, and who has to notice."""

    name: str
    file: str
    there: str
    """Stands in the file exactly once."""
    gone: str
    noticed_by: tuple[str, ...]
    """Tests, at least one of which has to fail."""


SAFEGUARDS = (
    Safeguard(
        "claim before send",
        "bot/delivery/outbox.py",
        '        "state": State.SENDING,\n        "attempt": table.c.attempt + 1,',
        '        "attempt": table.c.attempt + 1,',
        (f"{DELIVERY}/test_outbox.py::test_a_lease_that_ran_out_is_found_and_never_pending",),
    ),
    Safeguard(
        "a claim that survives a power cut",
        "bot/store/engine.py",
        '"PRAGMA synchronous = FULL"',
        '"PRAGMA synchronous = NORMAL"',
        ("tests/bot/store/test_engine.py::test_sqlite_is_asked_to_survive_a_power_cut",),
    ),
    Safeguard(
        "a lease that ran out is unclear",
        "bot/delivery/retry.py",
        '    return Unresolved(now, "whoever was sending it never said what came of it")',
        '    return Postponed(now, "whoever was sending it never said what came of it")',
        (
            f"{DELIVERY}/test_retry.py::test_a_lease_that_ran_out_is_unclear_and_was_waited_for_long_enough",
            f"{DELIVERY}/test_relay.py::test_a_relay_that_dies_in_the_middle_loses_nothing",
        ),
    ),
    Safeguard(
        "unique key of deliveries",
        FIRST_TABLES,
        f'{KEY}        sa.Column("edition", sa.Text),',
        f'{NO_KEY}        sa.Column("edition", sa.Text),',
        (f"{DELIVERY}/test_outbox.py::test_the_same_key_is_owed_once",),
    ),
    Safeguard(
        "unique key of editions",
        FIRST_TABLES,
        f'{KEY}        sa.Column("digest", sa.Text, nullable=False),',
        f'{NO_KEY}        sa.Column("digest", sa.Text, nullable=False),',
        ("tests/bot/publishing/test_editions.py::test_an_edition_is_recorded_once",),
    ),
    Safeguard(
        "settle wait",
        "bot/delivery/retry.py",
        "return Unresolved(now + policy.settle, error)",
        "return Unresolved(now, error)",
        (f"{DELIVERY}/test_retry.py::test_each_outcome_means_one_thing",),
    ),
    Safeguard(
        "content check",
        "bot/platforms/telegram/search.py",
        "return Sight.SAME if reading is Reading.SAME else await self.inquiry.make(number, call)",
        "return Sight.SAME",
        (
            f"{TELEGRAM}/test_witness.py::test_a_late_copy_of_another_becomes_the_message_that_never_arrived",
            f"{TELEGRAM}/test_witness.py::test_a_late_copy_of_another_is_deleted_where_the_message_did_arrive",
        ),
    ),
    Safeguard(
        "content check, where a log chat shows the message",
        "bot/platforms/telegram/reading.py",
        "return Reading.SAME if said(shown) == self._meant else Reading.OTHER",
        "return Reading.SAME",
        (f"{TELEGRAM}/test_witness.py::test_with_a_log_chat_strays_of_others_are_left_as_they_are",),
    ),
    Safeguard(
        "others' posts are never edited",
        "bot/platforms/telegram/witness.py",
        "        if not room.edits_others:\n            return None\n",
        "        if not room.edits_others or not room.guarded:\n            return None\n",
        (f"{TELEGRAM}/test_witness.py::test_where_an_edit_could_change_anothers_post_nothing_is_tried",),
    ),
    Safeguard(
        "look-up in Slack",
        "bot/platforms/slack/witness.py",
        'return Found({"channel": place.channel, "ts": min(read.copies)}) if read.copies else Absent()',
        "return Absent()",
        (f"{SLACK}/test_witness.py::test_a_message_whose_answer_was_lost_is_found",),
    ),
    Safeguard(
        "one in flight in a chat",
        "bot/delivery/line.py",
        "        _before.c.state == State.SENDING,\n",
        "",
        (f"{DELIVERY}/test_outbox.py::test_a_chat_has_one_message_in_flight",),
    ),
    Safeguard(
        "nothing is sent where a message is looked for",
        "bot/delivery/line.py",
        "        ~_inspected,\n",
        "",
        (f"{DELIVERY}/test_inspections.py::test_nothing_is_sent_to_a_chat_while_a_message_is_looked_for_there",),
    ),
    Safeguard(
        "nothing is looked for where one is in flight",
        "bot/delivery/inspections.py",
        "        _flying.c.state == State.SENDING,\n",
        "        _flying.c.state == State.SENT,\n",
        (f"{DELIVERY}/test_inspections.py::test_nothing_is_looked_for_in_a_chat_while_something_is_in_flight_there",),
    ),
    Safeguard(
        "an unclear reply is not repeated",
        "bot/delivery/retry.py",
        "        case Absent() if delivery.priority is Priority.REPLY:\n",
        "        case Absent() if delivery.attempt < 0:\n",
        (f"{DELIVERY}/test_retry.py::test_a_reply_is_never_repeated_once_it_may_have_arrived",),
    ),
    Safeguard(
        "high-water mark",
        "bot/publishing/editions.py",
        ", table.c.high_water < milliseconds(mark.high_water))",
        ",)",
        (
            "tests/bot/publishing/test_editions.py::test_a_mark_rises_and_never_falls_and_its_timetable_is_that_which_was_started_last",
        ),
    ),
    Safeguard(
        "dedupe of what is received",
        LATER_TABLES,
        f'{KEY}        sa.Column("platform", sa.Text, nullable=False),',
        f'{NO_KEY}        sa.Column("platform", sa.Text, nullable=False),',
        ("tests/bot/receiving/test_inbox.py::test_what_is_told_again_is_nothing_new",),
    ),
    Safeguard(
        "one acts on what was received",
        "bot/receiving/inbox.py",
        "(table.c.key == one.key, table.c.state == State.PENDING)",
        "(table.c.key == one.key,)",
        ("tests/bot/receiving/test_inbox.py::test_of_two_who_act_one_is_heard",),
    ),
    Safeguard(
        "stored before Telegram's offset moves",
        "bot/platforms/telegram/polling.py",
        "if updates and await take(updates):",
        "if updates and asyncio.ensure_future(take(updates)):",
        (f"{TELEGRAM}/test_platform.py::test_telegram_is_told_only_when_all_are_stored",),
    ),
    Safeguard(
        "stored before Slack is told that it arrived",
        "bot/platforms/slack/inbox.py",
        "        return await task\n",
        "        return True\n",
        (f"{SLACK}/test_receiving.py::test_nothing_is_acknowledged_before_it_is_stored",),
    ),
    Safeguard(
        "a trouble is told once",
        "bot/delivery/destinations.py",
        ", table.c.told_at.is_(None))",
        ")",
        ("tests/bot/notices/test_matters.py::test_a_paused_chat_is_told_once",),
    ),
)


class Copy:
    """A copy of the project, whose tests run on the copy's own parts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, folder / name)

    def run(self, tests: Iterable[str], *, cached: bool) -> subprocess.CompletedProcess[str]:
        """Run these tests, the first failure being the last one; on SQLite alone, which is enough to notice."""
        ways = ("-x", "-q", "-n0", "-p", "no:randomly", "-p", "no:cacheprovider", "-k", "not postgresql")
        changes = {"PYTHONPATH": str(self._folder), **({} if cached else {"PYTHONDONTWRITEBYTECODE": "1"})}
        return subprocess.run(
            [sys.executable, "-m", "pytest", *ways, *dict.fromkeys(tests)],
            cwd=self._folder,
            env={**os.environ, **changes},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def without(self, safeguard: Safeguard) -> subprocess.CompletedProcess[str]:
        """Take the safeguard out, run the tests that have to notice, and put it back."""
        file = self._folder / safeguard.file
        whole = file.read_text(encoding="utf-8")
        assert whole.count(safeguard.there) == 1, f"{safeguard.file} has changed"
        try:
            self._write(file, whole.replace(safeguard.there, safeguard.gone))
            return self.run(safeguard.noticed_by, cached=False)
        finally:
            self._write(file, whole)

    @staticmethod
    def _write(file: Path, text: str) -> None:
        # Python tells a stale cache by the second and the length, and may miss a change that is neither.
        for stale in file.parent.glob(f"__pycache__/{file.stem}.*"):
            stale.unlink()
        file.write_text(text, encoding="utf-8")


def all_tests(safeguards: Collection[Safeguard]) -> tuple[str, ...]:
    return tuple(test for safeguard in safeguards for test in safeguard.noticed_by)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy of which the tests pass as long as nothing is taken out."""
    made = Copy(tmp_path_factory.mktemp("copy"))
    ended = made.run(all_tests(SAFEGUARDS), cached=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return made


@pytest.mark.parametrize("safeguard", SAFEGUARDS, ids=[safeguard.name for safeguard in SAFEGUARDS])
def test_a_safeguard_that_is_missing_is_noticed(copy: Copy, safeguard: Safeguard) -> None:
    ended = copy.without(safeguard)
    assert ended.returncode == FAILED, ended.stdout + ended.stderr
