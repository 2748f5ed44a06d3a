"""Titles that say the same are told from titles that only look alike; most examples are real."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.choosing.titles import says_more, says_the_same, wording


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Azure Migrate is now available", "Azure Migrate now available"),
        ("Overwatch 2 and Diablo 4 have been delayed", "Diablo 4 And Overwatch 2 Delayed!"),
        ("TIBCO Recognized as a Finalist", "TIBCO Recognised as a Finalist"),
        ("Mimecast® Email Security for Azure Sentinel", "Mimecast(R) Email Security for Azure Sentinel"),
        ("A vulnerability is the \u2018worst\u2019", "A vulnerability is the 'worst'"),
        ("Credentials exposed in plain-text", "Credentials exposed in plaintext"),
        ("How to Reevaluate Your Licenses", "How to Re-evaluate Your Licenses"),
        ("Tools for Health-Care Systems", "Tools for health care systems"),
        ("The E-Mail of the Year", "The Email of the Year"),
    ],
)
def test_the_same_in_other_words_is_the_same(one: str, other: str) -> None:
    assert says_the_same(wording(one), wording(other))
    assert says_the_same(wording(other), wording(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Azure Firewall is now generally available", "Azure Sentinel is now generally available"),
        ("Advancing global network reliability, part 1 of 2", "Advancing global network reliability, part 2 of 2"),
        (
            "HB-series Azure machines will be retired by 31 August",
            "H-series Azure machines will be retired by 31 August",
        ),
        ("NC-series machines will be retired", "NC v2-series machines will be retired"),
        ("Azure SQL is available in Norway", "Azure SQL is unavailable in Norway"),
        ("Diablo 4: Necromancer skill tree", "Diablo 4: Rogue skill tree"),
        ("Diablo 4 beta", "Diablo 4 beta dates"),
        ("", ""),
        ("!!!", "???"),
    ],
)
def test_another_word_in_its_place_says_something_else(one: str, other: str) -> None:
    assert not says_the_same(wording(one), wording(other))
    assert not says_the_same(wording(other), wording(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Report: Diablo 4 game director out at Blizzard", "Diablo 4 game director out at Blizzard"),
        ("Verizon, Microsoft Azure team on IoT solutions", "Verizon, Microsoft Azure team up on IoT solutions"),
        ("Microsoft Azure outage takes down Teams [Update]", "Microsoft Azure outage takes down Teams"),
    ],
)
def test_a_title_can_say_the_same_and_a_little_more(one: str, other: str) -> None:
    assert says_more(wording(one), wording(other))
    assert says_more(wording(other), wording(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Diablo 4 release date", "Diablo 4 beta release date"),
        ("NC-series Azure machines to be retired soon", "NC-series v2 Azure machines to be retired soon"),
        ("Azure Backup protects virtual machines now", "Azure Backup protects blobs and virtual disks now"),
        ("The best Diablo 4 Druid build for solo play", "The best Diablo 4 Rogue build for solo play"),
        ("Azure outage", "Azure outage takes down Teams and Office and Xbox for hours"),
        ("Azure outage takes down Teams in Europe again", "Azure outage takes down Teams and everything else as well"),
    ],
)
def test_a_short_a_numbered_or_another_title_says_no_more(one: str, other: str) -> None:
    assert not says_more(wording(one), wording(other))
    assert not says_more(wording(other), wording(one))


def test_the_publishers_name_at_the_end_is_no_part_of_what_is_said() -> None:
    assert wording("Woes offset | Charlotte Observer", "Charlotte Observer") == wording("Woes offset")
    assert wording("Woes offset - Charlotte Observer", "Wired") != wording("Woes offset")


def test_a_title_of_small_words_alone_keeps_them() -> None:
    assert wording("It Is On").words == ("it", "is", "on")


@given(st.text(), st.text())
def test_saying_the_same_goes_both_ways(one: str, other: str) -> None:
    assert says_the_same(wording(one), wording(other)) == says_the_same(wording(other), wording(one))
    assert says_more(wording(one), wording(other)) == says_more(wording(other), wording(one))


@given(st.text())
def test_a_title_says_the_same_as_itself_if_it_says_anything(title: str) -> None:
    assert says_the_same(wording(title), wording(title)) == bool(wording(title).words)
