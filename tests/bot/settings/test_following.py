"""A running bot follows its file: changes are taken over, what is broken is told once, and nothing is read in half."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import load
from bot.settings.following import Follower
from bot.settings.settings import Settings
from tests.bot.settings.configurations import ENVIRON, LEAST
from tests.clock import SettableClock
from tests.waiting import PATIENCE

OTHER = LEAST.replace("09:00", "08:30")
BROKEN = LEAST.replace("09:00", "25:00")
CHANGE = "digests.morning: at 09:00 → 08:30 (next: Sun 22 Nov 08:30 UTC)"


class Admin:
    """Edits a file that a running follower looks at, and hears what comes of it."""

    def __init__(self, path: Path, environ: Mapping[str, str] = ENVIRON) -> None:
        self.path = path
        path.write_text(LEAST, encoding="utf-8")
        self.clock = SettableClock()
        self.stop = asyncio.Event()
        self.told: list[str] = []
        self.follower = Follower(path, environ, load(path, environ), self.clock, self.hear)
        self.loop = asyncio.create_task(self.follower.run(self.stop, self.apply))

    def hear(self, error: SettingsError) -> None:
        self.told.append(str(error).removeprefix(f"{self.path}:").strip())

    async def apply(self, new: Settings, lines: tuple[str, ...]) -> None:
        assert new != self.follower.current
        self.told += lines

    async def look(self, times: int = 1) -> None:
        """Let the follower look so many times."""
        await asyncio.sleep(0)
        for _ in range(times):
            await self.clock.advance(1)

    async def save(self, text: str) -> None:
        """Save, and wait until it has been seen twice."""
        self.path.write_text(text, encoding="utf-8")
        await self.look(2)


@pytest.fixture
async def admin(tmp_path: Path) -> AsyncIterator[Admin]:
    admin = Admin(tmp_path / "heatwire.yaml")
    await admin.look(2)
    yield admin
    admin.stop.set()
    await admin.look()
    await asyncio.wait_for(asyncio.gather(admin.loop, return_exceptions=True), 5)


async def test_a_valid_change_is_taken_over_with_what_changed(admin: Admin) -> None:
    await admin.save(OTHER)
    assert admin.told == [CHANGE]
    assert admin.follower.current == load(admin.path, ENVIRON)


async def test_a_file_that_nobody_touched_changes_nothing(admin: Admin) -> None:
    await admin.look(5)
    assert admin.told == []


async def test_a_change_of_comments_changes_nothing(admin: Admin) -> None:
    await admin.save(f"# a comment\n{LEAST}")
    assert admin.told == []


async def test_a_change_between_loading_and_following_is_not_lost(tmp_path: Path) -> None:
    admin = Admin(tmp_path / "heatwire.yaml")
    await admin.save(OTHER)
    assert admin.told == [CHANGE]
    admin.stop.set()
    await admin.look()
    await asyncio.wait_for(admin.loop, PATIENCE)


async def test_a_broken_file_is_told_once_and_the_old_settings_stay(admin: Admin) -> None:
    before = admin.follower.current
    await admin.save(BROKEN)
    await admin.look(5)
    assert admin.told == ["6: digests.morning.at: '25:00' is not a time of day such as 09:00"]
    assert admin.follower.current is before


async def test_a_file_broken_otherwise_is_told_again(admin: Admin) -> None:
    await admin.save(BROKEN)
    await admin.save(LEAST.replace("09:00", "26:00"))
    assert len(admin.told) == 2


async def test_a_file_that_was_mended_is_taken_over(admin: Admin) -> None:
    await admin.save(BROKEN)
    await admin.save(OTHER)
    assert admin.told[1:] == [CHANGE]


async def test_a_file_being_written_is_not_read_in_half(admin: Admin) -> None:
    for end in (20, 60, 90):
        admin.path.write_text(OTHER[:end], encoding="utf-8")
        await admin.look()
    await admin.save(OTHER)
    assert admin.told == [CHANGE]


async def test_a_file_gone_for_a_moment_is_not_missed(admin: Admin) -> None:
    admin.path.unlink()
    await admin.look()
    await admin.save(OTHER)
    assert admin.told == [CHANGE]


async def test_a_file_gone_for_longer_is_told_once_and_followed_when_it_is_back(admin: Admin) -> None:
    admin.path.unlink()
    await admin.look(5)
    assert admin.told == ["no such file or directory"]
    await admin.save(OTHER)
    assert admin.told[1:] == [CHANGE]


async def test_a_link_that_leads_elsewhere_is_followed(admin: Admin) -> None:
    target = admin.path.with_name("other.yaml")
    target.write_text(OTHER, encoding="utf-8")
    link = admin.path.with_name("link")
    link.symlink_to(target)
    link.replace(admin.path)
    await admin.look(2)
    assert admin.told == [CHANGE]


@pytest.fixture
async def keeper(tmp_path: Path) -> AsyncIterator[Admin]:
    """An admin who keeps the bot's Slack token in a file."""
    secret = tmp_path / "slack-token"
    secret.write_text("xoxb-canary-old\n", encoding="utf-8")
    environ = {name: value for name, value in ENVIRON.items() if name != "HEATWIRE_SLACK_BOT_TOKEN"}
    admin = Admin(tmp_path / "heatwire.yaml", {**environ, "HEATWIRE_SLACK_BOT_TOKEN_FILE": str(secret)})
    await admin.look(2)
    yield admin
    admin.stop.set()
    await admin.look()
    await asyncio.wait_for(asyncio.gather(admin.loop, return_exceptions=True), 5)


async def test_another_secret_in_its_file_is_taken_over(keeper: Admin) -> None:
    keeper.path.with_name("slack-token").write_text("xoxb-canary-new\n", encoding="utf-8")
    await keeper.look()
    assert keeper.told == []
    await keeper.look()
    assert keeper.told == ["secrets: changed"]
    slack = keeper.follower.current.slack
    assert slack is not None
    assert slack.bot_token.reveal() == "xoxb-canary-new"


async def test_a_secret_that_is_none_is_told_once_and_the_old_one_stays(keeper: Admin) -> None:
    before = keeper.follower.current
    keeper.path.with_name("slack-token").unlink()
    await keeper.look(5)
    (told,) = keeper.told
    assert told.endswith("cannot be read: no such file or directory")
    assert keeper.follower.current is before


async def test_what_cannot_be_applied_ends_the_loop_and_is_not_called_current(admin: Admin) -> None:
    before = admin.follower.current

    async def fail(new: Settings, lines: tuple[str, ...]) -> None:
        raise OSError(lines[0])

    stop = asyncio.Event()
    loop = asyncio.create_task(admin.follower.run(stop, fail))
    await admin.look(2)
    admin.stop.set()
    await admin.save(OTHER)
    with pytest.raises(OSError, match="08:30"):
        await asyncio.wait_for(loop, PATIENCE)
    assert admin.follower.current is before
