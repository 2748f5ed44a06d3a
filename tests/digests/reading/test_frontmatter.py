"""From a file's bytes to an article, a problem with its line, or nothing; the short cut and the long way agree."""

from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.article import Article, Problem, Provider, Related
from digests.reading.frontmatter import read, read_whole, related
from tests.digests.reading.test_related_block import ITEM
from tests.shared import CORPORA

FILE = "2021-02-19-a.md"
FRONT = """\
category: news
title: "AI Weekly: &#8220;Open&#8221;"
excerpt: "One.\\r\\nTwo."
publishedDateTime: 2021-02-19T23:12:00Z
originalUrl: "https://original.example/a"
webUrl: "https://www.example.com/a"
type: article
quality: 87
heat: 97
published: true

provider:
  name: Example
  domain: example.com

topics:
  -
  - AI
"""
SECURED = 'secured: "c2VjcmV0"\n'
ARTICLE = Article(
    file=FILE,
    title="AI Weekly: \u201cOpen\u201d",
    excerpt="One. Two.",
    url="https://www.example.com/a",
    published=datetime(2021, 2, 19, 23, 12, tzinfo=UTC),
    type="article",
    heat=97.0,
    quality=87.0,
    provider=Provider("Example", "example.com"),
    topics=("AI",),
)


def data(front: str = FRONT, block: str = f"\nrelated:\n{ITEM * 2}\n", tail: str = f"{SECURED}---\n\n") -> bytes:
    return f"---\n{front}{block}{tail}".encode()


def problem(line: int | None, reason: str) -> Problem:
    return Problem(f"_news/{FILE}", line, reason)


@pytest.mark.parametrize(
    "written",
    [
        data(),
        data(block=""),
        b"\xef\xbb\xbf" + data(),
        data().replace(b"\n", b"\r\n"),
        data().replace(b"\n", b"\r"),
        data().replace(b"\n", "\x85".encode()),
        data().replace(b"---\n", b"--- \t\n"),
        data(tail="...\nThe article itself.\n---\n"),
        data(tail="---"),
        data(block='\nrelated: "something odd"\n'),
        data(block="\nrelated:\n  - {title: a}\n"),
    ],
)
def test_an_article_is_read_however_its_lines_end(written: bytes) -> None:
    assert read(written, FILE) == ARTICLE


def test_what_an_article_can_do_without_may_be_missing() -> None:
    bare = b"---\ntitle: A\npublishedDateTime: 2021-02-19\nwebUrl: http://a.example\npublished: true\n---\n"

    found = read(bare, FILE)

    assert isinstance(found, Article)
    assert (found.excerpt, found.type, found.heat, found.quality, found.topics) == ("", "article", None, None, ())


@pytest.mark.parametrize(
    "written",
    [
        data(FRONT.replace("published: true", "published: false")),
        data(FRONT.replace("published: true", "published: false\nremoved: odd")),
        data(FRONT.replace("published: true", "published: true\nremoved: true")),
        data(FRONT.replace("published: true\n", "")),
        data(FRONT.replace("published: true", "published: false").replace("heat: 97", "heat: hot")),
        b"---\n---\n",
    ],
)
def test_what_is_not_published_is_nothing(written: bytes) -> None:
    assert read(written, FILE) is None


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("published: true", 'published: "true"', 11, "published: 'true' is neither true nor false"),
        ("published: true", "published: yes", 11, "published: 'yes' is neither true nor false"),
        ("published: true", "published: false\npublished: true", 12, "second key 'published', first at line 11"),
        ("published: true", "published: true\nremoved: 1", 12, "removed: 1 is neither true nor false"),
        ("2021-02-19T23:12:00Z", "2021-13-45", 5, "publishedDateTime: '2021-13-45' is no date"),
        ("publishedDateTime", "date", None, "publishedDateTime: no date"),
        ("heat: 97", "heat: .nan", 10, "heat: nan is no number"),
        ("quality: 87", "quality: high", 9, "quality: 'high' is no number"),
        ('title: "AI Weekly: &#8220;Open&#8221;"', 'title: ""', 3, "title: no title"),
        (
            "type: article",
            "type: [article",
            9,
            "did not find expected ',' or ']' while parsing a flow sequence that starts at line 8",
        ),
        ("  - AI", "  - &a AI", 19, "anchor '&a'"),
        ("category: news", "category: *a", 2, "alias '*a'"),
        (
            "category: news",
            "- category",
            3,
            "did not find expected '-' indicator while parsing a block collection that starts at line 2",
        ),
    ],
)
def test_a_bad_field_is_a_problem_at_its_line(old: str, new: str, line: int | None, reason: str) -> None:
    assert old in FRONT
    assert read(data(FRONT.replace(old, new)), FILE) == problem(line, reason)


