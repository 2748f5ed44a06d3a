"""Digests and notices, rendered: within every limit, with every entry once, and nothing live but its links."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from digests.article import Provider
from digests.dialects import DIALECTS
from digests.dialects.links import link
from digests.digest import Digest, LeftOut, Reason, Section
from digests.message import Message, Notice
from digests.rendering.renderer import Presentation, Renderer, TemplateError
from tests.builders import BERLIN, NOW, a_digest, a_section, an_article, an_entry
from tests.digests.hostile import digests, texts
from tests.judges import slack, telegram

PLAIN = Presentation(title="Good morning")
RENDERER = Renderer()
DIALECT_NAMES = tuple(DIALECTS)
QUIET = Section("Robotics", "robotics", ())


def parsed(message: Message) -> telegram.Parsed:
    """What Telegram shows, once it took it."""
    assert telegram.faults(message.payload) == []
    found = telegram.verdict(message.payload["text"])
    assert isinstance(found, telegram.Parsed)
    return found


def shown(dialect: str, digest: Digest, presentation: Presentation = PLAIN, renderer: Renderer = RENDERER) -> str:
    """The text of all messages, as a reader sees it."""
    messages = renderer.digest(digest, dialect, presentation)
    if dialect == "telegram":
        return "\n\n".join(parsed(message).text for message in messages)
    return "\n\n".join(str(message.payload["text"]) for message in messages)


def a_long_digest(entries: int, **article: Any) -> Digest:
    """Two sections of so many entries each, numbered in their titles."""
    sections = [
        a_section(
            *(an_entry(an_article(title=f"Story {topic}{number};", **article)) for number in range(entries)),
            topic=topic,
        )
        for topic in ("AI", "Azure")
    ]
    return a_digest(*sections)


def test_a_telegram_entry_tells_title_provider_age_heat_excerpt_and_where_else() -> None:
    entry = an_entry(an_article(heat=97.0), also_at=(Provider("Forbes", "forbes.com"), Provider("Wired", "wired.com")))
    (message,) = RENDERER.digest(
        a_digest(a_section(entry)), "telegram", Presentation("Good morning", BERLIN, note="2 h late", page=(1, 4))
    )
    assert message.payload == {
        "text": (
            "<b>Good morning</b>\n"
            "Sun 22 Nov 2026 · 1 story · page 1 of 4 · <i>2 h late</i>\n\n"
            "<b><u>Azure</u></b>\n\n"
            '<b>1. <a href="https://example.com/2026-11-22-a-story">A story</a></b>\n'
            "<i>Example News · 1 h ago · 🔥 97</i>\n"
            "What happened, and to whom.\n"
            "also at Forbes, Wired"
        ),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }


def test_a_slack_entry_is_rich_text_and_small_print() -> None:
    entry = an_entry(an_article(heat=97.0), also_at=(Provider("Forbes", "forbes.com"),))
    (message,) = RENDERER.digest(a_digest(a_section(entry)), "slack", Presentation("Azure"))
    assert slack.faults(message.payload) == []
    bold = {"style": {"bold": True}}
    link_piece = {"type": "link", "url": "https://example.com/2026-11-22-a-story", "text": "A story"}
    pieces = [{"type": "text", "text": "1. "} | bold, link_piece | bold]
    pieces += [{"type": "text", "text": "\nWhat happened, and to whom."}]
    small = "Example News · 1 h ago · 🔥 97 · also at Forbes"
    assert message.payload["blocks"] == [
        {"type": "header", "text": {"type": "plain_text", "text": "Azure"}},
        {"type": "context", "elements": [{"type": "plain_text", "text": "Sun 22 Nov 2026 · 1 story"}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": pieces}]},
        {"type": "context", "elements": [{"type": "plain_text", "text": small}]},
    ]


def test_a_console_digest_explains_itself() -> None:
    left_out = LeftOut(an_article(title="A cold story"), Reason.COLD, "heat 3 < 10")
    entry = an_entry(why="rank 1 of 2: heat 10", also_at=(Provider("Forbes", "forbes.com"),))
    digest = a_digest(Section("Azure", "azure", (entry,), (left_out,)))
    assert shown("console", digest, Presentation(explain=True)) == (
        "Azure\n"
        "Sun 22 Nov 2026 · 1 story\n\n"
        " 1. A story\n"
        "    Example News · 1 h ago · 🔥 10 · also at Forbes\n"
        "    What happened, and to whom.\n"
        "    https://example.com/2026-11-22-a-story\n"
        "    why: rank 1 of 2: heat 10\n\n"
        "Left out: Azure\n"
        "    - A cold story: heat below the minimum (heat 3 < 10)"
    )


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
def test_nothing_is_explained_unless_asked(dialect: str) -> None:
    left_out = LeftOut(an_article(title="A cold story"), Reason.COLD, "heat 3 < 10")
    text = shown(dialect, a_digest(Section("Azure", "azure", (an_entry(why="rank 1"),), (left_out,))))
    assert "rank 1" not in text
    assert "A cold story" not in text


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
def test_an_empty_digest_says_that_there_is_nothing_new(dialect: str) -> None:
    text = shown(dialect, a_digest(QUIET))
    assert "Good morning" in text
    assert text.count("nothing new") == 1


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
def test_an_empty_digest_can_explain_itself_too(dialect: str) -> None:
    section = Section("Azure", "azure", (), (LeftOut(an_article(title="Old"), Reason.TOO_OLD),))
    assert "Old" in shown(dialect, a_digest(section), Presentation(explain=True))


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
def test_a_quiet_topic_has_a_line_among_others(dialect: str) -> None:
    text = shown(dialect, a_digest(a_section(topic="AI"), QUIET))
    assert "Robotics: nothing new" in text


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
def test_a_later_page_counts_on(dialect: str) -> None:
    text = shown(dialect, a_digest(a_section(an_entry(), an_entry())), Presentation(first=6, page=(2, 4)))
    assert "6. A story" in text
    assert "7. A story" in text
    assert "page 2 of 4" in text


@pytest.mark.parametrize("dialect", ["telegram", "slack"])
def test_a_digest_too_long_for_a_message_goes_on_in_the_next(dialect: str) -> None:
    messages = RENDERER.digest(a_long_digest(30, excerpt="What happened. " * 20), dialect, PLAIN)
    firsts = [
        parsed(message).text.splitlines()[0] if dialect == "telegram" else message.payload["text"].splitlines()[0]
        for message in messages
    ]
    of = len(messages)
    assert of > 2
    assert firsts[0] == "Good morning"
    assert firsts[1] == f"Good morning (2/{of}) · AI"
    assert firsts[-1] == f"Good morning ({of}/{of}) · Azure"


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
def test_every_entry_appears_once_and_in_order(dialect: str) -> None:
    messages = RENDERER.digest(a_long_digest(60), dialect, PLAIN)
    written = "".join(map(_everything, messages))
    places = [written.find(f"Story {topic}{number};") for topic in ("AI", "Azure") for number in range(60)]
    assert places == sorted(places)
    assert min(places) >= 0
    assert written.count("Story ") == 120


def _everything(message: Message) -> str:
    """What a message holds, once: blocks without the fallback that repeats them."""
    return str(message.payload.get("blocks") or message.payload["text"])


@pytest.mark.parametrize("dialect", ["telegram", "slack"])
def test_a_section_heading_is_never_the_last_of_a_message(dialect: str) -> None:
    for words in range(0, 400, 7):
        entries = [an_entry(an_article(excerpt="x" * 280)) for _ in range(9)]
        entries.append(an_entry(an_article(title="y" * words)))
        digest = a_digest(a_section(*entries, topic="AI"), a_section(topic="Robotics"))
        for message in RENDERER.digest(digest, dialect, PLAIN)[:-1]:
            assert not message.payload["text"].rstrip().endswith(("Robotics", "Robotics</u></b>"))


GIANT = {"title": "A title " * 2000, "excerpt": "An excerpt " * 2000, "url": "https://example.com/" + "a" * 1980}


@pytest.mark.parametrize("article", [GIANT, GIANT | {"title": "🔥" * 9000}, GIANT | {"title": "<&>" * 9000}])
def test_a_giant_entry_comes_out_whole(article: dict[str, Any]) -> None:
    digest = a_digest(a_section(an_entry(an_article(**article), also_at=(Provider("<&>" * 900, ""),) * 9)))
    (message,) = RENDERER.digest(digest, "telegram", PLAIN)
    assert [entity.url for entity in parsed(message).entities if entity.url] == [GIANT["url"]]
    (message,) = RENDERER.digest(digest, "slack", PLAIN)
    assert slack.faults(message.payload) == []
    assert GIANT["url"] in list(slack.texts(message.payload["blocks"]))


def test_an_excerpt_is_shortened_until_its_entry_fits(tmp_path: Path) -> None:
    own(tmp_path, "telegram/entry.j2", "<b>{{ title }}</b> " + "{{ excerpt }} " * 9)
    article = an_article(excerpt="word " * 200)
    (message,) = Renderer(tmp_path).digest(a_digest(a_section(an_entry(article))), "telegram", PLAIN)
    text = parsed(message).text
    assert text.count("A story") == 1
    assert 9 * 380 < len(text.partition("A story")[2]) < 9 * 402


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
@pytest.mark.parametrize("on", [True, False])
def test_link_previews_are_one_switch(dialect: str, on: bool) -> None:
    (message,) = RENDERER.digest(a_digest(), dialect, Presentation(link_previews=on))
    switches: Mapping[str, Any] = {
        "telegram": {"link_preview_options": {"is_disabled": not on}},
        "slack": {"unfurl_links": on, "unfurl_media": on},
        "console": {},
    }
    assert {**message.payload, **switches[dialect]} == message.payload


def test_dates_are_those_of_the_readers_zone() -> None:
    digest = a_digest(as_of=NOW + timedelta(hours=15, minutes=30))
    assert "Mon 23 Nov 2026" in shown("console", digest, Presentation(timezone=BERLIN))


@given(digests, texts, texts)
@settings(max_examples=40)
def test_telegram_takes_any_digest_and_makes_nothing_live_but_its_links(digest: Digest, title: str, note: str) -> None:
    messages = [
        parsed(one) for one in RENDERER.digest(digest, "telegram", Presentation(title, note=note, explain=True))
    ]
    links = [link(entry.article.url) for section in digest.sections for entry in section.entries]
    found = [entity.url for message in messages for entity in message.entities if entity.kind == "TextUrl"]
    assert found == [one for one in links if one is not None]
    assert not [entity for message in messages for entity in telegram.live(message.text)]


@given(digests, texts, texts)
@settings(max_examples=30)
def test_slack_takes_any_digest_and_links_nothing_else(digest: Digest, title: str, note: str) -> None:
    messages = RENDERER.digest(digest, "slack", Presentation(title, note=note, explain=True))
    assert [fault for message in messages for fault in slack.faults(message.payload)] == []
    assert all(len(message.payload["blocks"]) < slack.MAX_BLOCKS for message in messages)
    wanted = {link(entry.article.url) for section in digest.sections for entry in section.entries}
    assert {piece["url"] for message in messages for piece in _links(message.payload["blocks"])} <= wanted


def _links(value: Any) -> list[Mapping[str, Any]]:
    if isinstance(value, list):
        return [found for item in value for found in _links(item)]
    own_link = [value] if value.get("type") == "link" else []
    return own_link + _links(value.get("elements", []))


@given(digests, texts)
@settings(max_examples=20)
def test_a_console_is_told_any_digest_in_one_text_without_control_characters(digest: Digest, title: str) -> None:
    (message,) = RENDERER.digest(digest, "console", Presentation(title, explain=True))
    text = message.payload["text"].replace("\n", "")
    assert text.isprintable() or not {"\x1b", "\x9b", "\x07", "\x00", "\r"} & set(text)
    text.encode()


@pytest.mark.parametrize(
    ("dialect", "text"), [("telegram", "<b>Topics</b>\nAI\nAzure"), ("console", "Topics\nAI\nAzure")]
)
def test_a_notice_is_its_title_and_its_lines(dialect: str, text: str) -> None:
    (message,) = RENDERER.notice(Notice("Topics", ("AI", "Azure")), dialect)
    assert message.payload["text"] == text


def test_a_notice_without_lines_is_its_title() -> None:
    (message,) = RENDERER.notice(Notice("Nothing of that name"), "console")
    assert message.payload["text"] == "Nothing of that name"


@pytest.mark.parametrize("dialect", ["telegram", "slack"])
def test_a_long_notice_goes_on_in_the_next_message(dialect: str) -> None:
    lines = tuple(f"Line {number}; " + "<&> " * 50 for number in range(100))
    messages = RENDERER.notice(Notice("Topics", lines), dialect)
    written = "".join(map(_everything, messages))
    places = [written.find(f"Line {number};") for number in range(100)]
    assert places == sorted(places)
    assert min(places) >= 0
    assert f"Topics (2/{len(messages)})" in _everything(messages[1])
    assert written.count("Topics") == len(messages)


@given(texts, texts)
@settings(max_examples=50)
def test_any_notice_is_taken_and_nothing_in_it_is_live(title: str, line: str) -> None:
    said = Notice(title, (line,) * 3)
    for message in RENDERER.notice(said, "telegram"):
        assert telegram.live(parsed(message).text) == ()
    for message in RENDERER.notice(said, "slack"):
        assert slack.faults(message.payload) == []


def own(folder: Path, file: str, text: str) -> str:
    """Write an admin's own template; its path as faults tell it."""
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_an_admins_own_template_wins(tmp_path: Path) -> None:
    own(tmp_path, "telegram/entry.j2", "→ {{ title }}")
    renderer = Renderer(tmp_path)
    assert "→ A story" in shown("telegram", a_digest(), renderer=renderer)
    assert "→ A story" not in shown("console", a_digest(), renderer=renderer)
    assert renderer.faults() == ()


