"""A configuration becomes settings, or all of its mistakes with their lines."""

import json
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.delivery import Destination
from bot.delivery.retry import OnUnclear
from bot.errors import SettingsError
from bot.plans import DigestPlan, OnEmpty, Timetable
from bot.settings import load
from bot.settings.secrets import Secret
from bot.settings.settings import ArchiveSettings, SlackMode, SlackSettings, TelegramSettings
from digests.digest import DigestSpec, Weights
from tests.bot.settings.configurations import ENVIRON, FILE, LEAST, TELEGRAM, digest, loaded, problems


def plan(*lines: str) -> DigestPlan:
    return loaded(digest(*lines)).digests["morning"]


def test_the_least_configuration_has_every_default() -> None:
    least = loaded(LEAST)
    assert least.archive == ArchiveSettings(Path("archive"), None, None, timedelta(minutes=5))
    assert (least.timezone.key, least.store, least.index) == ("UTC", "sqlite:///heatwire.db", None)
    assert least.templates == Path("config/templates")
    assert least.latest == DigestSpec(window=timedelta(days=7), limit=5)
    assert least.commands == {name: name for name in ("latest", "topic", "topics", "help", "start", "digest")}
    assert (least.on_unclear, least.admins) == (OnUnclear.RESEND, ())
    assert least.telegram == TelegramSettings(
        Secret(TELEGRAM), "https://api.telegram.org", messages_per_second=30, log_chat=None
    )


def test_slack_listens_to_a_socket_by_default() -> None:
    assert loaded(LEAST).slack == SlackSettings(
        bot_token=Secret("xoxb-canary-bot"),
        app_token=Secret("xapp-canary-app"),
        signing_secret=None,
        base_url="https://slack.com/api/",
        mode=SlackMode.SOCKET,
        host="0.0.0.0",  # noqa: S104 - the default is pinned here
        port=3000,
        path="/slack/events",
    )


def test_a_digest_has_its_defaults() -> None:
    assert loaded(LEAST).digests["morning"] == DigestPlan(
        name="morning",
        title="morning",
        spec=DigestSpec(),
        timetable=Timetable(ZoneInfo("UTC"), at=(time(9),), lateness=timedelta(hours=3)),
        to=(Destination("telegram", "-1001234567890"),),
        since_last=False,
        on_empty=OnEmpty.SKIP,
        link_previews=False,
    )


def test_a_digest_has_what_was_set() -> None:
    found = plan(
        "title: AI in the morning",
        "topics: [AI, '#TensorFlow']",
        "at: ['18:00', 9:00, '18:00']",
        "days: [mon-wed, Sunday]",
        "timezone: Europe/Berlin",
        "lateness: 90m",
        "window: 7d",
        "limit: 3",
        "types: article",
        "min_heat: 10",
        "min_quality: 0.5",
        "per_provider: 2",
        "weights: {heat: 2, quality: 1, half_life: 24h}",
        "on_empty: say",
        "link_previews: true",
    )
    assert found.title == "AI in the morning"
    assert found.spec == DigestSpec(
        topics=("AI", "#TensorFlow"),
        window=timedelta(days=7),
        limit=3,
        types=("article",),
        min_heat=10,
        min_quality=0.5,
        per_provider=2,
        weights=Weights(2, 1, timedelta(hours=24)),
    )
    assert found.timetable == Timetable(
        ZoneInfo("Europe/Berlin"),
        at=(time(9), time(18)),
        days=frozenset({0, 1, 2, 6}),
        lateness=timedelta(minutes=90),
    )
    assert (found.on_empty, found.link_previews) == (OnEmpty.SAY, True)


def test_a_digest_takes_the_zone_of_the_configuration() -> None:
    found = loaded(f"timezone: Europe/Berlin\n{LEAST}").digests["morning"]
    assert found.timetable.timezone.key == "Europe/Berlin"


def test_a_digest_may_come_by_cron() -> None:
    assert plan("cron: '0 9 * * 1-5'").timetable == Timetable(ZoneInfo("UTC"), cron="0 9 * * 1-5")


def test_since_last_reaches_back_as_far_as_the_longest_pause_the_first_time() -> None:
    found = plan("at: '09:00'", "days: mon-fri", "window: since-last")
    assert (found.since_last, found.spec.window) == (True, timedelta(days=3))


def test_every_kind_of_destination_is_taken() -> None:
    text = LEAST.replace(
        "[{telegram: -1001234567890}]",
        "[{telegram: '@news', thread: 7}, {slack: C0123456789, thread: 1712345678.123450}, {console: true}]",
    )
    assert loaded(text).digests["morning"].to == (
        Destination("telegram", "@news", "7"),
        Destination("slack", "C0123456789", "1712345678.123450"),
        Destination("console", "console"),
    )


