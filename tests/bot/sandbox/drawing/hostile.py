"""Texts that would like to be more than text."""

from typing import Any

from hypothesis import strategies as st

ATTACKS = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</div></article><style>*{}</style>", "<!--", "-->",
    "' onclick='x", "javascript:alert(1)", 'https://a.example/"onmouseover="x', "JaVaScRiPt:x", "data:text/html,<b>",
    "&lt;b&gt;", "&#60;script&#62;", "]]>", "<?php", "<!doctype", "\ud83d", "\x00", "\u202e", "👍", "<svg/onload=x>",
    "<https://a.example|<b>>", "<javascript:x|y>", "*_~`", "```", ":fire:", "\n>", "\r\n", "</select>", "<plaintext>",
)  # fmt: skip

texts = st.one_of(st.text(max_size=20), st.lists(st.one_of(st.sampled_from(ATTACKS), st.text(max_size=5))).map("".join))
plain = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"], include_characters="\n<>&\"'😀"), max_size=60)
"""What HTML can hold as it is."""


def json_with(keys: list[str], kinds: list[str]) -> st.SearchStrategy[Any]:
    """JSON of any shape, with the keys and kinds that are known at every place."""
    leaves = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.floats(allow_nan=True), texts)
    known = st.fixed_dictionaries({"type": st.sampled_from(kinds)})

    def grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        said = st.dictionaries(st.sampled_from(keys), inner, max_size=6)
        return st.one_of(st.lists(inner, max_size=4), st.tuples(said, known).map(lambda both: {**both[0], **both[1]}))

    return st.recursive(leaves, grown, max_leaves=25)
