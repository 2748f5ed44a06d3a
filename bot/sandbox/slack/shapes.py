"""What a JSON value has to look like: small shapes that are put together, each telling what is wrong and where."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Shape = Callable[[object, str], Iterator[str]]
"""What a value has against it, given its JSON pointer; each is worded as Slack words it."""


def fault(words: str, pointer: str) -> str:
    """One line of `response_metadata.messages`, without its `[ERROR]`."""
    return f"{words} [json-pointer:{pointer}]"


def string(most: int | None = None, least: int = 0) -> Shape:
    """A string of so many characters."""

    def look(value: object, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield fault("must be a string", pointer)
        elif len(value) < least:
            yield fault(f"must be more than {least - 1} characters", pointer)
        elif most is not None and len(value) > most:
            yield fault(f"must be less than {most + 1} characters", pointer)

    return look


def passing(holds: Callable[[str], object], words: str) -> Shape:
    """A string of which something holds."""

    def look(value: object, pointer: str) -> Iterator[str]:
        if not isinstance(value, str) or not holds(value):
            yield fault(words, pointer)

    return look


def number(least: float | None = None, most: float | None = None) -> Shape:
    """A number within bounds; a flag is none."""

    def look(value: object, pointer: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield fault("must be a number", pointer)
        elif (least is not None and value < least) or (most is not None and value > most):
            yield fault(f"must be between {least} and {most}", pointer)

    return look


def flag(value: object, pointer: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield fault("must be a boolean", pointer)


def anything(_value: object, _pointer: str) -> Iterator[str]:
    """Whatever it is."""
    yield from ()


def choice(*values: object) -> Shape:
    """One of these."""

    def look(value: object, pointer: str) -> Iterator[str]:
        if isinstance(value, bool) or value not in values:
            yield fault(f"must be one of {', '.join(map(str, values))}", pointer)

    return look


def items(shape: Shape, most: int | None = None, least: int = 1) -> Shape:
    """A list of so many values of one shape."""

    def look(value: object, pointer: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield fault("must be an array", pointer)
            return
        if len(value) < least:
            yield fault(f"no fewer than {least} items allowed", pointer)
        if most is not None and len(value) > most:
            yield fault(f"no more than {most} items allowed", pointer)
        for place, item in enumerate(value):
            yield from shape(item, f"{pointer}/{place}")

    return look


def record(required: Mapping[str, Shape], optional: Mapping[str, Shape] | None = None, *, open_: bool = False) -> Shape:
    """An object with these fields, and others only where it is open."""
    shapes = {**required, **(optional or {})}

    def look(value: object, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield fault("must be an object", pointer)
            return
        yield from (fault(f"missing required field: {name}", pointer) for name in required if name not in value)
        for name, said in value.items():
            if name in shapes:
                yield from shapes[name](said, f"{pointer}/{name}")
            elif not open_:
                yield fault(f"invalid additional property: {name}", pointer)

    return look


def one_of(kinds: Callable[[], Mapping[str, Shape]]) -> Shape:
    """An object whose `type` says which shape it has; the table is asked for late, since shapes hold each other."""

    def look(value: object, pointer: str) -> Iterator[str]:
        kind: Any = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict):
            yield fault("must be an object", pointer)
        elif "type" not in value:
            yield fault("missing required field: type", pointer)
        elif not isinstance(kind, str) or kind not in kinds():
            yield fault(f"unsupported type: {kind}", f"{pointer}/type")
        else:
            yield from kinds()[kind](value, pointer)

    return look


def either(first: Shape, second: Shape) -> Shape:
    """Right by the one shape or the other; where neither, what the first has against it."""

    def look(value: object, pointer: str) -> Iterator[str]:
        if found := list(first(value, pointer)):
            yield from found if any(second(value, pointer)) else ()

    return look


def also(shape: Shape, holds: Callable[[Mapping[str, Any]], object], words: str) -> Shape:
    """A shape, and something that has to hold of the object as a whole."""

    def look(value: object, pointer: str) -> Iterator[str]:
        yield from shape(value, pointer)
        if isinstance(value, dict) and not holds(value):
            yield fault(words, pointer)

    return look
