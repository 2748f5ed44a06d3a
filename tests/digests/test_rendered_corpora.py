"""Every real article at hand, rendered: each message is one that its platform takes, with the links it should have."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from digests.article import Article
from digests.dialects.links import link
from digests.digest import Digest
from digests.reading.frontmatter import read
from digests.rendering.renderer import Presentation, Renderer
from tests.builders import a_digest, a_section, an_entry
from tests.judges import slack, telegram
from tests.shared import CORPORA

SHOWN = Presentation(title="Everything")
A_DIGEST = 200
"""Articles in one digest: far more than anybody sends, so that messages are filled to their limits."""

RENDERER = Renderer()


@pytest.mark.parametrize("archive", CORPORA)
def test_every_real_article_is_taken_by_both_platforms(corpora: Path, archive: str) -> None:
    articles = list(published(corpora / archive))
    assert articles
    for start in range(0, len(articles), A_DIGEST):
        some = articles[start : start + A_DIGEST]
        digest = a_digest(a_section(*map(an_entry, some)))
        wanted = [link(article.url) for article in some]
        assert telegram_links(digest) == wanted
        assert slack_links(digest) == wanted


def published(archive: Path) -> Iterator[Article]:
    for path in sorted((archive / "_news").rglob("*.md")):
        found = read(path.read_bytes(), path.name)
        if isinstance(found, Article):
            yield found


def telegram_links(digest: Digest) -> list[str | None]:
    """The links of all messages in order, once TDLib took them and found nothing else to tap."""
    links: list[str | None] = []
    for message in RENDERER.digest(digest, "telegram", SHOWN):
        assert telegram.faults(message.payload) == []
        parsed = telegram.verdict(message.payload["text"])
        assert isinstance(parsed, telegram.Parsed)
        assert telegram.live(parsed.text) == ()
        links += [entity.url for entity in parsed.entities if entity.kind == "TextUrl"]
    return links


def slack_links(digest: Digest) -> list[str | None]:
    """The links of all messages in order, once the three judges took them."""
    links: list[str | None] = []
    for message in RENDERER.digest(digest, "slack", SHOWN):
        assert slack.faults(message.payload) == []
        texts = slack.texts(message.payload["blocks"])
        links += [text for text in texts if text.startswith(("http://", "https://")) and " " not in text]
    return links