def test_a_template_that_renders_nothing_leaves_its_part_out(tmp_path: Path) -> None:
    for name in ("heading", "section", "continued"):
        own(tmp_path, f"telegram/{name}.j2", "")
    messages = Renderer(tmp_path).digest(a_long_digest(40), "telegram", PLAIN)
    assert all(message.payload["text"].startswith("<b>") for message in messages)
    assert len(messages) > 1


def test_a_digest_of_nothing_but_empty_parts_is_no_message(tmp_path: Path) -> None:
    own(tmp_path, "telegram/empty.j2", "")
    assert Renderer(tmp_path).digest(a_digest(QUIET), "telegram", PLAIN) == ()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("entry", "\n{{ tilte }}", ":2: 'tilte' is undefined"),
        ("entry", "{{ title }}\n<br>", ":2: '<br>' is not a tag that may be used here"),
        ("entry", "x" * 4097, r": costs \(4097, 0, 4097\) even at its shortest, where \(.*\) is left"),
        ("continued", "\n{{ 1 // (number - 2) }}", ":2: integer division or modulo by zero"),
        (
            "continued",
            "{% if number < 9 %}" + "x" * 4096 + "{% endif %}",
            r": costs \(4096, 0, 4096\), and \(0, 0, 0\)",
        ),
    ],
)
def test_an_own_template_that_fails_says_where(tmp_path: Path, name: str, text: str, message: str) -> None:
    file = own(tmp_path, f"telegram/{name}.j2", text)
    with pytest.raises(TemplateError, match=message) as failed:
        Renderer(tmp_path).digest(a_long_digest(40), "telegram", PLAIN)
    assert failed.value.fault.file == file


