"""What a title says, and whether another title says the same.

Two titles say the same when they have the same words that matter, whatever their order, case, punctuation, endings
("recognised", "recognized") and small words. Where one title has another word instead, it says something else: "Azure
Firewall is now available" is not "Azure Sentinel is now available". That is why the likeness of whole titles does not
decide here: on real archives a bound of 98 of 100 takes "part 1 of 2" for "part 2 of 2", and "HB-series … will be
retired" for "H-series … will be retired".
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from digests.likeness import likeness

ONE_WORD = 80.0
"""From this likeness on (0 to 100), two long words with the same beginning are one word in two forms."""
LONG_WORD = 5
SAME_BEGINNING = 3
"""So many letters: "available" and "unavailable" are alike, and the opposite."""
ENOUGH_WORDS = 5
"""Fewer words that matter are too few to recognise a longer title by."""
MOST_OF_IT = 0.7
"""The share of a longer title's words that a shorter one must have to tell the same with less."""

_SAID_OFTEN = """
    a an and are as at be been by for from has have in into is it its now of on or our s so than that the their this to
    via was were will with you your
"""
_SMALL_WORDS = frozenset(_SAID_OFTEN.split())
_SIGNS = re.compile("[\u00ae\u2122\u00a9'\u2018\u2019`\u00b4]|\\((?:r|tm|c)\\)", re.IGNORECASE)
_WORD = re.compile(r"\w+(?:\.\w+)*")
_SUFFIX = re.compile("\\s[|\u2013\u2014-]\\s+([^|]+)$")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a title that matter, folded, in their order; the rest is made from them, to compare quickly."""

    words: tuple[str, ...]
    key: tuple[str, ...]
    """The words by alphabet."""
    letters: str
    """The words without what is between them."""
    beginnings: frozenset[str]
    """What all forms of a word begin with; for a short word, the word."""
    lead: str
    """Of the beginnings, that of the longest word, which is seldom a common one; empty in an empty title."""


@lru_cache(maxsize=16_384)
def wording(title: str, provider: str = "") -> Wording:
    """What a title says, without the name of its publisher at the end ("… | Example News")."""
    said = _WORD.findall(_plain(_without_suffix(title, provider)))
    words = tuple(word for word in said if word not in _SMALL_WORDS) or tuple(said)
    return Wording(
        words,
        tuple(sorted(words)),
        "".join(words),
        frozenset(map(_beginning, words)),
        _beginning(max(words, key=len, default="")),
    )


def says_the_same(one: Wording, other: Wording) -> bool:
    """Whether two titles say the same; an empty title says nothing."""
    if not one.words or not other.words:
        return False
    if one.key == other.key or one.letters == other.letters:  # "e-mail", "email"
        return True
    return _may_be_alike(one, other) and not any(_differences(one, other))


def says_more(one: Wording, other: Wording) -> bool:
    """Whether one of two titles says the same as the other and a little more, in words without figures."""
    if not _may_be_alike(one, other):
        return False
    shorter, longer = sorted((len(one.words), len(other.words)))
    if shorter < max(ENOUGH_WORDS, MOST_OF_IT * longer):
        return False
    only_one, only_other = _differences(one, other)
    return not (only_one and only_other) and all(word.isalpha() for word in (*only_one, *only_other))


def _may_be_alike(one: Wording, other: Wording) -> bool:
    """A quick bound for both questions above: all words of one title are in the other in some form."""
    return one.beginnings <= other.beginnings or other.beginnings <= one.beginnings


def _without_suffix(title: str, provider: str) -> str:
    suffix = _SUFFIX.search(title)
    if provider and suffix and suffix[1].strip().casefold() == provider.casefold():
        return title[: suffix.start()]
    return title


def _plain(title: str) -> str:
    return unicodedata.normalize("NFKC", _SIGNS.sub("", title)).casefold()


def _beginning(word: str) -> str:
    return word[:SAME_BEGINNING] if len(word) >= LONG_WORD else word


def _differences(one: Wording, other: Wording) -> tuple[list[str], list[str]]:
    """The words that only one title has, and those that only the other has, forms of one word not counted."""
    only_one = _without(one.words, other.words)
    only_other = _without(other.words, one.words)
    for word in tuple(only_one):
        form = next((form for form in only_other if _one_word(word, form)), None)
        if form is not None:
            only_one.remove(word)
            only_other.remove(form)
    if "".join(only_one) == "".join(only_other):  # plain-text, plaintext
        return [], []
    return only_one, only_other


def _without(words: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    left = list(others)
    missing = []
    for word in words:
        if word in left:
            left.remove(word)
        else:
            missing.append(word)
    return missing


def _one_word(one: str, other: str) -> bool:
    return (
        min(len(one), len(other)) >= LONG_WORD
        and one[:SAME_BEGINNING] == other[:SAME_BEGINNING]
        and one.isalpha()
        and other.isalpha()
        and likeness(one, other) >= ONE_WORD
    )
