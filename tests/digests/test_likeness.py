"""How alike texts are, and which comes nearest."""

from digests.likeness import likeness, nearest


def test_likeness_is_a_hundred_for_equal_texts_and_none_for_unlike_ones() -> None:
    assert likeness("azure", "azure") == 100
    assert likeness("azure", "biopic") < 30


def test_the_nearest_choice_comes_first() -> None:
    assert nearest("databse", ["storage", "database", "data"])[0] == "database"


def test_a_part_of_a_choice_is_near_it() -> None:
    assert nearest("data", ["databases", "iot"]) == ("databases",)


def test_nothing_comes_near_a_text_that_is_like_none() -> None:
    assert nearest("zzz", ["databases", "iot"]) == ()
