"""Slack's dialect, before its three judges."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given

from digests.dialects.markup import MarkupError
from digests.dialects.slack import Slack
from tests.digests.hostile import texts
from tests.judges import slack

DIALECT = Slack()


def sent(*rendered: str) -> Mapping[str, Any]:
    """The payload that parts become, once the judges took it."""
    payload = DIALECT.message([DIALECT.part(one) for one in rendered], link_previews=False).payload
    assert slack.faults(payload) == []
    return payload


def rich(*sections: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(sections)}


def section(*pieces: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(pieces)}


def text(words: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": words} | ({"style": style} if style else {})


def test_inline_tags_become_styles_and_links() -> None:
    written = 'a <b>b <a href="https://example.com">c</a></b> <i>d</i> <u>e</u> <s>f</s> <code>g</code>'
    link = {"type": "link", "url": "https://example.com/", "text": "c", "style": {"bold": True}}
    pieces = [text("a "), text("b ", bold=True), link, text(" "), text("d", italic=True), text(" ")]
    pieces += [text("e", underline=True), text(" "), text("f", strike=True), text(" "), text("g", code=True)]
    assert sent(written)["blocks"] == [rich(section(*pieces))]


def test_headings_small_print_and_rules_are_blocks_of_their_own() -> None:
    assert sent("<h1>News</h1>\n<small>today</small>\n<hr>\n<b>x</b>\n")["blocks"] == [
        {"type": "header", "text": {"type": "plain_text", "text": "News"}},
        {"type": "context", "elements": [{"type": "plain_text", "text": "today"}]},
        {"type": "divider"},
        rich(section(text("x", bold=True))),
    ]


def test_quotes_and_preformatted_text_stay_within_their_rich_text() -> None:
    assert sent("a\n<blockquote>b <i>c</i></blockquote>\n<pre>d</pre>\n")["blocks"] == [
        rich(
            section(text("a")),
            {"type": "rich_text_quote", "elements": [text("b "), text("c", italic=True)]},
            {"type": "rich_text_preformatted", "elements": [text("d")]},
        )
    ]


def test_a_link_that_cannot_be_tapped_is_only_its_text() -> None:
    assert sent('<a href="javascript:alert(1)">x</a>')["blocks"] == [rich(section(text("x")))]


@pytest.mark.parametrize(
    "written", ["", " \n", "<b> </b>", "<h1> </h1>", "<small></small>", "<blockquote></blockquote>"]
)
def test_a_part_that_shows_nothing_is_empty(written: str) -> None:
    part = DIALECT.part(written)
    assert (part.content, part.cost) == ((), (0, 0))


def test_a_heading_too_long_for_its_block_is_bold_text() -> None:
    assert sent(f"<h1>{'x' * 151}</h1>")["blocks"] == [rich(section(text("x" * 151, bold=True)))]


def test_small_print_too_long_for_its_block_is_plain_text() -> None:
    assert sent(f"<small>{'x' * 2001}</small>")["blocks"] == [rich(section(text("x" * 1500), text("x" * 501)))]


def test_a_long_text_is_told_in_pieces() -> None:
    pieces = sent("🔥" * 4000)["blocks"][0]["elements"][0]["elements"]
    assert "".join(piece["text"] for piece in pieces) == "🔥" * 4000


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("<h1>a <b>b</b></h1>", "'<b' stands in <h1>, which takes text only"),
        ("<b><small>x</small></b>", "'<small' stands inside another tag"),
        ("<blockquote><pre>x</pre></blockquote>", "'<pre' stands inside another tag"),
        ("<tg-spoiler>x</tg-spoiler>", "'<tg-spoiler>' is not a tag that may be used here"),
    ],
)
def test_what_slack_has_no_block_for_is_refused(written: str, message: str) -> None:
    with pytest.raises(MarkupError) as refused:
        DIALECT.part(written)
    assert str(refused.value) == message


def test_a_part_costs_blocks_and_every_character_in_them() -> None:
    part = DIALECT.part('<h1>News</h1><a href="https://a.de">🔥</a>')
    assert part.cost == (2, len("News") + len("https://a.de/") + 2)


def test_the_fallback_has_the_text_without_the_addresses_or_anything_live() -> None:
    payload = sent("<h1>R&amp;D</h1>", '<hr><a href="https://a.de">one</a>\n\n&lt;!channel&gt; @here<pre>two</pre>')
    assert payload["text"] == "R&amp;D\none\n&lt;!channel&gt; @\u2060heretwo"


def test_the_fallback_holds_as_many_lines_as_a_text_may() -> None:
    payload = sent(*["&amp;" * 600] * 9)
    assert payload["text"] == "&amp;" * 499 + "…"


@given(texts)
def test_any_text_is_only_text(value: str) -> None:
    cleaned = DIALECT.text(value)
    escaped = cleaned.replace("&", "&amp;").replace("<", "&lt;")
    part = DIALECT.part(f"x{escaped}x")
    assert "".join(piece["text"] for piece in part.content[0]["elements"][0]["elements"]) == f"x{cleaned}x"


def test_link_previews_are_a_switch() -> None:
    payload = DIALECT.message([DIALECT.part("x")], link_previews=True).payload
    assert (payload["unfurl_links"], payload["unfurl_media"]) == (True, True)
    assert (sent("x")["unfurl_links"], sent("x")["unfurl_media"]) == (False, False)


def test_lengths_are_counted_in_utf_16_units() -> None:
    assert DIALECT.length("🔥") == 2
