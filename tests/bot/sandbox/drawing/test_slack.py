"""Blocks are drawn as Slack's app shows them."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.drawing.slack import day, post
from tests.bot.sandbox.drawing.hostile import ATTACKS, json_with, plain, texts
from tests.bot.sandbox.drawing.reading import named, of, only, read

KINDS = [
    "header", "section", "context", "divider", "actions", "image", "rich_text", "markdown", "table", "mrkdwn",
    "plain_text", "button", "static_select", "rich_text_section", "rich_text_list", "rich_text_quote",
    "rich_text_preformatted", "text", "link", "emoji", "user", "channel", "broadcast", "color", "date",
]  # fmt: skip
KEYS = [
    "text", "elements", "fields", "accessory", "options", "option_groups", "placeholder", "label", "value", "url",
    "style", "indent", "offset", "name", "unicode", "alt_text", "title", "emoji", "initial_option", "timestamp",
    "action_id", "bold", "code", "user_id", "fallback",
]  # fmt: skip


def a_message(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = {"type": "message", "user": "U0BOT", "bot_id": "B0", "channel": "C1", "ts": "1768467900.000100", "text": ""}
    return {**told, "blocks": list(blocks), **more}


def plain_text(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, **more}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def rich(*pieces: dict[str, Any], kind: str = "rich_text_section", **more: Any) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(pieces), **more}]}


def said(text: str) -> str:
    """The inside of a message that is only text."""
    fragment = post(a_message(text=text))
    read(fragment)
    return fragment.partition('<div class="sl-text" dir="auto">')[2].partition("</div>")[0]


def test_an_app_s_message_has_its_name_its_badge_and_its_time() -> None:
    fragment = post(a_message(text="hello"))

    assert only(fragment, "sl-head").text == "HeatwireAPP9:05 AM"
    assert only(fragment, "sl-avatar").attributes["data-initial"] == "H"
    assert only(fragment, "sl-content").text == "hello"


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ({"username": "News"}, "NewsAPP"),
        ({"bot_profile": {"name": "Wire"}}, "WireAPP"),
        ({"bot_id": None, "user": "U1", "user_profile": {"real_name": "Ada"}}, "Ada"),
        ({"bot_id": None, "user": "U1"}, "U1"),
    ],
)
def test_whoever_wrote_it_is_named(author: dict[str, Any], name: str) -> None:
    message = {key: value for key, value in a_message(ts="", **author).items() if value is not None}

    assert only(post(message), "sl-head").text == name


@pytest.mark.parametrize(
    ("zone", "time"), [("UTC", "9:05 AM"), ("Asia/Tokyo", "6:05 PM"), ("America/Los_Angeles", "1:05 AM")]
)
def test_clocks_are_those_of_a_zone(zone: str, time: str) -> None:
    assert only(post(a_message(), ZoneInfo(zone)), "sl-time").text == time


def test_an_edited_message_says_so() -> None:
    assert only(post(a_message(edited={"user": "U0BOT", "ts": "2.0"})), "sl-edited").text == "(edited)"


@pytest.mark.parametrize("how", [{"response_type": "ephemeral"}, {"is_ephemeral": True}, {"ephemeral": True}])
def test_what_one_person_sees_says_so(how: dict[str, Any]) -> None:
    assert only(post(a_message(**how)), "sl-hint").text == "Only visible to you"


def test_a_reply_is_set_in() -> None:
    assert "sl-reply" in only(post(a_message(thread_ts="1.0")), "sl-message").css
    assert "sl-reply" not in only(post(a_message(thread_ts="1768467900.000100")), "sl-message").css


def test_a_message_says_where_it_stands() -> None:
    place = only(post(a_message(thread_ts="1.0")), "sl-message").attributes

    assert (place["data-channel"], place["data-ts"], place["data-thread"]) == ("C1", "1768467900.000100", "1.0")


def test_blocks_are_shown_instead_of_the_text() -> None:
    assert only(post(a_message({"type": "divider"}, text="fallback")), "sl-content").text == ""


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a *few* words", "a <b>few</b> words"),
        ("_it_ ~st~", "<i>it</i> <s>st</s>"),
        ("*a _b ~c~_*", "<b>a <i>b <s>c</s></i></b>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("* no * _ no _", "* no * _ no _"),
        ("*a *b* c*", "*a <b>b</b> c*"),
        ("`*x* &lt;`", '<code class="sl-code">*x* &lt;</code>'),
        ("a ```\nx\ny\n``` b", 'a <code class="sl-pre">x\ny</code> b'),
        ("&lt;b&gt; &amp;amp; & <", "&lt;b&gt; &amp;amp; &amp; &lt;"),
        (":fire: :no_such: 10:30:20", "🔥 :no_such: 10:30:20"),
        ("a\n> b\n&gt;c\nd", 'a\n<blockquote class="sl-quote">b\nc</blockquote>d'),
        ("&gt; *b*", '<blockquote class="sl-quote"><b>b</b></blockquote>'),
        ("<@U1> <#C1|news> <!here>", "@U1 #news @here"),
        ("<!date^1^{date}|today> <!subteam^S1>", "today @subteam"),
        ("<javascript:x|y> <nobody>", "y nobody"),
    ],
)
def test_mrkdwn_is_read_as_slack_reads_it(text: str, html: str) -> None:
    strip = ('<span class="sl-mention">', '<span class="sl-link">', "</span>")
    found = said(text)
    for one in strip:
        found = found.replace(one, "")

    assert found == html


@pytest.mark.parametrize(
    ("text", "label", "address"),
    [
        ("<https://a.example/?a=1&amp;b=2|here>", "here", "https://a.example/?a=1&b=2"),
        ("<http://a.example>", "http://a.example", "http://a.example"),
    ],
)
def test_a_link_leads_there(text: str, label: str, address: str) -> None:
    link = only(post(a_message(text=text)), "sl-link")

    assert (link.text, link.attributes["href"]) == (label, address)


def test_a_header_shows_its_emoji() -> None:
    assert only(post(a_message({"type": "header", "text": plain_text("Hot :fire:")})), "sl-header").text == "Hot 🔥"


def test_emoji_can_be_off() -> None:
    assert named(post(a_message({"type": "header", "text": plain_text(":fire:", emoji=False)})), "h3") == [":fire:"]


def test_a_section_has_text_fields_and_something_beside() -> None:
    button = {"type": "button", "action_id": "a", "text": plain_text("Open"), "value": "v"}
    section = {"type": "section", "text": mrkdwn("*t*"), "fields": [mrkdwn("f"), plain_text("g")], "accessory": button}
    fragment = post(a_message(section))

    assert named(fragment, "b") == ["Heatwire", "t"]
    assert [one.text for one in of(fragment, "sl-field")] == ["f", "g"]
    assert only(fragment, "sl-accessory").text == "Open"


def test_small_print_is_text_and_pictures() -> None:
    context = {"type": "context", "elements": [mrkdwn("_a_"), {"type": "image", "alt_text": "logo", "image_url": "x"}]}
    fragment = post(a_message(context))

    assert only(fragment, "sl-context").text == "alogo"
    assert only(fragment, "sl-image").text == "logo"


def test_a_picture_is_its_description() -> None:
    image = {"type": "image", "alt_text": "a chart", "image_url": "https://a.example/x.png", "title": plain_text("T")}
    fragment = post(a_message(image, {"type": "image", "alt_text": "b"}))

    assert [one.text for one in of(fragment, "sl-figure")] == ["Ta chart", "b"]
    assert "a.example" not in fragment


def test_buttons_say_what_pressing_them_means() -> None:
    elements = [
        {"type": "button", "action_id": "b0", "text": plain_text("AI"), "value": "topic ai"},
        {"type": "button", "action_id": "b1", "text": plain_text("Go"), "style": "primary"},
        {"type": "button", "action_id": "b2", "text": plain_text("No"), "style": "odd"},
        {"type": "button", "action_id": "b3", "text": plain_text("Web"), "url": "https://a.example"},
        {"type": "image", "alt_text": "i"},
        {"type": "datepicker"},
    ]
    fragment = post(a_message({"type": "actions", "elements": elements}))
    first, second, third, fourth = of(fragment, "sl-button")

    assert (
        first.attributes.items()
        >= {
            "data-channel": "C1",
            "data-ts": "1768467900.000100",
            "data-action": "b0",
            "data-value": "topic ai",
        }.items()
    )
    assert second.css == ["sl-button", "sl-primary"]
    assert third.css == ["sl-button"]
    assert (fourth.name, fourth.attributes["href"]) == ("a", "https://a.example")
    assert only(fragment, "sl-unknown").text == "datepicker"


def test_a_menu_has_its_options() -> None:
    options = [{"text": plain_text(name), "value": name.lower()} for name in ("AI", "Space")]
    menu = {"type": "static_select", "action_id": "m", "placeholder": plain_text("Topics"), "options": options}
    fragment = post(a_message({"type": "actions", "elements": [{**menu, "initial_option": options[1]}]}))

    assert only(fragment, "sl-select").attributes["data-action"] == "m"
    found = [(one.text, one.attributes["value"]) for one in read(fragment) if one.name == "option"]
    assert found == [("Topics", ""), ("AI", "ai"), ("Space", "space")]
    assert [one.text for one in read(fragment) if "selected" in one.attributes] == ["Space"]


def test_a_menu_s_options_come_in_groups() -> None:
    groups = [{"label": plain_text("Science"), "options": [{"text": plain_text("Space"), "value": "space"}]}]
    menu = {"type": "static_select", "action_id": "m", "option_groups": groups}
    [group] = [one for one in read(post(a_message({"type": "actions", "elements": [menu]}))) if one.name == "optgroup"]

    assert (group.attributes["label"], group.text) == ("Science", "Space")


@pytest.mark.parametrize(
    ("piece", "html"),
    [
        ({"type": "text", "text": "*x* <b>"}, "*x* &lt;b&gt;"),
        ({"type": "text", "text": "x", "style": {"bold": True, "italic": True}}, "<i><b>x</b></i>"),
        ({"type": "text", "text": "x", "style": {"strike": True}}, "<s>x</s>"),
        ({"type": "text", "text": "x", "style": {"underline": True}}, "<u>x</u>"),
        ({"type": "text", "text": "x", "style": {"code": True}}, '<code class="sl-code">x</code>'),
        ({"type": "link", "url": "javascript:x", "text": "y"}, '<span class="sl-link">y</span>'),
        ({"type": "emoji", "name": "no_such", "unicode": "1f525"}, "🔥"),
        ({"type": "emoji", "name": "tada"}, "🎉"),
        ({"type": "emoji", "name": "no_such", "unicode": "ffffff"}, ":no_such:"),
        ({"type": "user", "user_id": "U1"}, '<span class="sl-mention">@U1</span>'),
        ({"type": "channel", "channel_id": "C1"}, '<span class="sl-mention">#C1</span>'),
        ({"type": "broadcast", "range": "here"}, '<span class="sl-mention">@here</span>'),
        ({"type": "color", "value": "#fff"}, '<code class="sl-code">#fff</code>'),
        ({"type": "date", "timestamp": 1768467900}, "January 15, 2026"),
        ({"type": "date", "timestamp": "x", "fallback": "then"}, "then"),
        ({"type": "date"}, ""),
        ({"type": "of another world"}, ""),
    ],
)
def test_each_piece_of_rich_text_has_its_look(piece: dict[str, Any], html: str) -> None:
    fragment = post(a_message(rich(piece)))
    read(fragment)

    assert f'<div class="sl-rich-text"><div class="sl-text" dir="auto">{html}</div></div>' in fragment


def test_a_link_without_a_text_shows_its_address() -> None:
    assert only(post(a_message(rich({"type": "link", "url": "https://a.example"}))), "sl-link").text == (
        "https://a.example"
    )


@pytest.mark.parametrize(
    ("kind", "css"), [("rich_text_quote", "sl-quote"), ("rich_text_preformatted", "sl-pre"), ("other", "sl-text")]
)
def test_each_part_of_rich_text_has_its_look(kind: str, css: str) -> None:
    assert only(post(a_message(rich({"type": "text", "text": "x"}, kind=kind))), css).text == "x"


def test_lists_are_set_in_and_go_on_counting() -> None:
    items = [{"type": "rich_text_section", "elements": [{"type": "text", "text": word}]} for word in ("a", "b")]
    dots = rich(*items, kind="rich_text_list", style="bullet", indent=99)
    numbers = rich(*items, kind="rich_text_list", style="ordered", offset=4)
    fragment = post(a_message(dots, numbers))
    first, second = of(fragment, "sl-list")

    assert (first.name, second.name, second.attributes["start"]) == ("ul", "ol", "5")
    assert "sl-indent-8" in first.css
    assert named(fragment, "li") == ["a", "b", "a", "b"]


def test_markdown_stands_as_written() -> None:
    assert only(post(a_message({"type": "markdown", "text": "# a"})), "sl-text").text == "# a"


def test_a_block_that_is_not_drawn_is_named() -> None:
    assert only(post(a_message({"type": "video"})), "sl-unknown").text == "video"


@pytest.mark.parametrize(
    ("number", "words"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (13, "13th"), (22, "22nd")]
)
def test_a_day_begins_with_its_date(number: int, words: str) -> None:
    assert only(day(date(2026, 1, number)), "sl-day").text.endswith(f"day, January {words}")


@given(st.lists(plain, min_size=1, max_size=5))
@settings(max_examples=40)
def test_text_that_nothing_parses_is_shown_as_it_is(words: list[str]) -> None:
    pieces = [{"type": "text", "text": text, "style": {"bold": True}} for text in words]
    header = {"type": "header", "text": plain_text("".join(words), emoji=False)}
    fragment = post(a_message(rich(*pieces), header))

    assert only(fragment, "sl-rich-text").text == only(fragment, "sl-header").text == "".join(words)


@given(texts, texts)
@settings(max_examples=60)
def test_nothing_in_a_message_breaks_out(text: str, name: str) -> None:
    button = {"type": "button", "text": plain_text(text), "action_id": name, "value": text, "url": name}
    menu = {
        "type": "static_select",
        "options": [{"text": mrkdwn(text), "value": name}],
        "placeholder": plain_text(name),
    }
    section = {"type": "section", "text": mrkdwn(text), "accessory": {"type": "image", "alt_text": name}}
    blocks: list[dict[str, Any]] = [
        {"type": "actions", "elements": [button]},
        section,
        rich({"type": "link", "url": name, "text": text}),
    ]
    read(post(a_message(*blocks, {"type": "actions", "elements": [menu]}, username=name, ts=text)))
    read(post(a_message(text=text)))


@given(json_with(KEYS, KINDS))
@settings(max_examples=80)
def test_a_message_of_any_shape_is_drawn(content: object) -> None:
    blocks: Any = content if isinstance(content, list) else [content]
    read(post({"blocks": blocks}))
    read(post({"text": content, "bot_profile": content, "user": content}))


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_only_text(attack: str) -> None:
    read(post(a_message({"type": "section", "text": mrkdwn(attack)}, rich({"type": "link", "url": attack}))))
