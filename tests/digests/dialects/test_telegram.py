"""Telegram's dialect, before TDLib."""

import pytest
from hypothesis import given

from digests.dialects.markup import MarkupError
from digests.dialects.telegram import Telegram
from tests.digests.hostile import texts
from tests.judges import telegram

DIALECT = Telegram()


def sent(*rendered: str) -> telegram.Parsed:
    """What Telegram shows of parts."""
    message = DIALECT.message([DIALECT.part(one) for one in rendered], link_previews=False)
    assert telegram.faults(message.payload) == []
    parsed = telegram.verdict(message.payload["text"])
    assert isinstance(parsed, telegram.Parsed)
    return parsed


@given(texts)
def test_nothing_in_a_text_becomes_tappable(text: str) -> None:
    assert telegram.live(DIALECT.text(text)) == ()


def test_a_text_reads_as_before() -> None:
    text = "and/or, $100, 3.5 million, C# and 50 % at 9:30"
    assert DIALECT.text(text) == text


def test_a_leading_command_can_be_tapped_where_it_is_ours() -> None:
    assert [entity.text for entity in telegram.live(DIALECT.text("/latest or /stop", commands=True))] == ["/latest"]
    assert telegram.live(DIALECT.text("see /latest", commands=True)) == ()


def test_every_tag_of_the_dialect_is_one_that_telegram_takes() -> None:
    written = (
        "<b>1</b><i>2</i><u>3</u><s>4</s><code>5</code><pre>6</pre><tg-spoiler>7</tg-spoiler>"
        '<blockquote>8</blockquote><blockquote expandable>9</blockquote><a href="https://example.com">10</a>'
    )
    assert [entity.kind for entity in sent(written).entities] == [
        *("Bold", "Italic", "Underline", "Strikethrough", "Code", "Pre", "Spoiler"),
        *("BlockQuote", "ExpandableBlockQuote", "TextUrl"),
    ]


@pytest.mark.parametrize("address", ["", "javascript:alert(1)", "http://localhost/", "tg://user?id=1"])
def test_a_link_that_cannot_be_tapped_is_only_its_text(address: str) -> None:
    assert sent(f'<a href="{address}">evil.com</a> <a>x</a>').entities == ()


def test_a_part_costs_what_telegram_counts() -> None:
    part = DIALECT.part('<b>🔥 &amp;</b> <i></i><a href="https://example.com">x</a>')
    assert part.cost == (6, 3, len(part.content.encode()))


def test_a_part_that_shows_nothing_is_empty() -> None:
    part = DIALECT.part("<b> </b>\n")
    assert (part.content, part.cost) == ("", (0, 0, 0))


def test_a_tag_that_telegram_has_not_is_refused() -> None:
    with pytest.raises(MarkupError, match="'<h1>' is not a tag"):
        DIALECT.part("<h1>News</h1>")


def test_parts_stand_apart_by_a_blank_line() -> None:
    assert sent("one", "<b>two</b>").text == "one\n\ntwo"


def test_costs_and_gaps_add_up_to_what_telegram_counts() -> None:
    parts = [DIALECT.part("🔥<b>one</b>"), DIALECT.part("two")]
    assert sent("🔥<b>one</b>", "two").text == "🔥one\n\ntwo"
    assert sum(part.cost[0] for part in parts) + DIALECT.gap[0] == DIALECT.length("🔥one\n\ntwo") == 10


def test_link_previews_are_a_switch() -> None:
    payloads = [DIALECT.message([DIALECT.part("x")], link_previews=on).payload for on in (False, True)]
    assert [payload["link_preview_options"] for payload in payloads] == [{"is_disabled": True}, {"is_disabled": False}]
