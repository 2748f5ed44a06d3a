"""What `heatwire check` says of chats where unclear messages cannot be looked up, asked of stand-ins."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.checking import check_everything
from bot.sandbox.slack.faults import Fault
from bot.sandbox.slack.stand_in import SlackStandIn

FIRST, SECOND, THREAD = "C0000000001", "C0000000002", "1795334400.000001"

Written = Callable[[SlackStandIn], Path]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Written:
    """A configuration for a stand-in: two digests, to three places in all."""
    monkeypatch.setenv("HEATWIRE_SLACK_BOT_TOKEN", "xoxb-test")
    monkeypatch.setenv("HEATWIRE_SLACK_APP_TOKEN", "xapp-test")
    (tmp_path / "archive" / "_news").mkdir(parents=True)

    def write(slack: SlackStandIn) -> Path:
        config = tmp_path / "heatwire.yaml"
        config.write_text(
            f"archive: {{path: {tmp_path}/archive}}\n"
            f"store: sqlite:///{tmp_path}/heatwire.db\n"
            f"index: {tmp_path}/index.db\n"
            "on_unclear: hold\n"
            f'slack: {{base_url: "{slack.url}"}}\n'
            "digests:\n"
            f"  one: {{at: '09:00', to: [{{slack: {FIRST}}}, {{slack: {SECOND}}}]}}\n"
            f"  two: {{at: '09:00', to: [{{slack: {SECOND}}}, {{slack: {FIRST}, thread: '{THREAD}'}}]}}\n"
            "  three: {at: '09:00', to: [{console: true}]}\n",
            "utf-8",
        )
        return config

    return write


async def checked(config: Path) -> int:
    """On a thread of its own, for it runs a loop of its own."""
    return await asyncio.to_thread(check_everything, config, offline=False)


async def test_a_place_that_cannot_be_read_is_a_warning_with_a_reason_and_a_remedy(
    written: Written, capsys: pytest.CaptureFixture[str]
) -> None:
    async with SlackStandIn(channels=(FIRST,)) as slack:
        slack.add_channel(SECOND, is_member=False)
        code = await checked(written(slack))

    assert code == 0
    said = "unclear messages cannot be looked up, so they are settled by on_unclear: hold"
    assert capsys.readouterr().err.splitlines() == [
        f"heatwire: slack:{SECOND}: {said}: not_in_channel; invite the bot to the channel",
        f"heatwire: slack:{FIRST}/{THREAD}: {said}: thread_not_found; name the thread by the ts of its first message",
    ]


async def test_each_place_is_asked_about_once(written: Written) -> None:
    async with SlackStandIn(channels=(FIRST, SECOND)) as slack:
        await checked(written(slack))

    assert [call.method for call in slack.calls] == [
        "auth.test",
        "conversations.history",
        "conversations.history",
        "conversations.replies",
    ]


async def test_where_the_token_is_refused_the_chats_are_not_asked_about(
    written: Written, capsys: pytest.CaptureFixture[str]
) -> None:
    async with SlackStandIn(channels=(FIRST,)) as slack:
        slack.fail("auth.test", Fault(error="invalid_auth"))
        code = await checked(written(slack))

    assert code == 1
    assert capsys.readouterr().err == "heatwire: slack: invalid_auth\n"
    assert [call.method for call in slack.calls] == ["auth.test"]
