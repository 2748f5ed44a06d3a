"""Which template is in force."""

from pathlib import Path

import pytest

from digests.rendering.template_files import NAMES, Source, TemplateError, TemplateFault, source

FILE = "own/telegram/entry.j2"


def test_a_fault_reads_like_a_compilers() -> None:
    assert str(TemplateFault("a.j2", 3, "wrong")) == "a.j2:3: wrong"
    assert str(TemplateFault("a.j2", None, "wrong")) == "a.j2: wrong"


def test_the_line_of_a_piece_is_found_in_its_source() -> None:
    origin = Source(FILE, "a\nb <br>\n<br>")
    assert (origin.line_of("<br>"), origin.line_of("<p>")) == (2, None)


@pytest.mark.parametrize("dialect", ["telegram", "slack", "console"])
@pytest.mark.parametrize("name", NAMES)
def test_every_dialect_has_every_template(dialect: str, name: str) -> None:
    assert source(None, dialect, name).text


def test_an_admins_own_template_wins(tmp_path: Path) -> None:
    own = tmp_path / "telegram" / "entry.j2"
    own.parent.mkdir()
    own.write_text("mine", encoding="utf-8")
    assert source(tmp_path, "telegram", "entry") == Source(str(own), "mine")
    assert source(tmp_path, "slack", "entry") == source(None, "slack", "entry")


def test_a_template_that_is_no_text_is_the_operators_fault(tmp_path: Path) -> None:
    own = tmp_path / "telegram" / "entry.j2"
    own.parent.mkdir()
    own.write_bytes(b"\xff\xfe")
    with pytest.raises(TemplateError, match="can't decode byte"):
        source(tmp_path, "telegram", "entry")
