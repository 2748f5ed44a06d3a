"""Slack's three block judges: the SDK's models (lengths), the published types (shapes), the rules neither has."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from tests.judges.specifications import specification

MAX_BLOCKS = 50
MAX_CHARACTERS = 10_000
"""Over all blocks: Slack answers `msg_blocks_too_long` somewhere above, and documents it nowhere."""
MAX_TEXT = 3000
MAX_FIELD = 2000
SCHEMA = "slack-blocks.from-slack-types-3.2.0.schema.json"

Node = Mapping[str, Any]


def faults(payload: Mapping[str, Any]) -> list[str]:
    """All that is wrong with the arguments of a `chat.postMessage`, but for its channel."""
    blocks = payload.get("blocks", [])
    return [*_text_faults(payload), *_length_faults(blocks), *_shape_faults(blocks), *_rule_faults(blocks)]


def texts(blocks: Any) -> Iterator[str]:
    """Every text a block shows, and every address it links to, in order."""
    for node in _nodes(blocks):
        yield from (node[key] for key in ("text", "url") if isinstance(node.get(key), str))


def _text_faults(payload: Mapping[str, Any]) -> Iterator[str]:
    text = payload.get("text", "")
    if not text.strip():
        yield "no fallback text"
    if len(text) > MAX_TEXT:
        yield f"fallback text of {len(text)} characters"
    if "<" in text or ">" in text:
        yield f"live markup in the fallback text {text!r}"


def _length_faults(blocks: list[Node]) -> Iterator[str]:
    for block in blocks:
        try:
            parsed = Block.parse(dict(block))
            if parsed is None:
                yield f"{block['type']}: the SDK knows no such block"
            else:
                parsed.to_dict()
        except (SlackObjectFormationError, TypeError) as error:  # TypeError: a field too many or too few
            yield f"{block['type']}: {error}"


def _shape_faults(blocks: list[Node]) -> Iterator[str]:
    for block in blocks:
        validator = _validators().get(block["type"])
        if validator is None:
            yield f"{block['type']}: not published"
            continue
        error = best_match(validator.iter_errors(block))
        if error is not None:
            yield f"{block['type']}: {error.message} at {error.json_path}"


@cache
def _validators() -> dict[str, Draft7Validator]:
    """One validator a type of block: far quicker, and clearer in what it says, than trying them all."""
    definitions = specification(SCHEMA)["definitions"]
    return {
        kind: Draft7Validator({"$ref": f"#/definitions/{name}", "definitions": definitions})
        for name, definition in definitions.items()
        if name.endswith("Block")
        for form in definition.get("anyOf", [definition])  # an image is published in two forms, both of one type
        if (kind := form.get("properties", {}).get("type", {}).get("const"))
    }


def _rule_faults(blocks: list[Node]) -> Iterator[str]:
    for rule, broken in _RULES.items():
        if broken(blocks):
            yield rule


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, Mapping):
        yield value
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _nodes(item)


def _doubled(blocks: list[Node], key: str) -> bool:
    return any(times > 1 for times in Counter(node[key] for node in _nodes(blocks) if key in node).values())


def _of_type(blocks: list[Node], kind: str) -> Iterator[Node]:
    return (block for block in blocks if block["type"] == kind)


def _empty_section(section: Node) -> bool:
    return "fields" not in section and not section.get("text", {}).get("text", "").strip()


_RULES: dict[str, Callable[[list[Node]], bool]] = {
    f"more than {MAX_BLOCKS} blocks": lambda blocks: len(blocks) > MAX_BLOCKS,
    "a block_id twice": lambda blocks: _doubled(blocks, "block_id"),
    "an action_id twice": lambda blocks: _doubled(blocks, "action_id"),
    "a section without text": lambda blocks: any(map(_empty_section, _of_type(blocks, "section"))),
    "an empty actions block": lambda blocks: any(not block["elements"] for block in _of_type(blocks, "actions")),
    f"a section's field over {MAX_FIELD} characters": lambda blocks: any(
        len(field["text"]) > MAX_FIELD for block in _of_type(blocks, "section") for field in block.get("fields", ())
    ),
    f"more than {MAX_CHARACTERS} characters in all": lambda blocks: sum(map(len, texts(blocks))) > MAX_CHARACTERS,
    f"a text over {MAX_TEXT} characters": lambda blocks: any(len(text) > MAX_TEXT for text in texts(blocks)),
    "an empty text": lambda blocks: any(not text for text in texts(blocks)),
}
