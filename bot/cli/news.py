"""The commands that need no chat: a digest, the index, the topics, a search."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.archives import Source, fresh_newsroom, source
from bot.cli.digest_json import digest_json
from bot.cli.options import Format, duration
from bot.cli.printing import print_json, print_table, progress_bar, warn
from bot.settings.loading import load
from digests.digest import Digest, DigestSpec
from digests.newsroom import Newsroom
from digests.rendering.renderer import Presentation, Renderer

SHOWN_PROBLEMS = 5
"""How many unreadable files are named before the rest is only counted."""


@dataclass(frozen=True, slots=True)
class DigestRequest:
    """What `heatwire digest` was asked for."""

    archive: Path
    topics: tuple[str, ...]
    at: datetime
    window: str
    limit: int
    types: tuple[str, ...]
    output: Format
    explain: bool
    index: Path | None


def print_digest(request: DigestRequest) -> None:
    """Choose and print one digest."""
    spec = DigestSpec(topics=request.topics, window=duration(request.window), limit=request.limit, types=request.types)
    with read(Source(request.archive), request.index) as news:
        digest = news.digest(spec, now=request.at)
    show(digest, request)
    if digest.empty and request.output is Format.CONSOLE:
        warn(f"no published article in the {request.window} before {request.at:%Y-%m-%d %H:%M} UTC")
        print("try: a longer --window, or another instant with --at", file=sys.stderr)


def show(digest: Digest, request: DigestRequest) -> None:
    """Print a digest: text for people, the platforms' payloads or JSON for programs."""
    if request.output is Format.JSON:
        print_json(digest_json(digest, request.window))
        return
    local = datetime.now().astimezone().tzinfo or UTC
    messages = Renderer().digest(digest, request.output.value, Presentation(timezone=local, explain=request.explain))
    if request.output is Format.CONSOLE:
        print("\n\n".join(message.payload["text"] for message in messages))
    else:
        print_json([dict(message.payload) for message in messages])


def build_index(config: Path, archive: Path | None, index: Path | None) -> None:
    """Build or update the index and say what it holds."""
    with read(*place(config, archive, index)) as news:
        print(f"{news.count()} published articles under {len(news.topics())} topics")


def print_topics(config: Path, archive: Path | None, index: Path | None, *, as_json: bool) -> None:
    """The topic tree with counts."""
    with read(*place(config, archive, index)) as news:
        rows = news.topics()
    if as_json:
        print_json([{"slug": row.slug, "name": row.name, "parent": row.parent, "articles": row.count} for row in rows])
        return
    table = [("  " * row.depth + row.name, row.slug, str(row.count)) for row in rows]
    print_table(("topic", "slug", "articles"), table, right=frozenset({"articles"}))


def print_search(
    config: Path, archive: Path | None, index: Path | None, words: str, limit: int, *, as_json: bool
) -> None:
    """The articles that match, best first."""
    with read(*place(config, archive, index)) as news:
        found = news.search(words, limit)
    if as_json:
        print_json(
            [
                {"file": a.file, "title": a.title, "url": a.url, "published": a.published.isoformat(), "heat": a.heat}
                for a in found
            ]
        )
        return
    if not found:
        warn(f"nothing found for {words!r}")
        return
    rows = [
        (f"{a.published:%Y-%m-%d}", "" if a.heat is None else f"{a.heat:g}", a.provider.name, a.title, a.url)
        for a in found
    ]
    print_table(("published", "heat", "provider", "title", "link"), rows, right=frozenset({"heat"}))


@contextmanager
def read(archive: Source, index: Path | None) -> Iterator[Newsroom]:
    """The archive read just now, with a bar on a terminal; the files that could not be read are named on stderr."""
    with progress_bar("reading the archive") as progress, fresh_newsroom(archive, index, progress) as news:
        _tell_problems(news)
        yield news


def place(config: Path, archive: Path | None, index: Path | None) -> tuple[Source, Path | None]:
    """The archive and index that the options name, else the configuration's."""
    import os

    if archive is not None:
        return Source(archive), index
    settings = load(config, os.environ, need_tokens=False)
    return source(settings.archive), index or settings.index


def _tell_problems(news: Newsroom) -> None:
    problems = news.problems()
    for problem in problems[:SHOWN_PROBLEMS]:
        warn(str(problem))
    if len(problems) > SHOWN_PROBLEMS:
        warn(f"and {len(problems) - SHOWN_PROBLEMS} more files that cannot be read")
