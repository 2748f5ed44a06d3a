"""Which keys a mapping of the configuration knows, found in its JSON Schema."""

from collections.abc import Iterator, Mapping
from typing import Any

Node = Mapping[str, Any]


def keys_at(schema: Node, path: tuple[str | int, ...]) -> list[str]:
    """The keys that the mapping at `path` may have; of a choice of mappings, the keys of all of them."""
    nodes = list(_choices(schema, schema))
    for step in path:
        nodes = [choice for node in nodes for inner in _inside(node, step) for choice in _choices(schema, inner)]
    return list(dict.fromkeys(key for node in nodes for key in node.get("properties", {})))


def _inside(node: Node, step: str | int) -> Iterator[Node]:
    """What may stand under a key, or in a list."""
    if isinstance(step, int):
        candidates = [node.get("items")]
    else:
        named = node.get("properties", {})
        candidates = [named[step]] if step in named else [*node.get("patternProperties", {}).values()]
        candidates.append(node.get("additionalProperties"))
    yield from (candidate for candidate in candidates if isinstance(candidate, dict))


def _choices(schema: Node, node: Node) -> Iterator[Node]:
    """The node itself and all that it refers to or may be instead."""
    yield node
    if reference := node.get("$ref"):
        yield from _choices(schema, schema["$defs"][reference.removeprefix("#/$defs/")])
    for choice in (*node.get("anyOf", ()), *node.get("oneOf", ())):
        yield from _choices(schema, choice)
