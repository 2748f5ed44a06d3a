"""The index puts articles in the very order that ranking does, and counts and finds what belongs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from digests.article import Article
from digests.digest import DigestSpec, Weights
from digests.indexing.candidates import FIRST_PAGE, Candidates
from digests.indexing.index import Index
from digests.indexing.shelf import EVERYTHING, Shelf
from tests.builders import NOW, an_article
from tests.digests.memory_archive import MemoryArchive

DAY = timedelta(days=1)
FEW = st.sampled_from([None, -1.0, 0.0, 3.0, 3.5])


@contextmanager
def candidates(*articles: Article) -> Iterator[Candidates]:
    with TemporaryDirectory() as folder:
        index = Index.open(Path(folder) / "index.db", "/archive")
        index.refresh(MemoryArchive(articles).look({}))
        with index.candidates() as found:
            yield found
        index.close()


def shelf(*keys: str, spec: DigestSpec | None = None, window: timedelta = DAY) -> Shelf:
    return Shelf(keys or EVERYTHING, spec or DigestSpec(), NOW - window, NOW)


def files(found: Iterator[tuple[object, Article]]) -> list[str]:
    return [article.file for _, article in found]


ARTICLES = st.builds(
    lambda heat, quality, minutes, kind, topics: an_article(
        heat=heat, quality=quality, published=NOW - timedelta(minutes=minutes), type=kind, topics=topics
    ),
    FEW,
    FEW,
    st.integers(-60, 60 * 48),
    st.sampled_from(["article", "Video", ""]),
    st.lists(st.sampled_from(["AI", "Web", "IoT"]), unique=True).map(tuple),
)
SPECS = st.builds(
    DigestSpec,
    types=st.sampled_from([(), ("ARTICLE",), ("video", "article")]),
    min_heat=FEW,
    min_quality=FEW,
    weights=st.builds(
        Weights,
        heat=st.floats(-2, 2),
        quality=st.floats(-2, 2),
        half_life=st.none() | st.timedeltas(timedelta(minutes=1), DAY),
    ),
)


def fits(spec: DigestSpec, article: Article) -> bool:
    heat = -1 if article.heat is None else article.heat
    return (
        (not spec.types or article.type.casefold() in {kind.casefold() for kind in spec.types})
        and (spec.min_heat is None or heat >= spec.min_heat)
        and (spec.min_quality is None or (article.quality or 0) >= spec.min_quality)
    )


@settings(max_examples=100)
@given(made=st.lists(ARTICLES, max_size=30), spec=SPECS, keys=st.sampled_from([EVERYTHING, ("ai",), ("ai", "web")]))
def test_the_index_ranks_counts_and_filters_as_the_rules_say(
    made: list[Article], spec: DigestSpec, keys: tuple[str, ...]
) -> None:
    articles = [an_article(f"{number}.md", **_facts(article)) for number, article in enumerate(made)]
    wanted = shelf(*keys, spec=spec)
    inside = [
        article
        for article in articles
        if NOW - DAY <= article.published <= NOW
        and (keys == EVERYTHING or {topic.casefold() for topic in article.topics} & set(keys))
    ]
    fitting = sorted((article for article in inside if fits(spec, article)), key=wanted.rank)
    with candidates(*articles) as found:
        assert [article for _, article in found.ranked(wanted, at_once=3)] == fitting
        assert found.count(wanted) == len(fitting)
        assert {article.file for article in found.unfit(wanted)} == {article.file for article in inside} - {
            article.file for article in fitting
        }


def _facts(article: Article) -> dict[str, object]:
    return {name: getattr(article, name) for name in ("heat", "quality", "published", "type", "topics")}


def test_ties_are_in_the_order_of_their_files_over_all_pages() -> None:
    hot = [an_article(f"hot {number}.md", heat=99.0) for number in range(FIRST_PAGE - 10)]
    alike = [an_article(f"{number:04}.md") for number in range(3 * FIRST_PAGE)]
    with candidates(*hot, *alike) as found:
        assert files(found.ranked(shelf())) == sorted(article.file for article in hot) + [a.file for a in alike]


def test_a_page_that_ties_as_a_whole_is_followed_to_its_end() -> None:
    alike = [an_article(f"{number:04}.md") for number in range(FIRST_PAGE)]
    with candidates(*alike) as found:
        assert files(found.ranked(shelf())) == [article.file for article in alike]


def test_both_ends_of_the_window_belong_to_it() -> None:
    instants = {"early": NOW - DAY, "late": NOW, "too early": NOW - DAY - timedelta(microseconds=1)}
    with candidates(*(an_article(f"{name}.md", published=when) for name, when in instants.items())) as found:
        assert sorted(files(found.ranked(shelf()))) == ["early.md", "late.md"]


def test_the_articles_nearest_to_the_window_are_found_on_both_sides() -> None:
    hours = range(-5, 6)
    made = [an_article(f"{hour}.md", published=NOW + timedelta(hours=hour), topics=("AI", "Web")) for hour in hours]
    with candidates(*made) as found:
        assert [article.file for article in found.older(("ai", "web"), NOW, 2)] == ["-1.md", "-2.md"]
        assert [article.file for article in found.newer(("ai", "web"), NOW, 2)] == ["1.md", "2.md"]
        assert found.older(("iot",), NOW, 2) == ()


def test_published_articles_of_some_files_are_found_from_an_instant_on() -> None:
    old = an_article("old.md", published=NOW - DAY)
    with candidates(old, an_article("new.md"), an_article("other.md")) as found:
        assert found.published({"old.md", "new.md", "unknown.md"}, NOW - DAY) == (old, an_article("new.md"))
        assert found.published({"old.md", "new.md"}, NOW - timedelta(hours=2)) == (an_article("new.md"),)


def test_an_article_of_several_topics_counts_once() -> None:
    with candidates(an_article("a.md", topics=("AI", "Web")), an_article("b.md", topics=("Web", "web "))) as found:
        assert (found.total(("ai", "web")), found.total(("web",)), found.total(EVERYTHING)) == (2, 2, 2)


def test_a_topics_name_is_the_first_of_its_spellings() -> None:
    topics = (("web apps", "Azure"), ("Web Apps",), ("#", "-"))
    with candidates(*(an_article(f"{number}.md", topics=names) for number, names in enumerate(topics))) as found:
        assert found.names() == {"webapps": "Web Apps", "azure": "Azure"}
