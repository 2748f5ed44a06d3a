"""The block of related articles, cut where it is sure to be one, and left alone everywhere else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.reading.bounded_yaml import Limits, YamlError, parse
from digests.reading.related_block import cut

HEAD = '---\ncategory: news\ntitle: "A"'
ITEM = """\
  - title: "One \\"or\\" two § \\u2026"
    excerpt: "Ends \\\\"
    publishedDateTime: 2021-03-17T01:39:00Z
    webUrl: "https://a.example/one?x=1#y"
    ampWebUrl: "https://a.example/amp"
    type: article
    provider:
      name: Señor's [News]
      domain: a.example
    quality: -14
    images:
      - url: "https://a.example/1.jpg"
        width: 480
        height: 380
        isCached: true
      - url: ""
        width: 1
        height: 1
"""
TAIL = 'secured: "x"\n---\n'


def file(item: str = ITEM, head: str = HEAD, gap: str = "\n", tail: str = TAIL) -> bytes:
    return f"{head}\nrelated:\n{item}{gap}{tail}".encode()


def front(data: bytes) -> object:
    return parse(data.decode().removesuffix("---\n")).value


@pytest.mark.parametrize("gap", ["", "\n"])
def test_a_block_as_the_publisher_writes_it_is_cut(gap: str) -> None:
    short = cut(file(ITEM * 3, gap=gap))

    assert short is not None
    assert short.data == f"{HEAD}\nrelated:\n{gap}{TAIL}".encode()
    assert short.data[short.start :].startswith(b"related:\n")
    assert short.length == len((ITEM * 3).encode())


def test_a_block_at_the_front_matters_end_is_cut() -> None:
    assert cut(file(tail="---\n", gap="")) is not None


def test_a_byte_order_mark_does_not_matter() -> None:
    assert cut(b"\xef\xbb\xbf" + file()) is not None


def test_the_events_that_were_saved_are_never_too_few() -> None:
    item = ITEM.replace('"https://a.example/1.jpg"', '""').replace("Señor's [News]", "a").replace("article", "a")
    short = cut(file(item))

    assert short is not None
    with pytest.raises(YamlError, match="keys and values"):
        parse(short.data.decode().removesuffix("---\n"), Limits(events=1))
    parse(file(item).decode().removesuffix("---\n"), Limits(events=short.events + 20))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("webUrl", "link"),
        ("    type: article\n", ""),
        ("    type: article\n", "    type: article\n    type: article\n"),
        ("ampWebUrl", "webUrl"),
        ("title: ", "title: &a "),
        ("title: ", "title: !t "),
        ('"Ends \\\\"', "*a"),
        ('"Ends \\\\"', '"Ends \\"'),
        ('"Ends \\\\"', '"Ends \\q"'),
        ('"Ends \\\\"', '"Ends \\u0000"'),
        ('"Ends \\\\"', '"Ends \\uD83D\\uDE00"'),
        ('"Ends \\\\"', '"Ends \\u12"'),
        ('"Ends \\\\"', "|\n      Ends"),
        ('"Ends \\\\"', '"Ends'),
        ('"Ends \\\\"', '"Ends\x07"'),
        ('"Ends \\\\"', '"Ends\x85"'),
        ('"Ends \\\\"', '"Ends\x9b"'),
        ('"Ends \\\\"', '"Ends\u2028"'),
        ('"Ends \\\\"', '"Ends\ufeff"'),
        ('"Ends \\\\"', '"Ends\uffff"'),
        ('"Ends \\\\"', f'"{"x" * 16_384}"'),
        ("Señor", "'Señor"),
        ("Señor", "Señor: "),
        ("Señor", "Señor #"),
        ("Señor", "Señor\u2028"),
        ("-14", "1.5"),
        ("-14", "9" * 5000),
        ("03-17T", "03-17"),
        ("  - title", " - title"),
        ("    excerpt", "\texcerpt"),
        ("        width: 480\n", "        width: 480\n\n"),
    ],
)
def test_a_block_of_any_other_shape_is_not(old: str, new: str) -> None:
    assert old in ITEM
    assert cut(file(ITEM.replace(old, new, 1))) is None


@pytest.mark.parametrize(
    "stray", [b"\xff", b"\xc2", b"\xc0\x80", b"\xe0\x80\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80"]
)
def test_a_block_that_is_no_utf_8_is_not(stray: bytes) -> None:
    assert cut(file().replace(b"One", b"One" + stray)) is None


@pytest.mark.parametrize("tail", ["- a\n---\n", "  - a\n---\n", "# said\n---\n", ": a\n---\n", ""])
def test_a_block_with_anything_but_a_key_or_the_end_behind_it_is_not(tail: str) -> None:
    assert cut(file(tail=tail)) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"---\ntitle: A\n---\n",
        file(head="title: A"),
        file(head="--- {title: A,"),
        file(head="---\n{title: A,"),
        file(head="---\n- title: A"),
        file().replace(b"\n", b"\r\n"),
    ],
)
def test_a_file_that_may_mean_something_else_is_not(data: bytes) -> None:
    assert cut(data) is None


def test_a_hostile_block_takes_no_more_time_than_a_good_one() -> None:
    assert cut(file(ITEM * 1000 + ITEM.replace("height: 1\n", "height: x\n"))) is None
    assert cut(file('  - title: "' + "\\u0020" * 80_000 + '"\n')) is None


@settings(max_examples=150)
@given(st.text(max_size=30))
def test_a_text_that_is_cut_is_one_that_yaml_reads(text: str) -> None:
    item = ITEM.replace("One", text)
    short = cut(file(item))

    if short is not None:
        found = front(file(item))
        assert isinstance(found, dict)
        assert front(short.data) == {**found, "related": None}
