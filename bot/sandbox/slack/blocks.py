"""What Slack would say against a message's blocks: the rules that its reference names, each with where it is broken."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

BLOCKS, CHARACTERS = 50, 12_000
KNOWN = frozenset({
    "actions", "alert", "card", "carousel", "container", "context", "context_actions", "data_table",
    "data_visualization", "divider", "file", "header", "image", "input", "markdown", "plan", "rich_text", "section",
    "table", "task_card", "video",
})  # fmt: skip
TEXTS = {"section": 3000, "header": 150}
"""Characters of the `text` of a block of this type."""

Json = Mapping[str, Any]


def faults(blocks: object) -> list[str]:
    """Everything that is wrong with them, `/blocks/3/text: …`; empty where Slack would take them."""
    if not isinstance(blocks, list):
        return ["/blocks: not a list"]
    found = [f"/blocks: {len(blocks)} of {BLOCKS}"] if len(blocks) > BLOCKS else []
    found += [
        f"/blocks/{place}{fault}"
        for place, block in enumerate(blocks)
        for fault in (_block(block) if isinstance(block, Mapping) else [": not an object"])
    ]
    return found + [f"/blocks: {name} twice" for name in _twice(blocks)]


def is_too_long(blocks: object) -> bool:
    """Whether the blocks' texts are over what Slack takes in all; it answers with a code of its own then."""
    return _characters(blocks) > CHARACTERS


def _block(block: Json) -> Iterator[str]:
    kind = block.get("type")
    if kind not in KNOWN:
        yield f"/type: {kind!r}"
    if kind in TEXTS and not (kind == "section" and block.get("fields")):
        yield from _text("/text", block.get("text"), TEXTS[kind])
    if kind == "section":
        for place, field in enumerate(block.get("fields", ())):
            yield from _text(f"/fields/{place}", field, 2000)
    if kind in {"actions", "context", "rich_text"}:
        yield from _count("/elements", block.get("elements"), {"actions": 25, "context": 10}.get(str(kind), 1000))
    if kind == "actions":
        for place, element in enumerate(block.get("elements", ())):
            yield from (f"/elements/{place}{fault}" for fault in _control(element))


def _control(element: Json) -> Iterator[str]:
    match element.get("type"):
        case "button":
            yield from _text("/text", element.get("text"), 75)
            if len(element.get("value", "")) > 2000:  # noqa: PLR2004 — the limit of the reference, named once
                yield "/value: too long"
        case "static_select":
            yield from _count("/options", element.get("options"), 100)
            for place, option in enumerate(element.get("options", ())):
                yield from _text(f"/options/{place}/text", option.get("text"), 75)
                if not 0 < len(option.get("value", "")) <= 150:  # noqa: PLR2004 — likewise
                    yield f"/options/{place}/value: length"
        case other:
            yield f"/type: {other!r}"


def _text(place: str, text: object, limit: int) -> Iterator[str]:
    said = text.get("text") if isinstance(text, Mapping) else None
    if not isinstance(said, str) or not said:
        yield f"{place}: missing or empty"
    elif len(said) > limit:
        yield f"{place}: {len(said)} of {limit} characters"


def _count(place: str, elements: object, limit: int) -> Iterator[str]:
    if not isinstance(elements, list) or not 0 < len(elements) <= limit:
        yield f"{place}: not 1 to {limit}"


def _twice(blocks: list[Any]) -> list[str]:
    whole = [block for block in blocks if isinstance(block, Mapping)]
    elements = [element for block in whole if block.get("type") == "actions" for element in block.get("elements", ())]
    names = [("block_id", block.get("block_id")) for block in whole]
    names += [("action_id", element.get("action_id")) for element in elements if isinstance(element, Mapping)]
    return [f"{kind} {name!r}" for (kind, name), count in Counter(names).items() if name is not None and count > 1]


def _characters(value: object) -> int:
    if isinstance(value, Mapping):
        own = value.get("text")
        return (len(own) if isinstance(own, str) else 0) + sum(map(_characters, value.values()))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return sum(map(_characters, value))
    return 0
