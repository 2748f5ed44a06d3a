"""What no single key can tell: keys that exclude each other, need each other, or say the same thing twice.

Looks at the plain data, whatever else is wrong with it, so that all mistakes are found in one go. A key with nothing
behind it counts as not given.
"""

from collections.abc import Iterator
from typing import Any

from bot.settings.wording import Fault, Path, path_text

_PLATFORMS = ("telegram", "slack")


def conflicts(raw: Any) -> Iterator[Fault]:
    """The mistakes between keys of the configuration."""
    root = mapping(raw)
    yield from _exactly_one(root, ("archive",), "path", "git")
    yield from _needed(root, ("archive",), "branch", "git")
    yield from _same_names(mapping(root.get("commands")))
    for name, digest in mapping(root.get("digests")).items():
        place = ("digests", name)
        yield from _exactly_one(root, place, "at", "cron")
        yield from _needed(root, place, "days", "at")
        yield from _destinations(root, (*place, "to"), mapping(digest).get("to"))
    yield from _destinations(root, ("admins",), root.get("admins"))


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is a mapping, else an empty one: what else it is, the shape complains about."""
    return value if isinstance(value, dict) else {}


def _at(root: Any, place: Path) -> Any:
    for step in place:
        root = mapping(root).get(str(step))
    return root


def _exactly_one(root: Any, place: Path, one: str, other: str) -> Iterator[Fault]:
    section = _at(root, place)
    if not isinstance(section, dict):
        return
    given = [key for key in (one, other) if section.get(key) is not None]
    if not given:
        yield Fault(place, f"has neither {one!r} nor {other!r}")
    elif len(given) > 1:
        yield Fault((*place, other), f"is given beside {one!r}")


def _needed(root: Any, place: Path, key: str, needed: str) -> Iterator[Fault]:
    section = mapping(_at(root, place))
    if section.get(key) is not None and section.get(needed) is None:
        yield Fault((*place, key), f"means nothing without {needed!r}")


def _same_names(commands: dict[str, Any]) -> Iterator[Fault]:
    names = {key: key for key in ("latest", "topic", "topics", "help", "start", "digest")}
    names |= {key: name for key, name in commands.items() if isinstance(name, str)}
    for key, name in commands.items():
        other = next((other for other, taken in names.items() if taken == name and other != key), None)
        if other is not None:
            yield Fault(("commands", key), f"{name!r} is what {other!r} is called")


def _destinations(root: dict[str, Any], place: Path, destinations: Any) -> Iterator[Fault]:
    seen: dict[tuple[str, ...], Path] = {}
    for number, destination in enumerate(destinations if isinstance(destinations, list) else ()):
        here: Path = (*place, number)
        given = mapping(destination)
        for platform in _PLATFORMS:
            if platform in given and platform not in root:
                yield Fault((*here, platform), f"{platform} is not configured")
        identity = tuple(f"{key}={str(given[key]).lower()}" for key in sorted(given))
        if given and (first := seen.setdefault(identity, here)) != here:
            yield Fault(here, f"is the same destination as {path_text(first)}")
