"""The small HTML of templates: read as written, or refused with the piece that is wrong."""

import pytest

from digests.dialects.markup import Element, MarkupError, elements, parse, plain

NONE: frozenset[str] = frozenset()
TAGS = {"a": frozenset({"href"}), "b": NONE, "i": NONE, "u": NONE, "s": NONE, "hr": NONE}


def test_text_and_tags_become_a_tree() -> None:
    assert parse("a <b>b<i>c</i></b>", TAGS) == (
        "a ",
        Element("b", {}, ("b", Element("i", {}, ("c",)))),
    )


def test_escaped_text_is_plain_in_the_tree() -> None:
    assert parse("R&amp;D &lt;b&gt; &#39;x&#34; &nbsp;AT&T >", TAGS) == ("R&D <b> 'x\" \u00a0AT&T >",)


@pytest.mark.parametrize("written", ['<a href="x&amp;y">z</a>', "<a  href='x&amp;y' >z</a >"])
def test_attributes_are_read_in_either_quotes(written: str) -> None:
    assert parse(written, TAGS) == (Element("a", {"href": "x&y"}, ("z",)),)


def test_tags_of_the_same_meaning_are_one_tag() -> None:
    found = parse("<strong>1</strong><em>2</em><ins>3</ins><strike>4</strike><del>5</del>", TAGS)
    assert [element.tag for element in elements(found)] == ["b", "i", "u", "s", "s"]


def test_a_rule_has_no_end() -> None:
    assert parse("a<hr>b", TAGS) == ("a", Element("hr", {}, ()), "b")


def test_the_text_alone_is_what_is_read() -> None:
    assert plain(parse("a<b>b<i>c</i></b>d", TAGS)) == "abcd"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a<br>b", "'<br>' is not a tag that may be used here"),
        ("I <3 you", "'<3 you' is no tag"),
        ("<B>x</B>", "'<B>x</B>' is no tag"),
        ("<b>x", "'<b>' is not closed"),
        ("x</b>", "'</b>' closes what is not open"),
        ("<b><i>x</b></i>", "'</b>' closes what is not open"),
        ('<b onclick="x">y</b>', "'<b onclick=\"x\">' has the attribute 'onclick' that it may not have"),
        ("<b>" * 17, "'<b>' is nested more than 16 deep"),
    ],
)
def test_anything_else_is_refused(text: str, message: str) -> None:
    with pytest.raises(MarkupError) as refused:
        parse(text, TAGS)
    assert str(refused.value) == message
    assert refused.value.token in text
