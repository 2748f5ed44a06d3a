"""A whole waist on real parts: an archive, its newsroom, a store and its outbox, and a publisher between them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.command import Composer
from bot.delivery.delivery import Destination
from bot.delivery.outbox import Outbox
from bot.platforms import console
from bot.platforms.slack.payload import calls as slack_calls
from bot.platforms.telegram.payload import calls as telegram_calls
from bot.publishing import editions
from bot.publishing.editions import Edition, Mark
from bot.publishing.publisher import Publisher
from bot.store.engine import Store
from bot.store.tables import delivery
from digests.article import Article
from digests.newsroom import Newsroom
from digests.reading.archive import Folder
from digests.rendering.renderer import Renderer
from tests.builders import NOW, an_article, write_article, write_topic
from tests.stores import store_in_file

COMPOSERS: dict[str, Composer] = {"telegram": telegram_calls, "slack": slack_calls, "console": console.calls}


@dataclass(frozen=True, slots=True)
class Posted:
    """A message in the outbox."""

    key: str
    state: str
    text: str
    """All that it says, whatever the platform calls it."""
    arguments: dict[str, Any]
    method: str
    priority: int
    expires_at: int | None


@dataclass
class Office:
    """What the waist stands between, with the ways in that tests need."""

    archive: Path
    newsroom: Newsroom
    store: Store
    renderer: Renderer = field(default_factory=Renderer)

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.store)
        self.publisher = self.another_process()

    def another_process(self) -> Publisher:
        """A publisher that shares nothing with the first but the store and the archive."""
        return self.replaced_service({})

    def replaced_service(self, followed: dict[str, Mark]) -> Publisher:
        """A publisher that goes on where an earlier one of its process was."""
        return Publisher(
            newsroom=self.newsroom,
            renderer=self.renderer,
            store=self.store,
            outbox=Outbox(self.store),
            composers=COMPOSERS,
            followed=followed,
        )

    def add(self, *articles: Article) -> None:
        """Put articles into the archive, and let the newsroom read them."""
        for article in articles:
            write_article(self.archive, article)
        self.newsroom.refresh()

    def add_story(self, name: str, hours_before: float = 1, *, now: datetime = NOW, **changes: Any) -> None:
        """Put an article with a title of its own into the archive."""
        facts = {"title": f"{name} made news", "published": now - timedelta(hours=hours_before)}
        self.add(an_article(f"{name}.md", url=f"https://example.com/{name}", **(facts | changes)))

    def editions(self, digest: str | None = None) -> tuple[Edition, ...]:
        """What was published, skipped or missed, the latest first."""
        with self.store.read() as connection:
            return editions.latest(connection, digest)

    def posted(self, to: Destination | None = None) -> list[Posted]:
        """What is or was owed, in order."""
        query = select(delivery).order_by(delivery.c.queued_at, delivery.c.part)
        if to is not None:
            query = query.where(delivery.c.platform == to.platform, delivery.c.address == to.address)
        with self.store.read() as connection:
            return [
                Posted(
                    row.key,
                    row.state,
                    _said(json.loads(row.arguments)),
                    json.loads(row.arguments),
                    row.method,
                    row.priority,
                    row.expires_at,
                )
                for row in connection.execute(query)
            ]

    def settle(self, state: str) -> None:
        """Let everything owed have ended in a state."""
        with self.store.begin() as connection:
            connection.execute(delivery.update().values(state=state))


def _said(arguments: dict[str, Any]) -> str:
    return json.dumps([arguments.get("text", ""), arguments.get("blocks", [])], ensure_ascii=False)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office over an empty archive with a small tree of topics."""
    archive = tmp_path / "archive"
    (archive / "_news").mkdir(parents=True)
    write_topic(archive, "azure", "Azure")
    write_topic(archive, "security", "Security", parent="Azure")
    write_topic(archive, "diablo4", "Diablo 4")
    store = store_in_file(tmp_path / "heatwire.db")
    newsroom = Newsroom.open(Folder(archive), tmp_path / "index.db")
    newsroom.refresh()
    yield Office(archive, newsroom, store)
    newsroom.close()
    store.close()
