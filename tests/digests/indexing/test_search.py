"""Words lead to articles, and no text leads to an error."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digests.article import Article, Provider
from digests.indexing.index import Index
from tests.builders import NOW, an_article
from tests.digests.memory_archive import MemoryArchive

TITLED = an_article("titled.md", title="Quantum computing for everyone")
MENTIONED = an_article("mentioned.md", title="The week in review", excerpt="Among much else, quantum computing.")
ACCENTED = an_article("accented.md", title="Café society")
OTHERS = an_article("others.md", title="Unlike the rest", provider=Provider("Quokka Times", "quokka.example"))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    index = Index.open(tmp_path_factory.mktemp("search") / "index.db", "/archive")
    many = (
        an_article(f"{number}.md", title="A common word", published=NOW - timedelta(days=number + 1))
        for number in range(1100)
    )
    archive = MemoryArchive([TITLED, MENTIONED, ACCENTED, OTHERS, *many])
    index.refresh(archive.look({}))
    yield index
    index.close()


def found(index: Index, words: str, limit: int = 10) -> tuple[Article, ...]:
    with index.candidates() as candidates:
        return candidates.search(words, limit)


def test_a_title_with_the_words_comes_before_a_text_with_them(index: Index) -> None:
    assert found(index, "quantum computing") == (TITLED, MENTIONED)


def test_all_words_must_be_there(index: Index) -> None:
    assert found(index, "quantum everyone") == (TITLED,)
    assert found(index, "quantum nothing") == ()


def test_the_last_word_may_be_only_begun_and_no_other(index: Index) -> None:
    assert found(index, "computing quan") == (TITLED, MENTIONED)
    assert found(index, "quan computing") == ()


def test_case_and_accents_do_not_matter(index: Index) -> None:
    assert found(index, "CAFE") == (ACCENTED,)


def test_a_provider_is_found(index: Index) -> None:
    assert found(index, "quokka") == (OTHERS,)


def test_of_a_common_word_the_newest_are_ranked(index: Index) -> None:
    assert [article.file for article in found(index, "common", 3)] == ["0.md", "1.md", "2.md"]
    assert len(found(index, "common", 2000)) == 1000


@pytest.mark.parametrize("words", ["", "   ", '"', "*", "-", "' ; --", "_", "\0"])
def test_no_words_find_nothing(index: Index, words: str) -> None:
    assert found(index, words) == ()


@pytest.mark.parametrize("words", ["quantum NOT computing", "title:quantum", "NEAR(quantum, 2)", 'quantum" OR "a'])
def test_operators_are_words_like_others(index: Index, words: str) -> None:
    assert found(index, words) == ()


@pytest.mark.parametrize("words", ["quantum -computing", "^quantum", "(quantum)", "quantum*", "{quantum}:"])
def test_signs_are_separators(index: Index, words: str) -> None:
    assert TITLED in found(index, words)


def test_only_the_first_terms_and_characters_count(index: Index) -> None:
    assert found(index, "quantum " * 8 + "nothing") == (TITLED, MENTIONED)
    assert found(index, "quantum" + " " * 60 + "nothing") == (TITLED, MENTIONED)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text() | st.text(st.characters()))
def test_any_text_is_answered(index: Index, words: str) -> None:
    assert len(found(index, words)) <= 10