def test_platforms_may_be_absent() -> None:
    found = loaded("archive: {git: https://example.org/a.git, branch: main, refresh: 1h}")
    assert (found.telegram, found.slack, found.secrets) == (None, None, ())
    assert found.archive == ArchiveSettings(None, "https://example.org/a.git", "main", timedelta(hours=1))


def test_slack_by_http_needs_the_signing_secret_and_no_other() -> None:
    found = loaded(LEAST.replace("slack:", "slack: {mode: http, port: 8080, base_url: 'http://localhost:1/api'}"))
    assert found.slack is not None
    assert (found.slack.mode, found.slack.port, found.slack.base_url) == (
        SlackMode.HTTP,
        8080,
        "http://localhost:1/api/",
    )
    assert (found.slack.signing_secret, found.slack.app_token) == (Secret("canary-signing-secret"), None)


def test_paths_are_taken_as_they_are_written() -> None:
    found = loaded(f"{LEAST}templates: ./mine\nindex: /var/cache/index.db\n")
    assert (found.templates, found.index) == (Path("mine"), Path("/var/cache/index.db"))


def test_commands_may_be_called_otherwise() -> None:
    found = loaded(f"{LEAST}commands: {{latest: neues, topic: latest}}\n")
    assert (found.commands["latest"], found.commands["topic"], found.commands["help"]) == ("neues", "latest", "help")


def test_latest_may_choose_otherwise() -> None:
    found = loaded(f"{LEAST}latest: {{window: 24h, limit: 10, weights: {{quality: 1}}}}\n")
    assert found.latest == DigestSpec(window=timedelta(days=1), limit=10, weights=Weights(1, 1))


def test_what_delivery_may_do_is_set() -> None:
    found = loaded(
        LEAST.replace("telegram:\n", "telegram: {messages_per_second: 1000, log_chat: '@log_of_ours'}\n", 1)
        + "on_unclear: hold\nadmins: [{telegram: 5}, {slack: D0123456789}, {console: true}]\n"
    )
    assert found.telegram is not None
    assert (found.telegram.messages_per_second, found.telegram.log_chat) == (1000, "@log_of_ours")
    assert found.on_unclear is OnUnclear.HOLD
    assert list(map(str, found.admins)) == ["telegram:5", "slack:D0123456789", "console:console"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("on_unclear: ask", "8: on_unclear: 'ask' is not 'resend' or 'hold'"),
        ("on_unclear:", "8: on_unclear: is empty"),
        ("admins: {telegram: 5}", "8: admins: {'telegram': 5} is not a list"),
        ("admins: [Anna]", "8: admins[0]: names not exactly one of 'telegram', 'slack' and 'console'"),
        ("admins: [{mail: a@example.org}]", "8: admins[0]: names not exactly one of 'telegram', 'slack' and 'console'"),
        ("admins: [{telegram: Anna}]", "8: admins[0].telegram: 'Anna' is not a chat id or @name"),
        ("admins: [{slack: D0123456789}, {slack: D0123456789}]", "8: admins[1]: is the same destination as admins[0]"),
    ],
)
def test_a_mistake_in_what_delivery_may_do_is_told(lines: str, expected: str) -> None:
    assert problems(f"{LEAST}{lines}\n") == [expected]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("messages_per_second: 0", "telegram.messages_per_second: 0 is less than 1"),
        ("messages_per_second: 1001", "telegram.messages_per_second: 1001 is more than 1000"),
        ("messages_per_second: 2.5", "telegram.messages_per_second: 2.5 is not a whole number"),
        ("log_chat: my log", "telegram.log_chat: 'my log' is not a chat id or @name"),
    ],
)
def test_a_mistake_in_a_setting_of_telegram_is_told(setting: str, expected: str) -> None:
    assert problems(LEAST.replace("telegram:\n", f"telegram: {{{setting}}}\n", 1)) == [f"2: {expected}"]


def test_an_admin_on_a_platform_that_is_not_used_is_told() -> None:
    text = LEAST.replace("slack:\n", "") + "admins: [{slack: D0123456789}]\n"
    assert problems(text) == ["7: admins[0].slack: slack is not configured"]


def test_an_empty_list_of_admins_is_none() -> None:
    assert loaded(f"{LEAST}admins:\n").admins == ()


@pytest.mark.parametrize("section", ["digests", "latest", "commands", "telegram", "slack"])
def test_an_empty_section_has_its_defaults(section: str) -> None:
    assert problems(f"archive: {{path: a}}\n{section}:\n") == []


