"""The stand-in reads HTML as TDLib does, to the letter of its complaints."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.sandbox.telegram.entities import MarkupError
from bot.sandbox.telegram.html import parse_html
from bot.sandbox.telegram.links import checked_link
from tests.judges.telegram import Parsed, Refused, verdict
from tests.long import telegram_html

PIECES = [
    *[
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "<pre>",
        "</pre>",
        "</code>",
        "<code class='language-x'>",
        "</a>",
        "</span>",
        "</>",
    ],
    *["<a href='http://x.y/'>", '<a href="a&amp;b.c">', "<a href=", "<a href=x.y>", "<b", "<br>", "<", "</", ">", "/"],
    *["<span class='tg-spoiler'>", "<span>", "<blockquote expandable>", "</blockquote>", "=", "'", '"', "-", ".", "\n"],
    *["&", "&lt;", "&gt", "&amp;", "&quot;", "&#39;", "&#x27;", "&#0;", "&#1114110;", "&#x10fffe;", "&#00000065;"],
    *["&nbsp;", "x", " ", "é", "😀", "a", "href"],
]


@settings(max_examples=1500)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join))
@example("<a href")
@example("<a href=")
@example("<a href=x")
@example("<a href='x")
@example("<a href='x'")
@example("<a href='x' ")
@example("<b a/>x</b>")
@example("<b =>x</b>")
@example("<b>x</b")
@example("<b>x</b >")
def test_it_agrees_with_tdlib(html: str) -> None:
    assert _ours(html) == _judged(html)


def test_two_thousand_made_up_texts_are_read_as_by_tdlib_entities_and_all() -> None:
    assert telegram_html.differences(2000, seed=1) == []


def _ours(html: str) -> str:
    try:
        return f"shows {parse_html(html).text}"
    except MarkupError as fault:
        return f"Can't parse entities: {fault}"


def _judged(html: str) -> str:
    judged = verdict(html)
    return judged.reason if isinstance(judged, Refused) else f"shows {judged.text}"


@pytest.mark.parametrize(
    ("html", "entity"),
    [
        ("<b>x</b>", {"type": "bold", "offset": 0, "length": 1}),
        ("😀<i>😀</i>", {"type": "italic", "offset": 2, "length": 2}),
        ("<blockquote>x</blockquote>", {"type": "blockquote", "offset": 0, "length": 1}),
        ("<blockquote expandable>x</blockquote>", {"type": "expandable_blockquote", "offset": 0, "length": 1}),
        (
            "<a href='https://a.b/?c&amp;d'>x</a>",
            {"type": "text_link", "offset": 0, "length": 1, "url": "https://a.b/?c&d"},
        ),
        ("<a href=''>a.b</a>", {"type": "text_link", "offset": 0, "length": 3, "url": "http://a.b/"}),
        ('<span class="tg-spoiler">x</span>', {"type": "spoiler", "offset": 0, "length": 1}),
    ],
)
def test_an_element_makes_an_entity_in_utf_16_units(html: str, entity: dict[str, object]) -> None:
    assert parse_html(html).entities == (entity,)


@pytest.mark.parametrize(
    "html", ["<b></b>", "<a href='javascript:alert(1)'>x</a>", "<a href='http://localhost/'>x</a>"]
)
def test_an_empty_element_and_a_bad_link_make_none(html: str) -> None:
    assert parse_html(html).entities == ()


def test_entities_come_in_order_of_appearance_the_outer_first() -> None:
    kinds = [entity["type"] for entity in parse_html("<b><i>x</i>y</b><u>z</u>").entities]

    assert kinds == ["bold", "italic", "underline"]


@pytest.mark.parametrize(
    "url",
    [
        "http://x.y",
        "https://a.b/c?d=e",
        "x.y",
        "tg://user?id=1",
        "ton://x",
        "http://1.2.3.4/",
        "HTTP://X.Y",
        "http://x.y:80/",
    ],
)
def test_a_link_that_telegram_keeps(url: str) -> None:
    assert checked_link(url) is not None
    assert isinstance(verdict(f"<a href='{url}'>x</a>"), Parsed)
    assert len(_links(url)) == 1


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "tel:+1",
        "ftp://x.y",
        "/rel",
        "localhost",
        "http://localhost/",
        "http://x y.z",
        "http://[",
    ],
)
def test_a_link_that_telegram_drops(url: str) -> None:
    assert checked_link(url) is None
    assert _links(url) == ()


def _links(url: str) -> tuple[object, ...]:
    judged = verdict(f"<a href='{url}'>x</a>")
    assert isinstance(judged, Parsed)
    return judged.entities


@pytest.mark.parametrize(
    "html",
    [
        "<pre><code class='language-py'>x</code></pre>",
        "<code class='language-py'>x</code>",
        "<a href='tg://user?id=7'>x</a>",
        "<a href='tg://user?id=0'>x</a>",
        "<a href='tg://http://x'>x</a>",
        "<a href='tg://a.b'>x</a>",
        "<a href='tg://[::1]'>x</a>",
        "<a href='ton:x/?y'>x</a>",
        "<a href='http://[::1]/'>x</a>",
        "<a href='http://[::g]/'>x</a>",
        "<a href='http://a b@x.y/'>x</a>",
        "<a href='http://x.y:080/'>x</a>",
        "<a href='http://x.y:65536/'>x</a>",
        "<a href='x.y/a b\n'>x</a>",
        "<tg-emoji emoji-id='5'>x</tg-emoji>",
        "<tg-emoji>x</tg-emoji>",
        "<tg-time unix='5' format='wDT'>x</tg-time>",
        "<tg-time unix='5' format='?'>x</tg-time>",
        "<tg-time unix='0'>x</tg-time>",
        "&#xd800;",
    ],
)
def test_what_is_rare_is_read_as_by_tdlib_too(html: str) -> None:
    assert telegram_html.ours(html) == telegram_html.theirs(html)