def test_the_packages_templates_have_no_fault() -> None:
    assert RENDERER.faults() == ()


def test_every_own_template_is_tried_and_its_first_fault_told(tmp_path: Path) -> None:
    wrong = [own(tmp_path, f"telegram/{name}.j2", "a\n{{ no }}") for name in ("heading", "entry", "notice", "quiet")]
    wrong.append(own(tmp_path, "slack/entry.j2", "<h2>{{ title }}</h2>"))
    wrong.append(own(tmp_path, "console/empty.j2", "{% if %}"))
    wrong.append(own(tmp_path, "telegram/left_out.j2", "{{ articles[0].link }}"))
    faults = Renderer(tmp_path).faults()
    assert sorted(fault.file for fault in faults) == sorted(wrong)
    assert {str(fault) for fault in faults} >= {f"{wrong[0]}:2: 'no' is undefined"}


def test_a_template_that_leaves_no_room_is_a_fault(tmp_path: Path) -> None:
    file = own(tmp_path, "telegram/entry.j2", "x" * 5000)
    (fault,) = Renderer(tmp_path).faults()
    assert fault.file == file
    assert "costs (5000, 0, 5000)" in fault.reason


def test_a_template_of_a_name_nobody_asks_for_is_a_fault(tmp_path: Path) -> None:
    file = own(tmp_path, "telegram/entyr.j2", "")
    own(tmp_path, "telegram/notes.txt", "not a template")
    assert [str(fault) for fault in Renderer(tmp_path).faults()] == [f"{file}: no template of this name is asked for"]


def test_a_folder_of_templates_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert [fault.reason for fault in Renderer(tmp_path / "none").faults()] == ["no such folder"]
