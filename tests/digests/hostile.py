"""Strategies for what a stranger may write into an article's file."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from digests.article import Article, Provider
from digests.digest import Digest, Entry, LeftOut, Reason, Section

_BAITS = (
    *("@durov", "/stop", "#tag", "$CASH", "evil.com", "www.evil.com", "1.2.3.4", "a@b.com", "рф.рф", "ⓐ.com"),
    *("https://example.com/x", "tg://user?id=1", "ton://a", "javascript:alert(1)", "<https://evil.com|click>"),
    *("<b>", "</a>", "<br>", "<!channel>", "<@U123>", "&lt;!here&gt;", "&amp;", "&#60;", "{{ 7*7 }}", "{% raw %}"),
    *("\u202e", "\u2066", "\u200b", "\u200d", "\u00a0", "\ud800", "\udfff", "\x00", "\ufdd0", "\U000e0067"),
    *("\x1b[31m", "\x1b]8;;http://evil.com\x07", "e" + "\u0301" * 5, "👍🏽", "🇩🇪", "👨‍👩‍👧"),
    *("*bold*", "_it_", "~no~", "`code`", ">", "|", '"', "'", "\\", "\n", ""),
)

texts = st.one_of(
    st.lists(st.sampled_from(_BAITS), max_size=8).map(" ".join),
    st.lists(st.sampled_from(_BAITS), max_size=8).map("".join),
    st.text(st.characters(exclude_categories=()), max_size=60),
    st.sampled_from(("", " ", "word " * 900, "🔥" * 5000, "<&>" * 2000, "e\u0301\u0302" * 3000, "@a" * 3000)),
)
urls = st.one_of(
    st.sampled_from(
        ("https://example.com/a?b=1&c=%22#d", "https://example.com/" + "a" * 1900, "http://münchen.de/ü|<x>")
    ),
    st.sampled_from(("", "javascript:alert(1)", "tg://user?id=1", "http://localhost/", "https://u:p@example.com/")),
    texts.map("https://example.com/".__add__),
    texts,
)
instants = st.datetimes(timezones=st.just(UTC))
scores = st.one_of(st.none(), st.floats(), st.sampled_from((-1.0, 0.0, 97.0, 942.0)))
providers = st.builds(Provider, texts, texts)
articles = st.builds(
    Article,
    texts,
    texts,
    texts,
    urls,
    instants,
    texts,
    scores,
    scores,
    providers,
    st.just(()),
)
entries = st.builds(Entry, articles, st.floats(), texts, st.lists(providers, max_size=2).map(tuple))
left_out = st.builds(LeftOut, articles, st.sampled_from(Reason), texts)
sections = st.builds(
    Section, texts, texts, st.lists(entries, max_size=4).map(tuple), st.lists(left_out, max_size=1).map(tuple)
)
digests = st.builds(
    Digest,
    st.one_of(st.just(datetime(2026, 11, 22, 8, 0, tzinfo=UTC)), instants),
    instants,
    st.lists(sections, max_size=3).map(tuple),
)
