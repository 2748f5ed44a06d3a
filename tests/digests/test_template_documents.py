"""The page for those who write templates names all that they may use."""

import re
from importlib.resources import files

import pytest

from digests.dialects import blocks, telegram
from digests.dialects.telegram import Telegram
from digests.digest import LeftOut, Reason
from digests.message import Notice
from digests.rendering.template_files import NAMES
from digests.rendering.templating import FILTERS
from digests.rendering.wording import CUTS, Presentation, Wording, continued, notice
from tests.builders import a_digest, a_section, an_article, an_entry

PAGE = (files("digests") / "templates" / "README.md").read_text(encoding="utf-8")
CODE = frozenset(re.findall(r"[\w-]+", " ".join(re.findall(r"`([^`\n]+)`", PAGE))))

WORDING = Wording(Telegram(), a_digest(), Presentation())
LEFT_OUT = WORDING.left_out([LeftOut(an_article(), Reason.COLD)])


@pytest.mark.parametrize(
    "names",
    [
        NAMES,
        FILTERS,
        telegram.TAGS,
        blocks.TAGS,
        WORDING.heading(),
        WORDING.section(a_section()),
        WORDING.entry(an_entry(), 1, CUTS[0]),
        LEFT_OUT,
        LEFT_OUT["articles"][0],
        continued("News", 2, 3, ""),
        notice(Notice("Help"), (), Telegram(), begins=True),
    ],
)
def test_the_page_names_everything_there_is(names: list[str]) -> None:
    assert sorted(set(names) - CODE) == []
