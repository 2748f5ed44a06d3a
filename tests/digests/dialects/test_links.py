"""Which addresses are linked: those that Telegram and Slack take, exactly as they are written then."""

from html import escape

import pytest
from hypothesis import given

from digests.dialects.links import link
from tests.digests.hostile import urls
from tests.judges import telegram


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.com/a?b=1&c=2#d", "https://example.com/a?b=1&c=2#d"),
        ("HTTP://Example.COM", "http://example.com/"),
        (" https://example.com:443/x ", "https://example.com/x"),
        ("https://example.com:8443", "https://example.com:8443/"),
        ("https://münchen.de/straße", "https://xn--mnchen-3ya.de/stra%C3%9Fe"),
        ("https://example.com/a b|c<d>\"e'", "https://example.com/a%20b%7Cc%3Cd%3E%22e%27"),
        ("https://example.com/%7Ealready?x=%20", "https://example.com/%7Ealready?x=%20"),
        ("https://example.com./", "https://example.com/"),
    ],
)
def test_a_web_address_is_linked_in_plain_ascii(url: str, linked: str) -> None:
    assert link(url) == linked


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "/relative",
        "javascript:alert(1)",
        "tg://user?id=1",
        "ftp://example.com/",
        "http://localhost/",
        "http://192.168.1.1/",
        "http://[::1]/",
        "http://[broken/",
        "https://user:secret@example.com/",
        "https://evil.com\\@example.com/",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://exa mple.com/",
        "https://a..com/",
        "https://" + "a" * 64 + ".com/",
        "https://example.com/\ud800",
        "https://example.com/" + "a" * 2000,
    ],
)
def test_anything_else_is_not_linked(url: str) -> None:
    assert link(url) is None


@given(urls)
def test_telegram_keeps_every_link_as_it_is_written(url: str) -> None:
    linked = link(url)
    if linked is not None:
        parsed = telegram.verdict(f'<a href="{escape(linked)}">text</a>')
        assert isinstance(parsed, telegram.Parsed)
        assert [entity.url for entity in parsed.entities] == [linked]
