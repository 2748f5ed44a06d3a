"""One YAML document, within limits: what it means, where it says so, and what is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.reading.bounded_yaml import Limits, YamlError, parse

CONFIG = """\
archive: {path: ./archive}

digests:
  morning:
    at:
      - "09:00"
      - 10:00
    limit: 5
"""


def refusal(text: str, limits: Limits | None = None) -> tuple[str, int | None]:
    with pytest.raises(YamlError) as caught:
        parse(text, limits or Limits())
    return caught.value.reason, caught.value.line


def test_lists_and_mappings_become_pythons_own() -> None:
    assert parse(CONFIG).value == {
        "archive": {"path": "./archive"},
        "digests": {"morning": {"at": ["09:00", "10:00"], "limit": 5}},
    }


def test_a_quoted_value_is_a_text_and_a_plain_one_has_its_meaning() -> None:
    assert parse("[true, 'true', \"12\", 12, null, '']").value == [True, "true", "12", 12, None, ""]


def test_keys_are_texts_as_written() -> None:
    assert parse("1: a\ntrue: b\non: c\nnull: d").value == {"1": "a", "true": "b", "on": "c", "null": "d"}


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n", "---\n", "null"])
def test_a_document_may_be_empty(text: str) -> None:
    assert parse(text).value is None


def test_a_document_may_be_a_single_value() -> None:
    assert parse("three words long").value == "three words long"


@pytest.mark.parametrize(
    ("path", "key_line", "line"),
    [
        ((), 1, 1),
        (("archive",), 1, 1),
        (("archive", "path"), 1, 1),
        (("digests",), 3, 4),
        (("digests", "morning", "at"), 5, 6),
        (("digests", "morning", "at", 1), 7, 7),
        (("digests", "morning", "limit"), 8, 8),
    ],
)
def test_a_value_is_found_by_its_path(path: tuple[str | int, ...], key_line: int, line: int) -> None:
    document = parse(CONFIG)

    assert (document.key_line(path), document.line(path)) == (key_line, line)


def test_what_is_missing_is_found_at_its_nearest_ancestor() -> None:
    document = parse(CONFIG)

    assert document.key_line(("digests", "morning", "window", 3)) == 4
    assert document.line(("digests", "morning", "at", 9)) == 6
    assert document.line(("archive", "path", "further")) == 1


def test_a_key_is_found_by_the_characters_before_it() -> None:
    document = parse('é: "😀\u2028"\nb: {c: 1}')

    assert [document.key_offset(path) for path in (("é",), ("b",), ("b", "c"))] == [0, 8, 12]
    assert parse("").key_offset(("b",)) is None


def test_nothing_stands_anywhere_in_an_empty_document() -> None:
    assert parse("").line(()) is None
    assert parse("").key_line(("digests",)) is None


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("a: 1\nb: *x", "alias '*x'", 2),
        ("a: &x 1", "anchor '&x'", 1),
        ("a: &x [1]", "anchor '&x'", 1),
        ("a: !!int foo", "tag 'tag:yaml.org,2002:int'", 1),
        ("a: !!set {}", "tag 'tag:yaml.org,2002:set'", 1),
        ("a: !strange x", "tag '!strange'", 1),
        ("a: 1\n<<: {b: 2}", "merge key '<<'", 2),
        ("a: 1\n? [b]\n: 2", "key that is no text", 2),
        ("? {b: 1}\n: 2", "key that is no text", 1),
        ("published: false\nb: 1\npublished: true", "second key 'published', first at line 1", 3),
        ("a: 1\n---\nb: 2", "second document", 2),
        ("a: 1\nb: \0", "character U+0000", 2),
        ('a: "\\0"', "character U+0000", 1),
        ("a: \ud83d", "character U+D83D", 1),
        ("a: 1\nb: " + "9" * 200, "number of 200 characters, at most 100", 2),
        ("a: [1, 2\nb: 3", "did not find expected ',' or ']' while parsing a flow sequence that starts at line 1", 2),
        ("a: @b", "found character that cannot start any token while scanning for the next token", 1),
        ('a: "b', "found unexpected end of stream while scanning a quoted scalar", 1),
        ('"\\ud83d"', "found invalid Unicode character escape code while parsing a quoted scalar", 1),
        ("a: b: c", "mapping values are not allowed in this context", 1),
    ],
)
def test_what_is_refused_is_said_with_its_line(text: str, reason: str, line: int) -> None:
    assert refusal(text) == (reason, line)


def test_a_quoted_merge_key_is_a_key_like_any_other() -> None:
    assert parse("'<<': 1").value == {"<<": 1}


@pytest.mark.parametrize("opening", ["[", "- ", "[\n", "{a: ", "? ", "[{a: "])
def test_nesting_that_kills_other_loaders_is_refused(opening: str) -> None:
    reason, line = refusal(opening * 50_000)

    assert reason in {"nesting deeper than 16", "key that is no text"}
    assert line is not None


def test_nesting_up_to_the_limit_is_read() -> None:
    assert parse("[" * 16 + "]" * 16).value is not None


@pytest.mark.parametrize(
    ("limits", "reason", "line"),
    [
        (Limits(size=9), "10 characters, at most 9", None),
        (Limits(depth=1), "nesting deeper than 1", 2),
        (Limits(scalar=2), "value of 3 characters, at most 2", 2),
        (Limits(events=4), "more than 4 keys and values", None),
    ],
)
def test_each_limit_holds(limits: Limits, reason: str, line: int | None) -> None:
    assert refusal("a:\n  bcd: ", limits) == (reason, line)


def test_a_billion_laughs_end_with_the_first() -> None:
    laughs = 'a: &a ["lol"]\n' + "".join(
        f"{x}: &{x} [*{y},*{y}]\n" for x, y in zip("bcdefghij", "abcdefghi", strict=True)
    )

    assert refusal(laughs) == ("anchor '&a'", 1)


def test_the_error_tells_its_line_to_whoever_prints_it() -> None:
    assert str(YamlError("second document", 7)) == "line 7: second document"
    assert str(YamlError("second document", None)) == "second document"


PIECES = st.sampled_from(
    [
        *"[]{}:,-?&*!|>'\"%@`#~ \n\t\\.0",
        "a",
        "b: ",
        "- ",
        "\n  ",
        "---\n",
        "<<: ",
        "\x85",
        "\u2028",
        "\ud800",
        "\ufeff",
        "é",
        "!!int ",
        "%TAG ! x\n",
    ]
)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        line = parse(text, Limits(depth=3)).line(())
    except YamlError as error:
        line = error.line

    assert line is None or 1 <= line <= len(text) + 1