@pytest.mark.parametrize(
    ("written", "line", "reason"),
    [
        (b"", 1, "no front matter: the first line is not ---"),
        (b"# About this folder\n", 1, "no front matter: the first line is not ---"),
        (b"---- \ntitle: a\n---\n", 1, "no front matter: the first line is not ---"),
        (b"---\ntitle: a\n", None, "front matter without an end: no second ---"),
        (b"---\ntitle: a\n --- \n", None, "front matter without an end: no second ---"),
        (b"---\n- a\n---\n", 2, "front matter without keys"),
        (b"---\ntitle: a\n---\n\n\xff", 5, "byte 0xff at offset 18 is no UTF-8"),
        (b"---\ntitle: \x00\n---\n", 2, "character U+0000"),
    ],
)
def test_a_file_without_sound_front_matter_is_a_problem(written: bytes, line: int | None, reason: str) -> None:
    assert read(written, FILE) == problem(line, reason)


def test_an_error_in_a_block_of_related_articles_is_told_at_its_line() -> None:
    bad = data(block=f"\nrelated:\n{ITEM.replace('quality: -14', 'quality: *a')}\n")

    assert bad.splitlines()[30] == b"    quality: *a"
    assert read(bad, FILE) == problem(31, "alias '*a'")


@pytest.mark.parametrize(
    "decoy", ["", "related:\n", "\x85related:\n", "x: \u2028\nrelated:\n", "é: 1\nrelated: null\n"]
)
def test_lines_that_look_like_the_block_may_be_part_of_a_text(decoy: str) -> None:
    item = ITEM.replace("Señor's", "Señor")
    front = FRONT.replace('title: "AI', f"{decoy}title: 'AI\nrelated:\n{item}\nb: \"").replace(';"\n', ";'\n")

    found = read(data(front, block=""), FILE)

    assert isinstance(found, Article)
    assert found.title.startswith('AI related: - title: "One')
    assert found.title.endswith("\u201cOpen\u201d")


@pytest.mark.parametrize("size", [20_000, 80_000])
def test_splitting_takes_time_in_proportion(size: int) -> None:
    started = process_time()
    read(b"---\n" + b"\n" * size, FILE)
    read(b"---\n" + b"--- x\n" * size, FILE)

    assert process_time() - started < 1


def test_related_articles_are_read_when_asked_for() -> None:
    mine = "  - title: Mine\n    originalUrl: https://b.example/x\n  - title: No link\n  - odd\n"

    assert related(data(block=f"\nrelated:\n{ITEM}{mine}\n")) == (
        Related('One "or" two \u00a7 …', "https://a.example/one?x=1#y", Provider("Señor's [News]", "a.example")),
        Related("Mine", "https://b.example/x", Provider("b.example", "b.example")),
    )


@pytest.mark.parametrize(
    "written",
    [
        data(block=""),
        data(block="\nrelated: [1, {title: a}]\n"),
        data(block="\nrelated: {title: a}\n"),
        data(FRONT.replace("published: true", "published: false")),
        data(FRONT.replace("published: true", "published: odd")),
        data(FRONT.replace("published: true", "published: *true")),
        b"",
        b"\xff",
    ],
)
def test_no_trouble_comes_from_asking_for_related_articles(written: bytes) -> None:
    assert related(written) == ()


PIECES = st.sampled_from(
    [
        *(b"\n", b"\r\n", b" ", b"\t", b'"', b"'", b"\\", b":", b": ", b"#", b"- ", b"  - ", b"[", b"{", b"|", b">"),
        *(b"&a ", b"*a", b"!t ", b"---\n", b"...\n", b"related:\n", b"\nrelated: x\n", b"published: true\n"),
        *(b"\x00", b"\xff", b"\xc2\x85", b"\xe2\x80\xa8"),
    ]
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sound file with a few pieces put in, or put in the place of a few bytes."""
    written = data(block=f"\nrelated:\n{ITEM}\n")
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(written)))
        written = written[:place] + draw(PIECES) + written[place + draw(st.integers(0, 12)) :]
    return written


@settings(max_examples=600)
@given(damaged())
def test_the_short_cut_and_the_long_way_agree(written: bytes) -> None:
    assert read(written, FILE) == read_whole(written, FILE)


@pytest.mark.parametrize("name", CORPORA)
def test_real_archives_are_read_without_a_problem(corpora: Path, name: str) -> None:
    for number, path in enumerate(sorted((corpora / name / "_news").iterdir())):
        written = path.read_bytes()
        found = read(written, path.name)

        assert not isinstance(found, Problem)
        assert (found is not None) == (b"\npublished: true" in written and b"\nremoved: true" not in written)
        assert number % 40 or found == read_whole(written, path.name)