def test_the_settings_show_no_secret_and_name_them_all() -> None:
    environ = {**ENVIRON, "HEATWIRE_STORE": "postgresql://bot:canary%20pass@db/x"}
    found = load(FILE, environ)
    assert "canary" not in repr(found)
    assert set(found.secrets) == {TELEGRAM, "xoxb-canary-bot", "xapp-canary-app", "canary%20pass", "canary pass"}
    assert found.store == "postgresql://bot:canary%20pass@db/x"


def test_a_command_that_sends_nothing_needs_no_token() -> None:
    found = load(FILE, {"HEATWIRE_TELEGRAM_TOKEN": "no token"}, need_tokens=False)
    assert found.telegram is not None
    assert found.slack is not None
    assert (found.telegram.token, found.slack.bot_token, found.secrets) == (Secret(""), Secret(""), ())


def test_every_mistake_is_told_at_once_in_the_order_of_the_file() -> None:
    text = """\
archive: {branch: main}
timezone: Europe/Berln
telegram: {}
digests:
  AI:
    at: "9 Uhr"
    to: []
  ai:
    crn: "0 9 * * *"
    days: mo
    limit: "5"
    to:
      - {telegram: 5, thread: 0}
      - {slack: C0123456789}
      - {slak: C0123456789}
"""
    assert problems(text, {"HEATWIRE_STORE": "nowhere", "HEATWIRE_STORE_FILE": ""}) == [
        "1: archive: has neither 'path' nor 'git'",
        "1: archive.branch: means nothing without 'git'",
        "2: timezone: 'Europe/Berln' is not a time zone, the nearest is 'Europe/Berlin'",
        "3: telegram: HEATWIRE_TELEGRAM_TOKEN is not set",
        "5: digests.AI: 'AI' is not a digest's name (a to z, 0 to 9 and -)",
        "6: digests.AI.at: '9 Uhr' is not a time of day such as 09:00",
        "7: digests.AI.to: is empty",
        "8: digests.ai: has neither 'at' nor 'cron'",
        "9: digests.ai.crn: is no setting, the nearest is 'cron'",
        "10: digests.ai.days: 'mo' is not a day (mon … sun) or a range of days (mon-fri)",
        "10: digests.ai.days: means nothing without 'at'",
        "11: digests.ai.limit: '5' is not a whole number",
        "13: digests.ai.to[0].thread: 0 is less than 1",
        "14: digests.ai.to[1].slack: slack is not configured",
        "15: digests.ai.to[2]: names not exactly one of 'telegram', 'slack' and 'console'",
        "HEATWIRE_STORE: is not sqlite:///FILE or postgresql://USER@HOST/NAME",
    ]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (['at: "09:00"', 'cron: "0 9 * * *"'], "7: digests.morning.cron: is given beside 'at'"),
        (["cron: every day"], "6: digests.morning.cron: 'every day' is not a cron line"),
        (
            ['at: "09:00"', "window: forever"],
            "7: digests.morning.window: 'forever' is not a duration such as 90m, 24h or 7d",
        ),
        (['at: "09:00"', "on_empty: shout"], "7: digests.morning.on_empty: 'shout' is not 'skip' or 'say'"),
        (['at: "09:00"', "link_previews: yes"], "7: digests.morning.link_previews: 'yes' is not true or false"),
        (['at: "09:00"', "limit: 51"], "7: digests.morning.limit: 51 is more than 50"),
        (['at: "09:00"', "min_heat: .nan"], "7: digests.morning.min_heat: nan is not a number"),
        (['at: "09:00"', "min_heat: hot"], "7: digests.morning.min_heat: 'hot' is not a number"),
        (['at: "09:00"', "weights: {heat: }"], "7: digests.morning.weights.heat: is empty"),
        (['at: "09:00"', "weights: 5"], "7: digests.morning.weights: 5 is not a mapping"),
        (["at: []"], "6: digests.morning.at: is empty"),
        (["at:"], "5: digests.morning: has neither 'at' nor 'cron'"),
        (['at: "09:00"', "days: []"], "7: digests.morning.days: is empty"),
    ],
)
def test_a_mistake_in_a_digest_is_told(lines: list[str], problem: str) -> None:
    assert problems(digest(*lines)) == [problem]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["archive: is missing"]),
        ("[]", ["1: [] is not a mapping"]),
        ("archive:", ["1: archive: is empty"]),
        ("archive: ./archive", ["1: archive: './archive' is not a mapping"]),
        ("archive: {path: a, git: b}", ["1: archive.git: is given beside 'path'"]),
        ("archive: {path: a}\ndigests: [1]", ["2: digests: [1] is not a mapping"]),
        ("archive: {path: a}\ndigests: {a: 1}", ["2: digests.a: 1 is not a mapping"]),
        (
            "archive: {path: a}\nstore: mysql://x",
            ["2: store: 'mysql://x' is not sqlite:///FILE or postgresql://USER@HOST/NAME"],
        ),
    ],
)
def test_a_file_that_is_no_configuration_is_told(text: str, expected: list[str]) -> None:
    assert problems(text) == expected


