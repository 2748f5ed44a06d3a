"""Judges a call by the published Bot API: the method exists, its arguments are known, complete and well typed."""

from collections.abc import Mapping
from typing import Any

from tests.judges.specifications import specification

_PLAIN: dict[str, tuple[type, ...]] = {
    "String": (str,),
    "Integer": (int,),
    "Float": (int, float),
    "Boolean": (bool,),
    "True": (bool,),
    "InputFile": (str, bytes),
}
_LIST = "Array of "


def faults(method: str, arguments: Mapping[str, Any]) -> list[str]:
    """All that is wrong with a call: empty when the Bot API has it just so."""
    methods = specification("telegram-bot-api-10.1.json")["methods"]
    if method not in methods:
        return [f"{method}: no such method"]
    return _fields(method, methods[method].get("fields", []), arguments)


def _fields(place: str, fields: list[dict[str, Any]], values: Mapping[str, Any]) -> list[str]:
    known = {field["name"]: field for field in fields}
    found = [f"{place}.{name}: no such field" for name in values if name not in known]
    found += [f"{place}.{name}: missing" for name, field in known.items() if field["required"] and name not in values]
    for name in known.keys() & values.keys():
        found += _value(f"{place}.{name}", known[name]["types"], values[name])
    return found


def _value(place: str, types: list[str], value: Any) -> list[str]:
    """The faults of the type that fits best."""
    return min((_of_type(place, name, value) for name in types), key=len)


def _of_type(place: str, name: str, value: Any) -> list[str]:
    wrong = [f"{place}: {value!r} is no {name}"]
    if name in _PLAIN:
        right = isinstance(value, _PLAIN[name]) and (bool in _PLAIN[name] or not isinstance(value, bool))
        return [] if right else wrong
    if name.startswith(_LIST):
        if not isinstance(value, list | tuple):
            return wrong
        inner = [name.removeprefix(_LIST)]
        return [fault for at, item in enumerate(value) for fault in _value(f"{place}[{at}]", inner, item)]
    if not isinstance(value, Mapping):
        return wrong
    known = specification("telegram-bot-api-10.1.json")["types"][name]
    if "subtypes" in known:
        return _value(place, known["subtypes"], value)
    return _fields(place, known.get("fields", []), value)
