"""What Slack would say against a message's blocks, in its own words, and what is known to go wrong besides.

Two answers, since they differ: `refusals` are what Slack answers `invalid_blocks` to; `faults` are those and what it
takes today and documents nowhere, so that a bot that has none of them is safe.
"""

from collections.abc import Iterator
from typing import Any, Final

from bot.sandbox.slack.kit import BLOCKS, KNOWN
from bot.sandbox.slack.shapes import fault, items, one_of

CHARACTERS = 12_000
"""Over all blocks: from somewhere here on Slack refuses, documented nowhere (bolt-js #2509 and #2867)."""
SAFE_CHARACTERS = 10_000
"""Over all blocks, up to which none was ever seen to be refused; one of 11,341 was."""
SAFE_TEXT = 3000
"""Characters of one text or address."""

Node = tuple[str, dict[str, Any]]

_BLOCK: Final = one_of(lambda: KNOWN)
_MESSAGE: Final = items(_BLOCK, BLOCKS, least=0)


def refusals(blocks: object, most: int = BLOCKS) -> list[str]:
    """Everything that Slack refuses, `must be an array [json-pointer:/blocks]`; empty where it would take them."""
    return _refusals(blocks, list(_nodes(blocks, "/blocks")), most)


def faults(blocks: object, most: int = BLOCKS) -> list[str]:
    """What Slack refuses, and what a careful bot leaves out."""
    nodes = list(_nodes(blocks, "/blocks"))
    return [*_refusals(blocks, nodes, most), *_cautions(nodes)]


def is_too_long(blocks: object) -> bool:
    """Whether the blocks' texts are over what Slack takes in all; it answers with a code of its own then."""
    return _characters(list(_nodes(blocks, ""))) > CHARACTERS


def _refusals(blocks: object, nodes: list[Node], most: int) -> list[str]:
    found = _MESSAGE(blocks, "/blocks") if most == BLOCKS else items(_BLOCK, most, least=0)(blocks, "/blocks")
    return [*found, *_again(nodes, "block_id")]


def _cautions(nodes: list[Node]) -> Iterator[str]:
    yield from _again(nodes, "action_id")
    if (characters := _characters(nodes)) > SAFE_CHARACTERS:
        yield fault(f"{characters} of {SAFE_CHARACTERS} characters in all", "/blocks")
    for pointer, node in nodes:
        for key in _texts(node):
            if len(node[key]) > SAFE_TEXT:
                yield fault(f"{len(node[key])} of {SAFE_TEXT} characters", f"{pointer}/{key}")


def _again(nodes: list[Node], key: str) -> list[str]:
    """A fault for each name that stood before."""
    seen: set[str] = set()
    found = []
    for pointer, node in nodes:
        name = node.get(key)
        if isinstance(name, str):
            found += [fault(f"{key} {name} already exists", f"{pointer}/{key}")] if name in seen else []
            seen.add(name)
    return found


def _characters(nodes: list[Node]) -> int:
    return sum(len(node[key]) for _, node in nodes for key in _texts(node))


def _texts(node: dict[str, Any]) -> list[str]:
    return [key for key in ("text", "url") if isinstance(node.get(key), str)]


def _nodes(value: object, pointer: str) -> Iterator[Node]:
    """Every object within, with its JSON pointer."""
    if isinstance(value, dict):
        yield pointer, value
        for name, part in value.items():
            if isinstance(part, dict | list):
                yield from _nodes(part, f"{pointer}/{name}")
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _nodes(part, f"{pointer}/{place}")
