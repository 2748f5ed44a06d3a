"""The values that templates are shown."""

from typing import Any

import pytest

from digests.article import Provider
from digests.dialects.telegram import Telegram
from digests.digest import Digest, LeftOut, Reason
from digests.message import Notice
from digests.rendering.wording import CUTS, Presentation, Wording, continued, notice
from tests.builders import BERLIN, a_digest, a_section, an_article, an_entry

TELEGRAM = Telegram()


def wording(digest: Digest | None = None, **shown: Any) -> Wording:
    return Wording(TELEGRAM, digest or a_digest(), Presentation(**shown))


def entry(**changes: Any) -> Any:
    return wording().entry(an_entry(an_article(**changes)), 1, CUTS[0])


def test_a_digest_is_called_by_its_title_or_its_topics_or_what_it_is() -> None:
    two = a_digest(a_section(topic="AI"), a_section(topic=""), a_section(topic="Azure"))
    assert wording(two, title="Good morning").heading()["digest"] == "Good morning"
    assert wording(two).heading()["digest"] == "AI, Azure"
    assert wording(a_digest(a_section(topic=""))).heading()["digest"] == "The hottest stories"


def test_the_heading_tells_page_note_date_and_how_many() -> None:
    heading = wording(a_digest(a_section(), a_section()), note="2 h late", page=(2, 4), timezone=BERLIN).heading()
    assert (heading["count"], heading["page"], heading["pages"], heading["note"]) == (2, 2, 4, "2 h late")
    assert (heading["date"], heading["time"]) == ("Sun 22 Nov 2026", "09:00")


@pytest.mark.parametrize("title", ["", " ", "\u200b", "\u0301"])
def test_a_title_that_shows_nothing_is_replaced(title: str) -> None:
    assert entry(title=title)["title"] == "(untitled)"


@pytest.mark.parametrize(
    ("heat", "shown"),
    [(97.4, 97), (0.0, 0), (942.0, 942), (None, None), (-1.0, None), (float("nan"), None), (float("inf"), None)],
)
def test_heat_is_a_whole_number_or_nothing(heat: float | None, shown: int | None) -> None:
    assert entry(heat=heat)["heat"] == shown


def test_a_link_that_is_not_one_is_empty() -> None:
    assert entry(url="javascript:alert(1)")["url"] == ""
    assert entry(url="https://münchen.de")["url"] == "https://xn--mnchen-3ya.de/"


def test_a_provider_without_a_name_is_called_by_its_domain() -> None:
    assert entry(provider=Provider(" ", "forbes.com"))["provider"] == "forbes.\u2060com"


def test_other_providers_are_named_once_and_no_more_than_five_of_them() -> None:
    others = tuple(Provider(name, "") for name in ("Forbes", "Wired", "Forbes", "", "A", "B", "C", "D", "E"))
    shown = wording().entry(an_entry(also_at=others), 1, CUTS[0])
    assert (shown["also_at"], shown["also_more"]) == (["Forbes", "Wired", "A", "B", "C"], 2)


def test_an_articles_own_text_is_cut_as_asked_for() -> None:
    article = an_article(title="A very long title " * 30, excerpt="An excerpt " * 200)
    lengths = [
        (len(shown["title"]), len(shown["excerpt"]))
        for shown in (wording().entry(an_entry(article), 1, cut) for cut in CUTS)
    ]
    assert all(
        title <= cut.title and excerpt <= cut.excerpt for (title, excerpt), cut in zip(lengths, CUTS, strict=True)
    )
    assert lengths == sorted(lengths, reverse=True)


def test_why_is_told_only_where_it_was_asked_for() -> None:
    assert wording().entry(an_entry(why="rank 1"), 1, CUTS[0])["why"] == ""
    assert wording(explain=True).entry(an_entry(why="rank 1"), 1, CUTS[0])["why"] == "rank 1"


def test_what_was_left_out_tells_its_reason() -> None:
    left_out = wording().left_out([LeftOut(an_article(), Reason.COLD, "heat 3 < 10")])
    assert [(one["title"], one["reason"], one["detail"]) for one in left_out["articles"]] == [
        ("A story", "heat below the minimum", "heat 3 < 10")
    ]


def test_a_notices_title_is_shown_once_and_its_commands_are_live_only_in_help() -> None:
    said = Notice("Help", ("/latest the news",), commands=True)
    assert notice(said, said.lines, TELEGRAM, begins=True) == {"title": "Help", "lines": ["/latest the news"]}
    dead = Notice("Topics", ("/latest",))
    assert notice(dead, dead.lines, TELEGRAM, begins=False) == {"title": "", "lines": ["/\u2060latest"]}


def test_a_later_message_knows_its_number() -> None:
    assert continued("News", 2, 3, "AI") == {"digest": "News", "number": 2, "total": 3, "topic": "AI"}
