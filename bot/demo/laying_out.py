"""The demo's folder: an archive, a configuration for three chats, and a store with one digest due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from json import dumps
from pathlib import Path

from bot.demo.unfolding import unfold
from bot.publishing import editions
from bot.publishing.editions import Mark
from bot.publishing.following import in_words
from bot.settings.settings import Settings
from bot.store.engine import Store

CONFIGURATION = """\
archive: {{path: {archive}, refresh: 1m}}
store: {store}
index: {index}
telegram: {{base_url: {telegram}}}
slack: {{base_url: {slack}}}
digests:
  demo:
    title: Heatwire demo
    cron: "*/{minutes} * * * *"
    {topics}
    window: {window}
    limit: {limit}
    on_empty: skip
    to: [{{console: true}}, {{telegram: {chat}}}, {{slack: {channel}}}]
latest: {{window: {window}, limit: 3}}
"""


@dataclass(frozen=True, slots=True)
class Chats:
    """Where Telegram and Slack are played, and which chat of each the digest goes to."""

    telegram: str
    """The Bot API's `base_url`."""
    chat: int
    slack: str
    """The Web API's `base_url`."""
    channel: str


def lay_out(folder: Path, archive: Path | None, minutes: int, chats: Chats, now: datetime) -> Path:
    """Write all that the demo runs on below `folder`; answers where its configuration is."""
    invented = archive is None
    if archive is None:
        archive = folder / "archive"
        unfold(archive, now)
    config = folder / "heatwire.yaml"
    config.write_text(
        CONFIGURATION.format(
            # JSON's texts are YAML's, whatever is in a path.
            archive=dumps(str(archive.resolve())),
            store=dumps(f"sqlite:///{folder}/heatwire.db"),
            index=dumps(f"{folder}/index.db"),
            telegram=dumps(chats.telegram),
            slack=dumps(chats.slack),
            chat=chats.chat,
            channel=chats.channel,
            minutes=minutes,
            topics="topics: [AI, Space, Climate]" if invented else "topics: []",
            window="3d" if invented else "3650d",
            limit=2 if invented else 5,
        ),
        "utf-8",
    )
    return config


def owe_first_edition(settings: Settings, now: datetime, minutes: int) -> None:
    """Let the last fire time before now be due yet, so that nobody waits a minute for the first digest."""
    with Store.opened(settings.store) as store, store.begin() as connection:
        for plan in settings.digests.values():
            mark = Mark(now - timedelta(minutes=minutes), in_words(plan.timetable))
            editions.start_timetable(connection, plan.name, mark)
