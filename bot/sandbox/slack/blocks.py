"""What Slack would say against a message's blocks, in its own words, and what is known to go wrong besides.

Two answers, since they differ: `refusals` are what Slack answers `invalid_blocks` to; `faults` are those and what it
takes today and documents nowhere, so that a bot that has none of them is safe.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.slack.kit import BLOCKS, KNOWN
from bot.sandbox.slack.shapes import fault, items, one_of

CHARACTERS = 12_000
"""Over all blocks: from somewhere here on Slack refuses, documented nowhere (bolt-js #2509 and #2867)."""
SAFE_CHARACTERS = 10_000
"""Over all blocks, up to which none was ever seen to be refused; one of 11,341 was."""
SAFE_TEXT = 3000
"""Characters of one text or address."""


def refusals(blocks: object, most: int = BLOCKS) -> list[str]:
    """Everything that Slack refuses, `must be an array [json-pointer:/blocks]`; empty where it would take them."""
    found = list(items(one_of(lambda: KNOWN), most, least=0)(blocks, "/blocks"))
    return found + [
        fault(f"block_id {name} already exists", pointer) for pointer, name in _again(blocks, "block_id", "/blocks")
    ]


def faults(blocks: object, most: int = BLOCKS) -> list[str]:
    """What Slack refuses, and what a careful bot leaves out."""
    return [*refusals(blocks, most), *_cautions(blocks)]


def is_too_long(blocks: object) -> bool:
    """Whether the blocks' texts are over what Slack takes in all; it answers with a code of its own then."""
    return _characters(blocks) > CHARACTERS


def _cautions(blocks: object) -> Iterator[str]:
    for pointer, name in _again(blocks, "action_id", "/blocks"):
        yield fault(f"action_id {name} already exists", pointer)
    if (characters := _characters(blocks)) > SAFE_CHARACTERS:
        yield fault(f"{characters} of {SAFE_CHARACTERS} characters in all", "/blocks")
    for pointer, node in _nodes(blocks, "/blocks"):
        for key in _texts(node):
            if len(node[key]) > SAFE_TEXT:
                yield fault(f"{len(node[key])} of {SAFE_TEXT} characters", f"{pointer}/{key}")


def _again(blocks: object, key: str, pointer: str) -> list[tuple[str, str]]:
    """Where a name stands that stood before."""
    seen: Counter[str] = Counter()
    found = []
    for place, node in _nodes(blocks, pointer):
        name = node.get(key)
        if isinstance(name, str):
            seen[name] += 1
            found += [(f"{place}/{key}", name)] if seen[name] > 1 else []
    return found


def _characters(blocks: object) -> int:
    return sum(len(node[key]) for _, node in _nodes(blocks, "") for key in _texts(node))


def _texts(node: Mapping[str, Any]) -> list[str]:
    return [key for key in ("text", "url") if isinstance(node.get(key), str)]


def _nodes(value: object, pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        yield pointer, value
        for name, part in value.items():
            yield from _nodes(part, f"{pointer}/{name}")
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _nodes(part, f"{pointer}/{place}")
