"""Drawn messages stand in one document that needs nothing else."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest

from bot.sandbox.drawing.document import Theme, channel_name, document, style

ATTACK = '</title><script>alert("1")</script>'


def test_both_chats_stand_below_their_bars() -> None:
    page = document("News", ["<p>one</p>", "<p>two</p>"], ["<p>three</p>"])

    assert re.findall(r"<p>(\w+)</p>", page) == ["one", "two", "three"]
    assert page.index("Telegram</small>") < page.index(">one<") < page.index("# news") < page.index(">three<")


def test_nothing_is_loaded_and_nothing_runs() -> None:
    page = document("News", [], [])

    [css] = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = b64encode(sha256(css.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}';" in page
    assert not re.search(r"<script|<link|<img|<iframe|\bsrc=|@import|url\(", page)


def test_style_sheets_end_no_element() -> None:
    assert "<" not in style("style.css", "document.css")


@pytest.mark.parametrize(
    ("theme", "root"),
    [
        ("auto", '<html lang="en">'),
        ("light", '<html lang="en" data-theme="light">'),
        ("dark", '<html lang="en" data-theme="dark">'),
    ],
)
def test_the_theme_is_the_reader_s_or_fixed(theme: Theme, root: str) -> None:
    assert root in document("News", [], [], theme=theme)


def test_a_title_is_only_text() -> None:
    assert ATTACK not in document(ATTACK, [], [])


def test_chats_without_a_message_say_so() -> None:
    assert document("News", [], []).count("Nothing to send") == 2


@pytest.mark.parametrize(("title", "name"), [("Morning news!", "morning-news"), ("Über KI", "über-ki"), ("🔥", "news")])
def test_a_channel_is_called_after_the_title(title: str, name: str) -> None:
    assert channel_name(title) == name


def test_dark_by_choice_is_dark_by_preference() -> None:
    """What the system asks for and what the page asks for are written twice: CSS cannot say "or"."""
    css = style("style.css")
    preferred = css.partition('not([data-theme="light"]) {')[2].partition("}")[0]
    chosen = css.partition('[data-theme="dark"] {')[2].partition("}")[0]
    colours = re.findall(r"--[\w-]+: [^;]+;", chosen)

    assert colours == re.findall(r"--[\w-]+: [^;]+;", preferred)
    assert len(colours) > 20
