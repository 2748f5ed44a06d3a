"""The manifest that ships has what the bot needs, and no more."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.platforms.slack.updates import COMMANDS, RESERVED, UMBRELLA, command

FILE = Path(__file__).parents[4] / "config" / "slack-manifest.yaml"


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return loaded


def test_its_names_keep_slacks_limits(manifest: dict[str, Any]) -> None:
    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140
    assert len(manifest["features"]["bot_user"]["display_name"]) <= 80
    assert len(manifest["features"]["slash_commands"]) <= 50


def test_each_command_keeps_slacks_limits_and_takes_no_name_of_slacks_own(manifest: dict[str, Any]) -> None:
    for slash in manifest["features"]["slash_commands"]:
        assert len(slash["command"]) <= 32
        assert slash["command"].removeprefix("/") not in RESERVED
        assert len(slash.get("usage_hint", "")) <= 1000
        assert slash["description"]


def test_the_bot_understands_each_command(manifest: dict[str, Any]) -> None:
    for slash in manifest["features"]["slash_commands"]:
        body = {"command": slash["command"], "channel_id": "C1", "trigger_id": "1"}
        found = command(body, {})
        assert found is not None
        assert found.name in COMMANDS


def test_everything_the_bot_answers_can_be_asked(manifest: dict[str, Any]) -> None:
    registered = {slash["command"].removeprefix("/") for slash in manifest["features"]["slash_commands"]}
    hint = next(
        slash["usage_hint"] for slash in manifest["features"]["slash_commands"] if slash["command"] == "/digest"
    )
    assert UMBRELLA in registered
    assert registered - {UMBRELLA} <= set(COMMANDS)
    # Nobody has to start a bot in Slack.
    assert {line.split()[0] for line in hint.split(" | ")} == set(COMMANDS) - {"start"}


def test_it_asks_for_what_its_events_and_look_ups_need_and_no_more(manifest: dict[str, Any]) -> None:
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == [
        "app_mention",
        "member_joined_channel",
        "message.im",
    ]
    assert manifest["oauth_config"]["scopes"]["bot"] == [
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "groups:history",
        "groups:read",
        "im:history",
        "mpim:history",
    ]


def test_it_needs_no_public_address(manifest: dict[str, Any]) -> None:
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
    assert all("url" not in slash for slash in manifest["features"]["slash_commands"])
