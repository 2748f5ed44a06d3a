"""A digest holds the right articles under the right topics, and says why each is in or out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from digests.article import Article, Provider, Related
from digests.choosing.compiling import compile_digest
from digests.choosing.placing import NEAR
from digests.digest import Digest, DigestSpec, LeftOut, Reason, Section
from digests.indexing.index import Index
from digests.topics.tree import Topic, TopicTree, UnknownTopic
from tests.builders import NOW, an_article
from tests.digests.memory_archive import MemoryArchive

AZURE = Topic("azure", "Azure", "Azure", ("#azure",), None)
DATA = Topic("data", "Databases", "Data", (), "azure")
AI = Topic("ai", "AI", "AI", (), "azure")
TREE = TopicTree((AZURE, DATA, AI))
OTHER = Provider("Other", "other.example")
TITLE = "Microsoft Azure outage takes down Teams and Office"


class Desk:
    """Digests of what a test laid out."""

    def __init__(self, path: Path) -> None:
        self._index = Index.open(path, "/archive")
        self._archive = MemoryArchive()

    def lay_out(self, *articles: Article, **related: tuple[Related, ...]) -> "Desk":
        for article in articles:
            self._archive.put(article.file, article)
        self._archive.listed |= {f"{file}.md": listed for file, listed in related.items()}
        self._index.refresh(self._archive.look(self._index.known()))
        return self

    def digest(self, *topics: str, now: datetime = NOW, since: datetime | None = None, **how: Any) -> Digest:
        seen, explain = frozenset(how.pop("seen", ())), how.pop("explain", True)
        return compile_digest(
            DigestSpec(topics=topics, **how),
            index=self._index,
            topics=TREE,
            now=now,
            since=since,
            seen=seen,
            related=self._archive.related,
            explain=explain,
        )

    @property
    def files_read_for_related(self) -> list[str]:
        return self._archive.asked

    def close(self) -> None:
        self._index.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "index.db")
    yield desk
    desk.close()


def story(file: str, heat: float | None, *topics: str, **changes: Any) -> Article:
    """An article that tells a story of its own."""
    facts: dict[str, Any] = {"title": f"Story {file}", "heat": heat, "topics": topics or ("Azure",), **changes}
    return an_article(f"{file}.md", **facts)


def names(section: Section) -> list[str]:
    return [entry.article.file.removesuffix(".md") for entry in section.entries]


def out(section: Section) -> dict[str, tuple[Reason, str]]:
    return {left.article.file.removesuffix(".md"): (left.reason, left.detail) for left in section.left_out}


def only(digest: Digest) -> Section:
    (section,) = digest.sections
    return section


def test_the_hottest_of_a_topic_and_of_those_below_it_come_first(desk: Desk) -> None:
    desk.lay_out(story("a", 1), story("b", 3, "Databases"), story("c", 2, "#Azure"), story("d", 9, "Cooking"))
    section = only(desk.digest("azure", limit=2))
    assert (section.topic, section.slug, names(section)) == ("Azure", "azure", ["b", "c"])
    assert out(section) == {"a": (Reason.OUTRANKED, "rank 3 > 2")}


def test_without_topics_there_is_one_section_of_everything(desk: Desk) -> None:
    section = only(desk.lay_out(story("a", 1), story("b", 2, "Cooking")).digest())
    assert (section.topic, section.slug, names(section)) == ("All topics", "all", ["b", "a"])


def test_a_topic_asked_for_twice_has_one_section(desk: Desk) -> None:
    assert [section.slug for section in desk.digest("Databases", "data", "#AI").sections] == ["data", "ai"]


def test_an_unknown_topic_is_said_to_be_one(desk: Desk) -> None:
    with pytest.raises(UnknownTopic, match="no topic 'azzure'") as caught:
        desk.digest("azzure")
    assert caught.value.nearest == ("Azure",)


def test_a_digest_tells_its_instants_in_utc(desk: Desk) -> None:
    digest = desk.digest(now=NOW.astimezone(timezone(timedelta(hours=5))), window=timedelta(hours=2))
    assert (digest.as_of, digest.since) == (NOW, NOW - timedelta(hours=2))
    assert digest.as_of.tzinfo == digest.since.tzinfo == NOW.tzinfo


def test_since_goes_before_the_window(desk: Desk) -> None:
    desk.lay_out(story("a", 1, published=NOW - timedelta(days=3)))
    digest = desk.digest(since=NOW - timedelta(days=4))
    assert names(only(digest)) == ["a"]
    assert digest.since == NOW - timedelta(days=4)


def test_an_entry_says_its_score_and_why_it_is_there(desk: Desk) -> None:
    section = only(desk.lay_out(story("a", 97, quality=87.0), story("b", 3)).digest())
    assert [(entry.score, entry.why) for entry in section.entries] == [
        (97, "rank 1 of 2: heat 97, quality 87, 60 min old"),
        (3, "rank 2 of 2: heat 3, quality 50, 60 min old"),
    ]


def test_what_is_not_wanted_is_left_out_and_says_the_value(desk: Desk) -> None:
    desk.lay_out(
        story("a", 20),
        story("film", 99, type="video"),
        story("untyped", 99, type=""),
        story("cold", 9),
        story("unknown", None),
        story("poor", 99, quality=0.5),
        story("unrated", 99, quality=None),
    )
    section = only(desk.digest(types=("Article",), min_heat=10, min_quality=1))
    assert names(section) == ["a"]
    assert out(section) == {
        "film": (Reason.TYPE, "video, not Article"),
        "untyped": (Reason.TYPE, "no type, not Article"),
        "cold": (Reason.COLD, "heat 9 < 10"),
        "unknown": (Reason.COLD, "heat unknown < 10"),
        "poor": (Reason.POOR, "quality 0.5 < 1"),
        "unrated": (Reason.POOR, "quality unknown < 1"),
    }


def test_types_alone_and_quality_alone_are_reasons_too(desk: Desk) -> None:
    desk.lay_out(story("a", 20), story("poor", 99, quality=0.5))
    assert out(only(desk.digest(min_quality=1))) == {"poor": (Reason.POOR, "quality 0.5 < 1")}
    assert out(only(desk.digest(types=("video",)))) == dict.fromkeys(("a", "poor"), (Reason.TYPE, "article, not video"))


def test_the_nearest_articles_of_another_time_are_told_of(desk: Desk) -> None:
    desk.lay_out(
        story("tomorrow", 1, published=NOW + timedelta(days=2)),
        *(story(f"{days} ago", 1, published=NOW - timedelta(days=days)) for days in range(2, 40)),
    )
    left = out(only(desk.digest()))
    assert left["tomorrow"] == (Reason.TOO_NEW, "2 d after it")
    assert left["2 ago"] == (Reason.TOO_OLD, "24 h before it")
    assert len(left) == 21


def test_what_was_sent_is_not_sent_again(desk: Desk) -> None:
    desk.lay_out(story("a", 3), story("b", 2))
    section = only(desk.digest(seen={"a.md"}))
    assert (names(section), out(section)) == (["b"], {"a": (Reason.SEEN, "")})


def test_the_story_of_what_was_sent_is_not_sent_again_either(desk: Desk) -> None:
    sent = story("sent", 1, title=TITLE, published=NOW - timedelta(days=3))
    desk.lay_out(sent, story("again", 9, title=f"The {TITLE}", provider=OTHER))
    section = only(desk.digest(seen={"sent.md"}))
    assert names(section) == []
    assert out(section)["again"] == (Reason.SEEN, f'same story as "{TITLE}"')


def test_a_story_of_long_ago_can_be_told_again(desk: Desk) -> None:
    sent = story("sent", 1, title=TITLE, published=NOW - timedelta(days=9))
    desk.lay_out(sent, story("again", 9, title=TITLE))
    assert names(only(desk.digest(seen={"sent.md"}))) == ["again"]


def test_a_story_told_twice_appears_once_with_where_else_it_is_told(desk: Desk) -> None:
    heard = (Related(TITLE, "https://third.example/a", Provider("Third", "third.example")),)
    desk.lay_out(story("a", 9, title=TITLE), story("b", 8, title=TITLE, provider=OTHER), story("c", 1), a=heard)
    section = only(desk.digest(limit=2))
    assert names(section) == ["a", "c"]
    assert [provider.name for provider in section.entries[0].also_at] == ["Other", "Third"]
    assert out(section) == {"b": (Reason.SAME_STORY, f'"{TITLE}"')}


def test_a_story_told_again_below_the_limit_is_still_found(desk: Desk) -> None:
    desk.lay_out(
        story("a", 9, title=TITLE), *(story(f"{n}", 5) for n in range(20)), story("z", 1, title=TITLE, provider=OTHER)
    )
    section = only(desk.digest(limit=1))
    assert [provider.name for provider in section.entries[0].also_at] == ["Other"]


def test_related_articles_are_read_for_what_is_shown_and_nothing_else(desk: Desk) -> None:
    desk.lay_out(*(story(f"{n}", n) for n in range(30))).digest(limit=2)
    assert set(desk.files_read_for_related) == {"29.md", "28.md"}


def test_a_cap_per_provider_makes_room_for_others(desk: Desk) -> None:
    desk.lay_out(story("a", 9), story("b", 8), story("c", 7, provider=OTHER), story("d", 6, provider=OTHER))
    section = only(desk.digest(per_provider=1, limit=3))
    assert names(section) == ["a", "c"]
    assert out(section) == {
        "b": (Reason.PROVIDER_FULL, "1 of Example News"),
        "d": (Reason.PROVIDER_FULL, "1 of Other"),
    }


def test_a_provider_without_a_domain_is_capped_by_name(desk: Desk) -> None:
    desk.lay_out(*(story(name, 1, provider=Provider(name, "")) for name in ("a", "b")))
    assert names(only(desk.digest(per_provider=1))) == ["a", "b"]


def test_an_article_is_shown_where_it_ranks_best_and_its_other_place_is_refilled(desk: Desk) -> None:
    desk.lay_out(story("a", 9), story("b", 8, "Azure", "Databases"), story("c", 7), story("d", 6, "Databases"))
    azure, data = desk.digest("azure", "data", limit=2).sections
    assert (names(azure), names(data)) == (["a", "c"], ["b", "d"])
    assert out(azure)["b"] == (Reason.SHOWN_ELSEWHERE, "in Databases")
    assert azure.entries[1].why.startswith("rank 3 of 4:")


def test_an_article_that_ranks_alike_is_shown_in_the_first_section(desk: Desk) -> None:
    desk.lay_out(story("a", 9, "AI", "Databases"))
    ai, data = desk.digest("ai", "data").sections
    assert (names(ai), names(data)) == (["a"], [])


def test_an_article_goes_where_there_is_room_if_its_best_place_is_taken(desk: Desk) -> None:
    desk.lay_out(
        story("a", 9, "AI"), story("b", 8, "Databases"), story("c", 7, "Databases"), story("d", 6, "Databases", "AI")
    )
    data, ai = desk.digest("data", "ai", limit=2).sections
    assert (names(data), names(ai)) == (["b", "c"], ["a", "d"])


def test_a_story_told_under_two_topics_is_shown_under_one(desk: Desk) -> None:
    desk.lay_out(story("a", 9, "AI", title=TITLE), story("b", 8, "Databases", title=TITLE, provider=OTHER))
    ai, data = desk.digest("ai", "data").sections
    assert (names(ai), names(data)) == (["a"], [])
    assert out(data) == {"b": (Reason.SAME_STORY, f'"{TITLE}"')}


def test_without_explanation_the_same_is_chosen(desk: Desk) -> None:
    desk.lay_out(
        *(story(f"{n}", n % 7, title=f"Story {n % 90}", provider=Provider(f"{n}", f"{n}")) for n in range(300))
    )
    explained, plain = (desk.digest("azure", "ai", explain=explain) for explain in (True, False))
    assert [replace(section, left_out=()) for section in explained.sections] == list(plain.sections)
    assert all(not section.left_out for section in plain.sections)


def test_with_explanation_every_article_of_the_window_is_accounted_for_once(desk: Desk) -> None:
    count = 2 * NEAR
    section = only(desk.lay_out(*(story(f"{n}", n) for n in range(count))).digest())
    files = [entry.article.file for entry in section.entries] + [left.article.file for left in section.left_out]
    assert len(files) == len(set(files)) == count
    assert section.left_out[-1] == LeftOut(story("0", 0), Reason.OUTRANKED)


def test_a_topic_where_most_was_sent_is_searched_to_its_end(desk: Desk) -> None:
    count = NEAR + 50
    desk.lay_out(*(story(f"{n}", n) for n in range(count)))
    assert names(only(desk.digest(seen={f"{n}.md" for n in range(3, count)}))) == ["2", "1", "0"]


def test_age_counts_where_a_half_life_is_given(desk: Desk) -> None:
    desk.lay_out(story("old", 100, published=NOW - timedelta(hours=12)), story("new", 60))
    weights = replace(DigestSpec().weights, half_life=timedelta(hours=6))
    section = only(desk.digest(weights=weights))
    assert names(section) == ["new", "old"]
    assert section.entries[1].why == "rank 2 of 2: score 25, heat 100, quality 50, 12 h old"
