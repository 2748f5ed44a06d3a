"""The command line as an operator types it: a process, its output, its errors and its exit code."""

import asyncio
import json
import os
import pty
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import an_article, write_article
from tests.judges import slack as slack_judges
from tests.judges.telegram import faults as telegram_faults
from tests.stories.process import CHANNEL, GROUP, TOKENS, World, world
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[2]
ARCHIVE = ROOT / "bot" / "demo" / "archive"
COMMANDS = (
    "run", "demo", "digest", "preview", "send", "schedule", "check", "index", "topics", "search", "outbox", "editions",
    "health", "sandbox", "config",
)  # fmt: skip
AT = "2026-01-15T09:00:00+00:00"


@dataclass(frozen=True)
class Ended:
    """What a command printed, and how it ended."""

    out: str
    err: str
    code: int

    @property
    def json(self) -> Any:
        return json.loads(self.out)


async def heatwire(*arguments: str | Path, tokens: bool = False, stdin: str | None = None) -> Ended:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *map(str, arguments),
        cwd=ROOT,
        env={**os.environ, **(TOKENS if tokens else {})},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate(None if stdin is None else stdin.encode())
    assert process.returncode is not None
    return Ended(out.decode(), err.decode(), process.returncode)


@pytest.fixture
async def around(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as around:
        yield around


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index.db"


async def test_a_digest_needs_no_configuration(index: Path) -> None:
    ended = await heatwire("digest", "--archive", ARCHIVE, "--index", index, "--at", AT, "--topic", "ai")

    assert (ended.code, ended.err) == (0, "")
    assert "A library in Ulm" in ended.out
    assert "also at Northern Ledger, Monocle of Science" in ended.out


async def test_an_empty_digest_says_where_it_looked(index: Path) -> None:
    ended = await heatwire("digest", "--archive", ARCHIVE, "--index", index, "--at", "2020-01-01T00:00:00+01:00")

    assert ended.code == 0
    assert "nothing new" in ended.out
    assert "no published article in the 24h before 2019-12-31 23:00 UTC" in ended.err


async def test_a_digest_as_json_has_the_promised_names(index: Path) -> None:
    ended = await heatwire(
        "digest", "--archive", ARCHIVE, "--index", index, "--at", AT, "--topic", "#Space", "--limit", "1",
        "--window", "160h", "--type", "article", "--format", "json",
    )  # fmt: skip

    assert ended.json["as_of"] == AT
    assert ended.json["window"] == "160h"
    [section] = ended.json["sections"]
    [article] = section["articles"]
    assert section["topic"] == "Space"
    assert set(article) >= {
        "file", "title", "url", "provider", "published", "heat", "quality", "score", "also_at",
    }  # fmt: skip
    assert article["provider"] == "Orbit Weekly"
    assert {left["file"] for left in section["left_out"]} >= {"2026-01-15-moon-dust-makes-surprisingly-good-bricks.md"}
    assert all(left["reason"] for left in section["left_out"])


async def test_a_digest_in_a_platforms_format_is_the_list_of_its_payloads(index: Path) -> None:
    asked = ("digest", "--archive", ARCHIVE, "--index", index, "--at", AT)
    telegram, slack = await asyncio.gather(
        heatwire(*asked, "--format", "telegram"), heatwire(*asked, "--format", "slack")
    )

    assert [telegram_faults(payload) for payload in telegram.json] == [[]]
    assert [slack_judges.faults(payload) for payload in slack.json] == [[]]


async def test_unpublished_and_removed_articles_exist_for_nobody(index: Path) -> None:
    asked = ("--archive", ARCHIVE, "--index", index)
    digest, explained, found = await asyncio.gather(
        heatwire("digest", *asked, "--at", AT, "--format", "json", "--limit", "100"),
        heatwire("digest", *asked, "--at", AT, "--explain"),
        heatwire("search", *asked, "seen"),
    )

    assert "never be seen" not in digest.out + explained.out + found.out
    assert "Embargoed" not in digest.out + explained.out + found.out


async def test_an_unknown_topic_is_answered_with_the_nearest(index: Path) -> None:
    ended = await heatwire("digest", "--archive", ARCHIVE, "--index", index, "--topic", "robotic")

    assert ended.code == 1
    assert ended.err.splitlines() == ["heatwire: no topic 'robotic'", "try: 'Robotics'"]


async def test_an_archive_that_is_not_there_is_named(tmp_path: Path) -> None:
    ended = await heatwire("digest", "--archive", tmp_path / "nowhere", "--index", tmp_path / "index.db")

    assert ended.code == 1
    assert str(tmp_path / "nowhere") in ended.err


async def test_an_index_that_cannot_be_made_is_named_and_another_place_advised(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    place = tmp_path / "file" / "below" / "index.db"

    ended = await heatwire("digest", "--archive", ARCHIVE, "--index", place)

    assert ended.code == 1
    assert ended.err.splitlines() == [
        f"heatwire: {place}: not a directory",
        "try: name another file for the index with --index FILE, or with index: in the configuration",
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("digest",),
        ("digest", "--archive", ARCHIVE, "--window", "soon"),
        ("digest", "--archive", ARCHIVE, "--window", "99999w99999d"),
        ("digest", "--archive", ARCHIVE, "--at", "noon"),
        ("digest", "--archive", ARCHIVE, "--at", "0001-01-01"),
        ("digest", "--archive", ARCHIVE, "--at", "9999-12-31T23:59:59-14:00"),
        ("digest", "--archive", ARCHIVE, "--limit", "0"),
        ("digset",),
        ("schedule", "--count", "none"),
    ],
)
async def test_wrong_usage_exits_with_2(arguments: tuple[str | Path, ...]) -> None:
    ended = await heatwire(*arguments)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err


async def test_a_wrong_configuration_exits_with_78_and_names_every_mistake(tmp_path: Path) -> None:
    config = tmp_path / "heatwire.yaml"
    config.write_text("timezone: Europe/Berlim\ndigest: {}\n", "utf-8")

    ended = await heatwire("check", "--config", config)

    assert ended.code == 78
    assert f"{config}:1: timezone: " in ended.err
    assert f"{config}:2: digest: " in ended.err
    assert "'digests'" in ended.err


async def test_check_finds_everything_well(around: World) -> None:
    ended = await heatwire("check", "--config", around.config, tokens=True)

    assert (ended.code, ended.err) == (0, "")
    assert "telegram: " in ended.out
    assert "slack: " in ended.out


async def test_check_lists_everything_that_is_wrong_at_once(around: World) -> None:
    around.configure(topics="AI, Spaec")
    around.slack.refuse_sockets = True
    template = around.folder / "templates" / "telegram" / "entry.j2"
    template.parent.mkdir(parents=True)
    template.write_text("{{ nobody.knows }}", "utf-8")
    (around.folder / "archive" / "_news" / "bad.md").write_text("---\ntitle: [\n---\n", "utf-8")

    ended = await heatwire("check", "--config", around.config, tokens=True)

    assert ended.code == 1
    assert "entry.j2" in ended.err
    assert "bad.md:" in ended.err
    assert "'Spaec'" in ended.err


async def test_a_preview_shows_what_each_destination_would_get_and_sends_nothing(around: World) -> None:
    ended = await heatwire("preview", "morning", "--config", around.config)

    assert ended.code == 0
    assert f"to telegram:{GROUP}" in ended.out
    assert f"to slack:{CHANNEL}" in ended.out
    assert "Moon dust" in ended.out
    assert around.telegram.calls == []


async def test_a_preview_in_a_platforms_format_is_its_calls(around: World) -> None:
    ended = await heatwire("preview", "morning", "--config", around.config, "--format", "telegram")

    assert [call["chat_id"] for call in ended.json] == [GROUP]


async def test_a_digest_nobody_planned_is_wrong_usage(around: World) -> None:
    ended = await heatwire("preview", "evening", "--config", around.config)

    assert ended.code == 2
    assert "'evening'" in ended.err
    assert "morning" in ended.err


async def test_sending_now_delivers_and_says_what_became_of_it(around: World) -> None:
    ended = await heatwire("send", "morning", "--config", around.config, tokens=True)

    assert ended.code == 0
    assert len(around.in_telegram("Ulm")) == len(around.in_slack("Ulm")) == 1
    assert ended.out.count("sent") == 2


async def test_when_there_is_nothing_new_to_send_that_is_said(around: World) -> None:
    asked = ("send", "morning", "--to", f"slack:{CHANNEL}", "--config", around.config)
    await heatwire(*asked, tokens=True)
    again = await heatwire(*asked, tokens=True)

    assert (again.code, again.out) == (0, "")
    assert "heatwire: nothing to send: all that is new since" in again.err
    assert len(around.in_slack("Ulm")) == 1


async def test_an_empty_digest_that_says_so_is_delivered_like_any_other(around: World) -> None:
    said = around.config.read_text("utf-8").replace("window: 7d", "window: 1m\n    on_empty: say")
    around.config.write_text(said, "utf-8")
    ended = await heatwire("send", "morning", "--config", around.config, tokens=True)

    assert ended.code == 0
    assert "nothing to send: no new article since" in ended.err
    assert around.in_slack("nothing new")
    assert around.in_telegram("nothing new")


async def test_sending_to_one_destination_leaves_the_others_alone(around: World) -> None:
    ended = await heatwire("send", "morning", "--to", f"slack:{CHANNEL}", "--config", around.config, tokens=True)

    assert ended.code == 0
    assert around.in_slack("Ulm")
    assert not around.in_telegram()


async def test_what_cannot_be_sent_is_said_and_stays_in_the_outbox(around: World) -> None:
    sent = await heatwire("send", "morning", "--to", "telegram:-42", "--config", around.config, tokens=True)
    outbox = await heatwire("outbox", "--json", "--config", around.config)

    assert sent.code == 1
    assert "1 of 1 messages not delivered" in sent.err
    [row] = outbox.json["rows"]
    assert (row["state"], row["destination"]) == ("failed", "telegram:-42")
    assert "chat not found" in row["error"]


async def test_sending_by_hand_goes_to_a_chat_that_was_given_up_before(around: World) -> None:
    asked = ("send", "morning", "--to", "telegram:-42", "--config", around.config)
    refused = await heatwire(*asked, tokens=True)
    outbox = await heatwire("outbox", "--config", around.config)
    around.telegram.chats.add(-42)
    sent = await heatwire(*asked, tokens=True)

    assert (refused.code, sent.code) == (1, 0)
    assert "telegram:-42 is paused" in outbox.err
    assert "1 failed" in outbox.out
    assert [message["chat"]["id"] for message in around.telegram.messages(-42)] == [-42]


async def test_an_operator_has_the_last_word_on_a_delivery(around: World) -> None:
    asked = ("--config", around.config)
    await heatwire("send", "morning", "--to", "telegram:-42", *asked, tokens=True)
    key = (await heatwire("outbox", "--json", *asked)).json["rows"][0]["key"]
    said = [await heatwire("outbox", word, key, *asked) for word in ("retry", "skip", "mark-sent", "skip")]
    outbox = await heatwire("outbox", "--all", "--json", *asked)

    assert [ended.code for ended in said] == [0, 0, 0, 1]
    assert [ended.out.strip() for ended in said[:3]] == [
        f"{key}: owed again", f"{key}: skipped", f"{key}: marked as sent",
    ]  # fmt: skip
    assert key in said[3].err
    assert outbox.json["rows"][0]["state"] == "sent"


async def test_editions_say_what_became_of_them_at_each_destination(around: World) -> None:
    asked = ("--config", around.config)
    await heatwire("send", "morning", *asked, tokens=True)
    table = await heatwire("editions", *asked)
    machine = await heatwire("editions", "morning", "--json", *asked)

    assert "1 sent" in table.out
    [edition] = machine.json
    assert (edition["digest"], edition["state"]) == ("morning", "published")
    assert edition["destinations"] == {f"telegram:{GROUP}": {"sent": 1}, f"slack:{CHANNEL}": {"sent": 1}}


async def test_a_destination_that_is_none_is_wrong_usage(around: World) -> None:
    ended = await heatwire("send", "morning", "--to", "telegram", "--config", around.config, tokens=True)

    assert ended.code == 2
    assert "'telegram' is not PLATFORM:ADDRESS" in ended.err


async def test_a_preview_as_json_says_what_was_chosen_for_whom(around: World) -> None:
    ended = await heatwire("preview", "morning", "--config", around.config, "--format", "json")

    assert [copy["to"] for copy in ended.json] == [f"telegram:{GROUP}", f"slack:{CHANNEL}"]
    assert ended.json[0]["window"] == "7d"
    assert [section["topic"] for section in ended.json[0]["sections"]] == [
        "Artificial Intelligence",
        "Space",
        "Climate",
    ]


async def test_bars_are_for_terminals(index: Path) -> None:
    shown = await asyncio.to_thread(
        on_a_terminal, sys.executable, "-m", "bot", "index", "--archive", str(ARCHIVE), "--index", str(index)
    )

    assert "reading the archive" in shown
    assert "20 published articles" in shown


def on_a_terminal(*command: str) -> str:
    """What a person at a terminal sees of a command, control sequences included."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        # A terminal whose other end is closed is an error on Linux, and the end everywhere else.
        with suppress(OSError):
            while some := os.read(ours, 4096):
                shown += some
        os.close(ours)
        assert process.wait(60) == 0
    return shown.decode()


async def test_the_schedule_names_the_next_fire_times_and_the_day_the_clocks_change(around: World) -> None:
    table, machine = await asyncio.gather(
        heatwire("schedule", "--config", around.config, "--count", "2"),
        heatwire("schedule", "--config", around.config, "--count", "2", "--json"),
    )

    assert "Europe/Berlin: clocks go from" in table.out
    assert len(machine.json["morning"]["next"]) == 2
    assert machine.json["morning"]["timezone"] == "Europe/Berlin"


async def test_an_index_is_built_and_reused(index: Path) -> None:
    first = await heatwire("index", "--archive", ARCHIVE, "--index", index)
    topics = await heatwire("topics", "--archive", ARCHIVE, "--index", index, "--json")
    found = await heatwire("search", "--archive", ARCHIVE, "--index", index, "--json", "moon", "bricks")

    assert first.out.startswith("20 published articles")
    assert {row["name"] for row in topics.json} >= {"Artificial Intelligence", "Robotics", "Batteries"}
    assert {article["title"] for article in found.json} == {"Moon dust makes surprisingly good bricks"}


async def test_what_was_deleted_is_gone_at_once_however_much_it_is(tmp_path: Path) -> None:
    place = ("--archive", tmp_path / "archive", "--index", tmp_path / "index.db")
    files = [write_article(tmp_path / "archive", an_article(f"{number}.md", title="Late")) for number in range(12)]
    assert len((await heatwire("search", "late", *place, "--limit", "20", "--json")).json) == 12

    for file in files[1:]:
        file.unlink()

    assert len((await heatwire("search", "late", *place, "--json")).json) == 1


async def test_health_tells_whether_the_service_lives(around: World) -> None:
    ended = await heatwire("health", "--config", around.config)

    assert ended.code == 1
    assert "no service ran lately" in ended.err


async def test_the_schema_is_printed_for_editors() -> None:
    ended = await heatwire("config", "schema")

    assert "digests" in ended.json["properties"]


async def test_the_demo_delivers_and_answers_what_is_typed() -> None:
    ended = await heatwire("demo", stdin="/topic space\n/latest climate 1\nquit\n")

    assert ended.code == 0
    assert "Moon dust makes surprisingly good bricks" in ended.out


async def test_the_demo_takes_an_archive_wherever_it_lies(tmp_path: Path) -> None:
    place = tmp_path / "ours, 'odd' } #1"
    write_article(
        place, an_article("one.md", title="Found all the same", published=datetime.now(UTC) - timedelta(hours=1))
    )

    ended = await heatwire("demo", "--archive", place, stdin="/latest\nquit\n")

    assert (ended.code, ended.err) == (0, "")
    assert "Found all the same" in ended.out


async def test_help_names_every_command() -> None:
    ended = await heatwire("--help")

    assert ended.code == 0
    for command in COMMANDS:
        assert f"\n  {command} " in ended.out
