"""What each field of an article's front matter means, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.article import Provider
from digests.reading import fields
from digests.reading.bounded_yaml import Value
from digests.reading.fields import FieldError


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  Azure  ", "Azure"),
        ("a\r\n\r\nb\tc", "a b c"),
        ("bell\x07 and\x9bescape\u2028end", "bell and escape end"),
        ("&#8220;We&#8217;re&#8221; &lt;b&gt;", "\u201cWe\u2019re\u201d <b>"),
        ("we&amp;#39;re", "we're"),
        ("AT&T, ?a=1&copy=2, R&D;", "AT&T, ?a=1&copy=2, R&D;"),
        ("a&#10;b&#0;", "a b\ufffd"),
        (1984, "1984"),
        (2.5, "2.5"),
        (True, ""),
        (None, ""),
        (["a"], ""),
    ],
)
def test_a_text_is_plain_and_stands_on_one_line(value: Value, text: str) -> None:
    assert fields.text(value) == text


@given(st.text())
def test_no_text_keeps_a_control_character_or_an_outer_space(value: str) -> None:
    found = fields.text(value)

    assert found == found.strip()
    assert not any(character < " " or "\x7f" <= character <= "\x9f" for character in found)


@pytest.mark.parametrize(
    ("said", "published"),
    [
        ({"published": True}, True),
        ({"published": True, "removed": False}, True),
        ({"published": True, "removed": None}, True),
        ({"published": True, "removed": True}, False),
        ({"published": False}, False),
        ({"published": False, "removed": "odd"}, False),
        ({}, False),
    ],
)
def test_published_is_what_plainly_says_so(said: dict[str, Value], published: bool) -> None:
    assert fields.is_published(said) is published


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"published": "true"}, "published: 'true' is neither true nor false"),
        ({"published": "yes"}, "published: 'yes' is neither true nor false"),
        ({"published": 1}, "published: 1 is neither true nor false"),
        ({"published": None}, "published: nothing is neither true nor false"),
        ({"published": [True]}, "published: a list is neither true nor false"),
        ({"published": True, "removed": "no"}, "removed: 'no' is neither true nor false"),
        ({"published": True, "removed": {}}, "removed: a mapping is neither true nor false"),
    ],
)
def test_what_is_unclear_about_publishing_is_refused(said: dict[str, Value], message: str) -> None:
    with pytest.raises(FieldError) as caught:
        fields.is_published(said)

    assert str(caught.value) == message


def test_a_title_is_needed() -> None:
    assert fields.title({"title": " Azure "}) == "Azure"
    with pytest.raises(FieldError, match="title: no title"):
        fields.title({"title": "\x07"})


def test_the_links_are_preferred_in_order() -> None:
    links: dict[str, Value] = {"ampWebUrl": "https://amp.example/", "originalUrl": "https://original.example/"}

    assert fields.link(links) == "https://original.example/"
    assert fields.link({**links, "webUrl": " https://web.example/a "}) == "https://web.example/a"
    assert fields.link({**links, "webUrl": "/relative", "originalUrl": None}) == "https://amp.example/"


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example",
        "HTTP://A.EXAMPLE:8080/x?y=1&z=%20#f",
        "https://bücher.example/ü",
        "http://a.example?x",
        "https://a.example/(b)[c]",
    ],
)
def test_an_absolute_web_address_is_a_link(url: str) -> None:
    assert fields.is_link(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.example/x",
        "//a.example/x",
        "ftp://a.example/x",
        "javascript:alert(1)",
        "tg://user?id=1",
        "https://",
        "https:///x",
        "https://a b.example/",
        "https://a.example/b c",
        "https://a.example/\nb",
        "https://user:password@a.example/",
        "https://good.example\\@evil.example/",
        'https://a.example/"onclick=',
        "https://a.example/<b>",
        "https://[",
        "https://a.example:99999/",
        "https://a.example:b/",
        "https://a.example\u2100.example/",
        "https://a.example/" + "x" * 2048,
    ],
)
def test_anything_else_is_no_link(url: str) -> None:
    assert not fields.is_link(url)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({}, "webUrl: no link"),
        ({"originalUrl": "ftp://a.example"}, "originalUrl: no http link: 'ftp://a.example'"),
        ({"webUrl": 12}, "webUrl: no http link: 12"),
        ({"webUrl": "x" * 99}, f"webUrl: no http link: '{'x' * 59}…"),
    ],
)
def test_an_article_without_a_link_is_refused(said: dict[str, Value], message: str) -> None:
    with pytest.raises(FieldError) as caught:
        fields.link(said)

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("value", "number"), [(942, 942.0), (-1, -1.0), (0.5, 0.5), ("87", 87.0), (" 8.5 ", 8.5), (None, None), ("", None)]
)
def test_a_number_may_stand_in_quotes_or_be_missing(value: Value, number: float | None) -> None:
    assert fields.number({"heat": value}, "heat") == number
    assert fields.number({}, "heat") is None


@pytest.mark.parametrize("value", ["hot", "nan", "1e999", float("inf"), True, [3], {"a": 1}])
def test_a_number_that_is_none_is_refused(value: Value) -> None:
    with pytest.raises(FieldError, match=r"^heat: .* is no number$"):
        fields.number({"heat": value}, "heat")


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        ("2021-02-19T23:12:00Z", datetime(2021, 2, 19, 23, 12, tzinfo=UTC)),
        ("2021-02-19t23:12:00z", datetime(2021, 2, 19, 23, 12, tzinfo=UTC)),
        ("2021-02-19T23:12:00.123456+01:00", datetime(2021, 2, 19, 22, 12, 0, 123456, tzinfo=UTC)),
        ("2025-01-02 03:04:05 +0100", datetime(2025, 1, 2, 2, 4, 5, tzinfo=UTC)),
        ("2025-01-02 03:04:05 UTC", datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2025-01-02 03:04", datetime(2025, 1, 2, 3, 4, tzinfo=UTC)),
        ("2025-01-02", datetime(2025, 1, 2, tzinfo=UTC)),
        (20250102, datetime(2025, 1, 2, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_as_publishers_write_it(value: Value, instant: datetime) -> None:
    found = fields.instant({"publishedDateTime": value}, "publishedDateTime")

    assert found == instant
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "value",
    ["2024-13-45", "0000-01-01", "2025-01-02T03:04:05+99:99", "0001-01-01T00:00:00+01:00", "soon", "", 3, True, []],
)
def test_a_date_that_is_none_is_refused(value: Value) -> None:
    with pytest.raises(FieldError, match=r"^publishedDateTime: .* is no date$"):
        fields.instant({"publishedDateTime": value}, "publishedDateTime")


def test_a_date_is_needed() -> None:
    with pytest.raises(FieldError, match="publishedDateTime: no date"):
        fields.instant({"publishedDateTime": None}, "publishedDateTime")


@pytest.mark.parametrize(
    ("value", "provider"),
    [
        ({"name": "Forbes", "domain": "Forbes.com"}, Provider("Forbes", "forbes.com")),
        ({"domain": "forbes.com"}, Provider("forbes.com", "forbes.com")),
        ({"name": "Wired"}, Provider("Wired", "a.example")),
        ("Wired", Provider("Wired", "a.example")),
        (None, Provider("a.example", "a.example")),
        (["x"], Provider("a.example", "a.example")),
    ],
)
def test_a_provider_is_filled_in_from_the_link(value: Value, provider: Provider) -> None:
    assert fields.provider(value, "https://www.a.example/x") == provider


@pytest.mark.parametrize(
    ("value", "topics"),
    [
        (["AI", None, "", " Azure ", "AI", 365, True, ["x"]], ("AI", "Azure", "365")),
        ("AI", ("AI",)),
        (None, ()),
        ({"AI": 1}, ()),
    ],
)
def test_topics_are_names_each_once(value: Value, topics: tuple[str, ...]) -> None:
    assert fields.topics(value) == topics
