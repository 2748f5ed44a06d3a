"""Examples of the values that tests are about: each builder gives a plain one, and takes what matters to the test."""

import os
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import time_ns
from typing import Any
from zoneinfo import ZoneInfo

from bot.command import Command
from bot.delivery.delivery import Call, Delivery, Destination, Priority
from bot.plans import DigestPlan, Timetable
from digests.article import Article, Provider
from digests.digest import Digest, DigestSpec, Entry, Section

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
"""09:00 of a Sunday in Berlin; `tests.clock.START` likewise."""

BERLIN = ZoneInfo("Europe/Berlin")
GROUP = Destination("telegram", "-1001234567890", "7")
CHANNEL = Destination("slack", "C0123456789")
CONSOLE = Destination("console", "console")


def an_article(file: str = "2026-11-22-a-story.md", **changes: Any) -> Article:
    """A published article of one topic, an hour old at `NOW`."""
    facts: dict[str, Any] = {
        "file": file,
        "title": "A story",
        "excerpt": "What happened, and to whom.",
        "url": f"https://example.com/{file.removesuffix('.md')}",
        "published": NOW - timedelta(hours=1),
        "type": "article",
        "heat": 10.0,
        "quality": 50.0,
        "provider": Provider("Example News", "example.com"),
        "topics": ("Azure",),
    }
    return Article(**(facts | changes))


def an_entry(article: Article | None = None, **changes: Any) -> Entry:
    """A chosen article."""
    facts: dict[str, Any] = {"article": article or an_article(), "score": 10.0, "why": "rank 1 of 1: heat 10"}
    return Entry(**(facts | changes))


def a_section(*entries: Entry, topic: str = "Azure", slug: str = "azure") -> Section:
    """A topic's part of a digest, with one story unless told otherwise."""
    return Section(topic, slug, entries or (an_entry(),))


def a_digest(*sections: Section, **changes: Any) -> Digest:
    """A day's digest as of `NOW`, with one section unless told otherwise."""
    facts: dict[str, Any] = {
        "as_of": NOW,
        "since": NOW - timedelta(days=1),
        "sections": sections or (a_section(),),
    }
    return Digest(**(facts | changes))


def a_timetable(*at: str, **changes: Any) -> Timetable:
    """Every day at 09:00 in Berlin, or at the given times."""
    facts: dict[str, Any] = {
        "timezone": BERLIN,
        "at": tuple(time.fromisoformat(text) for text in at or ("09:00",)),
    }
    return Timetable(**(facts | changes))


def a_plan(name: str = "morning", **changes: Any) -> DigestPlan:
    """A digest of Azure at 09:00 in Berlin to one forum topic of a Telegram group."""
    facts: dict[str, Any] = {
        "name": name,
        "title": "Good morning",
        "spec": DigestSpec(topics=("azure",)),
        "timetable": a_timetable(),
        "to": (GROUP,),
    }
    return DigestPlan(**(facts | changes))


def a_call(text: str = "hello", method: str = "sendMessage") -> Call:
    """A platform call, complete."""
    return Call(method, {"text": text})


def a_delivery(key: str = "morning/2026-11-22T09:00/telegram:-1001234567890/7/1", **changes: Any) -> Delivery:
    """A message owed, at its first attempt."""
    facts: dict[str, Any] = {
        "key": key,
        "destination": GROUP,
        "call": a_call(),
        "priority": Priority.BROADCAST,
        "attempt": 1,
    }
    return Delivery(**(facts | changes))


def a_command(line: str = "latest", **changes: Any) -> Command:
    """What a person typed, `latest azure 5`, in the console unless told otherwise."""
    name, _, argument = line.partition(" ")
    facts: dict[str, Any] = {"name": name, "argument": argument, "origin": CONSOLE, "key": f"typed {line}"}
    return Command(**(facts | changes))


def write_topic(archive: Path, slug: str, name: str, *, parent: str | None = None) -> None:
    """Put a topic into an archive's tree."""
    folder = archive / "_data" / "topics"
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["taxonomy: topic", f"_id: {slug}", f"name: {name}", f'hashtags: ["#{name.replace(" ", "")}"]']
    lines += [f"parent: {parent}"] if parent else []
    (folder / f"{slug}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_article(archive: Path, article: Article, **more: str) -> Path:
    """Put an article's file into an archive, `more` front matter lines verbatim (`removed="true"`)."""
    lines = [
        f'title: "{article.title}"',
        f'excerpt: "{article.excerpt}"',
        f"publishedDateTime: {article.published:%Y-%m-%dT%H:%M:%SZ}",
        f'webUrl: "{article.url}"',
        f"type: {article.type}",
        f"quality: {article.quality}",
        f"heat: {article.heat}",
        "published: true",
        "provider:",
        f"  name: {article.provider.name}",
        f"  domain: {article.provider.domain}",
        "topics:",
        *[f"  - {topic}" for topic in article.topics],
        *[f"{key}: {value}" for key, value in more.items()],
    ]
    path = archive / "_news" / article.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("---\n" + "\n".join(lines) + "\n---\n", encoding="utf-8")
    # An hour old, so that nobody takes it for half-written; to the nanosecond, so that a second writing is seen.
    written = time_ns() - 3_600_000_000_000
    os.utime(path, ns=(written, written))
    return path