@pytest.mark.parametrize("text", ["archive: {path: a\n", "archive: {path: a}\narchive: {path: b}"])
def test_a_file_that_is_no_yaml_is_told_with_its_line(text: str) -> None:
    (problem,) = problems(text)
    assert problem.startswith("2: ")


def test_a_name_that_another_command_has_is_told() -> None:
    text = "archive: {path: a}\ncommands:\n  latest: topic\n  help: hilfe\n  start: hilfe\n  topics: 5\n"
    assert problems(text) == [
        "3: commands.latest: 'topic' is what 'topic' is called",
        "4: commands.help: 'hilfe' is what 'start' is called",
        "5: commands.start: 'hilfe' is what 'help' is called",
        "6: commands.topics: 5 is not a command's name (a to z, 0 to 9 and _)",
    ]


def test_the_same_destination_twice_is_told() -> None:
    text = LEAST.replace("[{telegram: -1001234567890}]", "\n      - telegram: '@News'\n      - telegram: '@news'\n")
    assert problems(text) == ["9: digests.morning.to[1]: is the same destination as digests.morning.to[0]"]


def test_two_threads_of_a_chat_are_two_destinations() -> None:
    text = LEAST.replace("[{telegram: -1001234567890}]", "[{telegram: 5, thread: 1}, {telegram: 5, thread: 2}]")
    assert problems(text) == []


@pytest.mark.parametrize("token", [TELEGRAM, "xoxb-123456789-canary", "xapp-1-canary-token"])
def test_a_token_in_the_file_is_refused_wherever_it_is_and_never_repeated(token: str) -> None:
    text = f"{LEAST}timezone: '{token}'\n# {token}\ncommands: {{'{token}': 1}}\n"
    found = problems(text)
    assert [one for one in found if "holds a token" in one] == [
        f"{line}: holds a token; secrets come from the environment alone" for line in (8, 9, 10)
    ]
    assert not any(token in one or "canary" in one for one in found)


def test_a_token_in_a_file_that_is_no_yaml_is_told_as_well() -> None:
    found = problems(f"telegram: [{TELEGRAM}\n")
    assert found[0] == "1: holds a token; secrets come from the environment alone"
    assert not any(TELEGRAM in one for one in found)


@pytest.mark.parametrize("key", ["token", "bot_token", "signing_secret", "password"])
def test_a_key_for_a_secret_is_refused_without_its_value(key: str) -> None:
    found = problems(LEAST.replace("slack:", f"slack: {{{key}: hunter2}}"))
    assert found == [f"3: slack.{key}: secrets come from the environment alone"]


def test_tokens_that_are_missing_or_mixed_up_are_told_without_a_letter_of_them() -> None:
    environ = {
        "HEATWIRE_TELEGRAM_TOKEN": "xoxb-canary",
        "HEATWIRE_SLACK_BOT_TOKEN": "xapp-canary",
        "HEATWIRE_SLACK_APP_TOKEN_FILE": "/nowhere/canary",
    }
    assert problems(LEAST, environ) == [
        "HEATWIRE_SLACK_APP_TOKEN_FILE: '/nowhere/canary' cannot be read: no such file or directory",
        "HEATWIRE_TELEGRAM_TOKEN: does not look like one",
        "HEATWIRE_SLACK_BOT_TOKEN: does not look like one",
    ]


def test_a_password_in_a_store_that_is_none_is_not_repeated() -> None:
    assert not any("canary" in one for one in problems("archive: {path: a}\nstore: mysql://bot:canary@db/x\n"))


@pytest.mark.parametrize(("content", "reason"), [(None, "no such file or directory"), (b"\xff\xfe", "is not UTF-8")])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None, reason: str) -> None:
    file = tmp_path / "heatwire.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load(file, {})
    assert str(caught.value) == f"{file}: {reason}"
    assert caught.value.exit_code == 78


def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "heatwire.yaml"
    file.write_bytes(b"\xef\xbb\xbfarchive: {path: a}\r\n")
    assert load(file, {}).archive.path == Path("a")


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "x", "09:00", "mon", "24h"])
KEYS = ["archive", "path", "git", "telegram", "slack", "digests", "a", "at", "cron", "days", "to", "thread", "weights"]
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=20,
)


@settings(max_examples=60)
@given(documents)
def test_any_document_loads_or_tells_its_problems(document: object) -> None:
    # JSON is YAML.
    assert all(problem.strip() for problem in problems(json.dumps(document)))
