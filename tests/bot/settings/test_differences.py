"""What an edit changed is told in plain words, with what comes next, and without a secret."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.delivery import Destination
from bot.delivery.retry import OnUnclear
from bot.plans import DigestPlan, OnEmpty, Timetable
from bot.settings.differences import differences, local_text, next_text
from bot.settings.loading import load_text
from bot.settings.settings import Settings, SlackMode
from digests.digest import DigestSpec, Weights
from tests.bot.settings.configurations import ENVIRON, FILE, LEAST, digest, loaded

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)  # a Sunday


def told(old: str, new: str) -> tuple[str, ...]:
    return differences(loaded(old), loaded(new), NOW)


def test_the_same_settings_have_no_differences() -> None:
    assert told(LEAST, f"# a comment\n{LEAST}") == ()


def test_another_time_is_told_with_what_comes_next() -> None:
    old = digest("at: '09:00'", "timezone: Europe/Berlin")
    assert told(old, old.replace("09:00", "08:30")) == (
        "digests.morning: at 09:00 → 08:30 (next: Mon 23 Nov 08:30 Europe/Berlin)",
    )


def test_another_way_of_telling_the_time_is_told_whole() -> None:
    (line,) = told(digest("at: ['09:00', '18:00']", "days: mon-tue"), digest("cron: '0 8 * * 1'"))
    changes = "at 09:00, 18:00 → none, days mon, tue → every day, cron none → 0 8 * * 1"
    assert line == f"digests.morning: {changes} (next: Mon 23 Nov 08:00 UTC)"


def test_another_content_is_told_without_the_time() -> None:
    old, new = digest("at: '09:00'"), digest("at: '09:00'", "limit: 3", "window: since-last")
    assert told(old, new) == ("digests.morning: window 24h → since-last, limit 5 → 3",)


def test_digests_that_come_and_go_are_told() -> None:
    assert told(LEAST, LEAST.replace("morning:", "evening:")) == (
        "digests.morning: removed",
        "digests.evening: added (next: Mon 23 Nov 09:00 UTC)",
    )


def test_another_zone_moves_every_digest_that_has_none_of_its_own() -> None:
    assert told(LEAST, f"{LEAST}timezone: Europe/Berlin") == (
        "timezone: UTC → Europe/Berlin",
        "digests.morning: timezone UTC → Europe/Berlin (next: Mon 23 Nov 09:00 Europe/Berlin)",
    )


def test_settings_beside_the_digests_are_told_by_their_keys() -> None:
    new = f"{LEAST}commands: {{latest: neues}}\nlatest: {{limit: 3}}\nindex: x.db\n"
    assert told(LEAST, new.replace("./archive", "./other").replace("slack:", "slack: {port: 80}")) == (
        "archive.path: archive → other",
        "slack.port: 3000 → 80",
        "latest.limit: 5 → 3",
        "commands.latest: latest → neues",
        "index: none → x.db",
    )


def test_other_admins_are_told_by_name() -> None:
    new = f"{LEAST}on_unclear: hold\nadmins: [{{telegram: 5}}, {{slack: D0123456789}}]\n"
    assert told(LEAST, new) == ("on_unclear: resend → hold", "admins: none → telegram:5, slack:D0123456789")


def test_a_platform_that_comes_is_told_without_its_tokens() -> None:
    without = LEAST.replace("slack:\n", "")
    lines = told(without, LEAST)
    assert lines[:2] == ("slack: not used → used", "slack.base_url: none → https://slack.com/api/")
    assert lines[-1] == "secrets: changed"
    assert "canary" not in "".join(lines)


def test_a_token_that_changed_is_told_without_a_letter_of_it() -> None:
    other = load_text(LEAST, FILE, {**ENVIRON, "HEATWIRE_SLACK_BOT_TOKEN": "xoxb-other"})
    assert differences(loaded(LEAST), other, NOW) == ("secrets: changed",)


def test_passwords_are_hidden() -> None:
    new = LEAST.replace("path: ./archive", "git: https://me:canary@example.org/a.git")
    lines = told(LEAST, f"{new}store: postgresql://bot:canary@db/x")
    assert lines == (
        "archive.path: archive → none",
        "archive.git: none → https://me:***@example.org/a.git",
        "store: sqlite:///heatwire.db → postgresql://bot:***@db/x",
        "secrets: changed",
    )


BERLIN = ZoneInfo("Europe/Berlin")
OTHERS: dict[type, dict[str, Any]] = {
    Settings: {
        "archive": replace(loaded(LEAST).archive, refresh=timedelta(hours=1)),
        "timezone": BERLIN,
        "store": "sqlite:///other.db",
        "telegram": None,
        "slack": None,
        "digests": {},
        "on_unclear": OnUnclear.HOLD,
        "admins": (Destination("console", "console"),),
        "commands": {"latest": "neues"},
        "latest": DigestSpec(),
        "templates": Path("other"),
        "index": Path("other"),
    },
    DigestPlan: {
        "name": None,  # what tells two digests apart
        "title": "other",
        "spec": DigestSpec(limit=9),
        "timetable": Timetable(BERLIN),
        "to": (Destination("console", "console"),),
        "since_last": True,
        "on_empty": OnEmpty.SAY,
        "link_previews": True,
    },
    DigestSpec: {
        "topics": ("other",),
        "window": timedelta(days=9),
        "limit": 9,
        "types": ("video",),
        "min_heat": 9.0,
        "min_quality": 9.0,
        "per_provider": 9,
        "weights": Weights(quality=9, half_life=timedelta(hours=9)),
    },
}


@pytest.mark.parametrize(
    ("owner", "field"), [(owner, field.name) for owner in OTHERS for field in fields(owner) if field.name != "name"]
)
def test_no_setting_changes_in_silence(owner: type, field: str) -> None:
    old = loaded(LEAST)
    plan = old.digests["morning"]
    change = {field: OTHERS[owner][field]}
    if owner is Settings:
        new = replace(old, **change)
    elif owner is DigestPlan:
        new = replace(old, digests={"morning": replace(plan, **change)})
    else:
        new = replace(old, digests={"morning": replace(plan, spec=replace(plan.spec, **change))})
    assert differences(old, new, NOW)


@pytest.mark.parametrize(
    ("field", "other"),
    [("base_url", "x"), ("mode", SlackMode.HTTP), ("host", "x"), ("port", 1), ("path", "/"), ("app_token", None)],
)
def test_no_setting_of_slack_changes_in_silence(field: str, other: object) -> None:
    old = loaded(LEAST)
    assert old.slack is not None
    change: dict[str, Any] = {field: other}
    assert differences(old, replace(old, slack=replace(old.slack, **change)), NOW)


@pytest.mark.parametrize(
    ("field", "other"), [("base_url", "x"), ("messages_per_second", 100), ("log_chat", "-1009876543210")]
)
def test_no_setting_of_telegram_changes_in_silence(field: str, other: object) -> None:
    old = loaded(LEAST)
    assert old.telegram is not None
    change: dict[str, Any] = {field: other}
    (line,) = differences(old, replace(old, telegram=replace(old.telegram, **change)), NOW)
    assert line.startswith(f"telegram.{field}: ")


def test_an_instant_is_told_by_the_clocks_of_its_zone() -> None:
    assert local_text(NOW, BERLIN) == "Sun 22 Nov 13:00 Europe/Berlin"


def test_a_timetable_without_times_never_comes() -> None:
    assert next_text(Timetable(BERLIN), NOW) == "never"
