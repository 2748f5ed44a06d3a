"""A digest as the JSON that programs read."""

from typing import Any

from digests.digest import Digest, Entry, LeftOut, Section


def digest_json(digest: Digest, window: str) -> dict[str, Any]:
    """`as_of`, the `window` as it was asked for, and per section what was chosen, best first, and left out and why."""
    return {
        "as_of": digest.as_of.isoformat(),
        "window": window,
        "sections": [_section(section) for section in digest.sections],
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "topic": section.topic,
        "articles": [_entry(entry) for entry in section.entries],
        "left_out": [_left_out(left) for left in section.left_out],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    article = entry.article
    return {
        "file": article.file,
        "title": article.title,
        "url": article.url,
        "provider": article.provider.name,
        "published": article.published.isoformat(),
        "heat": article.heat,
        "quality": article.quality,
        "score": entry.score,
        "also_at": [provider.name for provider in entry.also_at],
        "why": entry.why,
    }


def _left_out(left: LeftOut) -> dict[str, Any]:
    reason = left.reason.value if not left.detail else f"{left.reason.value}: {left.detail}"
    return {"file": left.article.file, "title": left.article.title, "reason": reason}
