"""Two links to one page are seen to be that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.choosing.links import page_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.com/a", "https://example.com/a"),
        ("https://www.example.com/a/", "https://example.com/a"),
        ("https://EXAMPLE.com:443/a", "https://example.com/a"),
        ("https://m.example.com/a", "https://example.com/a"),
        ("https://amp.example.com/a", "https://example.com/a"),
        ("https://example.com/a/amp", "https://example.com/a"),
        ("https://example.com/a/amp/", "https://example.com/a"),
        ("https://example.com/amp/a", "https://example.com/a"),
        ("https://example.com/a.amp.html", "https://example.com/a"),
        ("https://www.google.com/amp/s/example.com/a", "https://example.com/a"),
        ("https://www.google.com/amp/s/example.com/a?id=7", "https://example.com/a?id=7"),
        ("https://example.com/a?utm_source=x&UTM_Medium=y", "https://example.com/a"),
        ("https://example.com/a?fbclid=x#top", "https://example.com/a"),
        ("https://example.com/a?b=2&a=1", "https://example.com/a?a=1&b=2"),
    ],
)
def test_links_that_differ_in_dress_lead_to_one_page(one: str, other: str) -> None:
    assert page_of(one) == page_of(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.youtube.com/watch?v=a", "https://www.youtube.com/watch?v=b"),
        ("https://example.com/a", "https://example.com/A"),
        ("https://example.com/a", "https://example.org/a"),
        ("https://m.com/a", "https://com/a"),
        ("https://example.com/camp", "https://example.com/c"),
    ],
)
def test_links_that_differ_in_more_lead_to_two_pages(one: str, other: str) -> None:
    assert page_of(one) != page_of(other)


@pytest.mark.parametrize(
    "url", ["", "https://example.com", "https://example.com/?utm_source=x", "https://[::1/a", "/a"]
)
def test_a_link_to_nothing_in_particular_leads_to_no_page(url: str) -> None:
    assert page_of(url) == ""


@given(st.text())
def test_any_text_has_a_page_or_none(url: str) -> None:
    assert page_of(url) == page_of(url + " ")
