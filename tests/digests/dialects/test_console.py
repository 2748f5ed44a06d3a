"""The console's dialect: lines that fit a terminal, and nothing that a terminal obeys."""

from hypothesis import given

from digests.dialects.console import WIDTH, Console
from digests.dialects.text import cells
from tests.digests.hostile import texts

DIALECT = Console()


def shown(rendered: str) -> list[str]:
    text: str = DIALECT.part(rendered).content
    return text.splitlines()


def test_a_long_line_goes_on_below_its_first_word() -> None:
    assert shown(" 1. " + "word " * 24) == [" 1. " + "word " * 18 + "word", "    " + "word " * 4 + "word"]
    assert shown("    " + "word " * 20) == ["    " + "word " * 18 + "word", "    word"]


def test_wide_letters_count_twice() -> None:
    assert shown("日本 " * 25) == [("日本 " * 20).rstrip(), ("日本 " * 5).rstrip()]


def test_an_address_stays_in_one_piece() -> None:
    address = "https://example.com/" + "a" * 100
    assert shown(f"see {address} there") == ["see", address, "there"]


def test_blank_lines_within_a_part_stay() -> None:
    assert shown("\na\n\nb  \n") == ["a", "", "b"]


def test_a_part_that_shows_nothing_is_empty() -> None:
    part = DIALECT.part(" \n ")
    assert (part.content, part.cost) == ("", ())


def test_parts_stand_apart_by_a_blank_line() -> None:
    message = DIALECT.message([DIALECT.part("a"), DIALECT.part("b")], link_previews=True)
    assert message.payload == {"text": "a\n\nb"}


def test_length_is_in_cells() -> None:
    assert DIALECT.length("日本") == 4


@given(texts)
def test_any_text_fits_the_width_and_has_no_escape_sequence(value: str) -> None:
    lines = shown(DIALECT.text(value))
    assert "\x1b" not in "".join(lines)
    assert all(cells(line) <= WIDTH or " " not in line for line in lines)
