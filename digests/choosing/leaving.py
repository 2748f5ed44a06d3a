"""Why articles have no part in a section's choice at all: what the specification does not want, or another time's."""

from collections.abc import Iterator

from digests.article import Article
from digests.digest import DigestSpec, LeftOut, Reason
from digests.indexing.candidates import Candidates
from digests.indexing.shelf import Shelf
from digests.ranking import heat_of, number, span

MOST_BEYOND = 20
"""So many articles from before the window are told of, and as many from after it: an archive goes back years."""


def unfit(shelf: Shelf, candidates: Candidates) -> Iterator[LeftOut]:
    """The articles in the window that the specification does not want, newest first."""
    for article in candidates.unfit(shelf):
        reason, detail = _unwanted(shelf.spec, article)
        yield LeftOut(article, reason, detail)


def beyond_window(shelf: Shelf, candidates: Candidates) -> Iterator[LeftOut]:
    """The articles nearest to the window, after it and before it."""
    for article in candidates.newer(shelf.keys, shelf.until, MOST_BEYOND):
        yield LeftOut(article, Reason.TOO_NEW, f"{span(article.published - shelf.until)} after it")
    for article in candidates.older(shelf.keys, shelf.since, MOST_BEYOND):
        yield LeftOut(article, Reason.TOO_OLD, f"{span(shelf.since - article.published)} before it")


def _unwanted(spec: DigestSpec, article: Article) -> tuple[Reason, str]:
    if spec.types and article.type.casefold() not in {kind.casefold() for kind in spec.types}:
        return Reason.TYPE, f"{article.type or 'no type'}, not {' or '.join(spec.types)}"
    if spec.min_heat is not None and heat_of(article) < spec.min_heat:
        return Reason.COLD, f"heat {_told(article.heat)} < {number(spec.min_heat)}"
    return Reason.POOR, f"quality {_told(article.quality)} < {number(spec.min_quality or 0)}"


def _told(value: float | None) -> str:
    return "unknown" if value is None else number(value)
