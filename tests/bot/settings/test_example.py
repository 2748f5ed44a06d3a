"""The example names every setting, is what the defaults are, and is what the schema describes."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.settings import schema
from bot.settings.loading import load_text
from digests.reading.bounded_yaml import parse
from tests.bot.settings.configurations import ENVIRON, FILE

EXAMPLE = Path("config/heatwire.yaml").read_text(encoding="utf-8")
WITHOUT_DEFAULTS = """\
archive: {path: ./archive}
timezone: Europe/Berlin
telegram: {}
slack: {}
digests:
  ai-morning:
    topics: [AI, ai-ethics, "#TensorFlow"]
    at: ["09:00"]
    days: [mon, tue, wed, thu, fri]
    to:
      - {telegram: -1001234567890, thread: 7}
      - {slack: C0123456789}
"""


def sections(node: Any) -> Iterator[dict[str, Any]]:
    """Every mapping that the schema describes."""
    if isinstance(node, list):
        for inner in node:
            yield from sections(inner)
    elif isinstance(node, dict):
        if "properties" in node:
            yield node
        for inner in node.values():
            yield from sections(inner)


def faults(text: str) -> list[str]:
    return [error.message for error in Draft202012Validator(schema()).iter_errors(parse(text).value)]


def test_it_loads_as_it_is_and_shows_the_defaults() -> None:
    assert load_text(EXAMPLE, FILE, ENVIRON) == load_text(WITHOUT_DEFAULTS, FILE, ENVIRON)


@pytest.mark.parametrize("key", sorted({key for section in sections(schema()) for key in section["properties"]}))
def test_it_names_every_setting(key: str) -> None:
    assert re.search(rf"(?m)(^|[\s{{]){key}:( |$)", EXAMPLE)


def test_its_alternatives_load_as_well() -> None:
    """Each commented setting, in turn, in the place of what it excludes."""
    for line in re.findall(r"(?m)^ *# ( *[a-z_]+: .*)$", EXAMPLE):
        assert parse(line.strip()).value, line
    other = (
        EXAMPLE.replace("  path: ./archive", "  #").replace("  # git:", "  git:").replace("  # branch:", "  branch:")
    )
    other = re.sub(r"(?m)^    (at|days): .*$", "    #", other)
    other = re.sub(r"(?m)^( *)# ((cron|title|timezone|min_heat|min_quality|per_provider|half_life): )", r"\1\2", other)
    other = other.replace("  # log_chat:", "  log_chat:").replace("admins: []", "admins:").replace("# - {tel", "- {tel")
    other = re.sub(r"(?m)^# ((templates|index): )", r"\1", other).replace("# - {console", "- {console")
    found = load_text(other, FILE, ENVIRON)
    plan = found.digests["ai-morning"]
    assert (found.archive.branch, plan.timetable.cron, plan.spec.per_provider) == ("main", "0 9 * * 1-5", 2)
    assert found.telegram is not None
    assert (found.telegram.log_chat, list(map(str, found.admins))) == ("-1009876543210", ["telegram:123456789"])
    assert faults(other) == []


def test_the_schema_accepts_it() -> None:
    Draft202012Validator.check_schema(schema())
    assert faults(EXAMPLE) == []


@pytest.mark.parametrize(
    "text",
    [
        "telegram: {}",  # no archive
        "archive: {path: a, git: b}",
        "archive: {path: a}\ntimezon: UTC",
        "archive: {path: a}\nslack: {mode: carrier}",
        "archive: {path: a}\ntelegram: {messages_per_second: 0}",
        "archive: {path: a}\non_unclear: ask",
        "archive: {path: a}\nadmins: [{slack: general}]",
        "archive: {path: a}\ndigests: {a: {at: '09:00'}}",  # no destination
        "archive: {path: a}\ndigests: {a: {to: [{console: true}]}}",  # no time
        "archive: {path: a}\ndigests: {a: {at: '9 am', to: [{console: true}]}}",
        "archive: {path: a}\ndigests: {A: {at: '09:00', to: [{console: true}]}}",
        "archive: {path: a}\ndigests: {a: {at: '09:00', to: [{slack: general}]}}",
    ],
)
def test_the_schema_refuses_what_loading_refuses(text: str) -> None:
    assert len(faults(text)) == 1


def test_every_setting_is_described_on_one_line() -> None:
    for section in sections(schema()):
        for key, node in section["properties"].items():
            assert node.get("description", "").endswith("."), key
            assert "\n" not in node["description"], key


def test_the_schema_beside_the_example_is_this_one() -> None:
    """`heatwire config schema > config/heatwire.schema.json` makes it so."""
    assert json.loads(Path("config/heatwire.schema.json").read_text(encoding="utf-8")) == schema()
