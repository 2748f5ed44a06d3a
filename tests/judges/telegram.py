"""Telegram's judge is TDLib itself: the Bot API server parses HTML and finds mentions with these very functions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import tdjson

MAX_UNITS = 4096
MAX_ENTITIES = 100
MAX_BYTES = 35_000
"""TDLib cuts what is longer, without a word, before it parses."""

LIVE = frozenset({"Mention", "MentionName", "Hashtag", "Cashtag", "BotCommand", "Url", "EmailAddress"})
"""What Telegram makes of plain text by itself and a person can tap."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of the text that is more than text."""

    kind: str
    """`Bold`, `TextUrl`, `Mention` …: TDLib's name without `textEntityType`."""
    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """What Telegram takes the HTML for."""

    text: str
    entities: tuple[Entity, ...]

    def count(self, kind: str) -> int:
        return sum(entity.kind == kind for entity in self.entities)


@dataclass(frozen=True, slots=True)
class Refused:
    """Telegram would answer 400 with this."""

    reason: str


def units(text: str) -> int:
    """Length in UTF-16 code units; lone surrogates count one, as they do where they are refused."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def verdict(html: str) -> Parsed | Refused:
    """What TDLib says of a text in parse mode HTML."""
    answer = parsed(html)
    if answer["@type"] == "error":
        return Refused(answer["message"])
    return Parsed(answer["text"], _entities(answer["text"], answer["entities"]))


def parsed(html: str) -> Mapping[str, Any]:
    """TDLib's whole answer: `formattedText`, or `error`."""
    return _execute({"@type": "parseTextEntities", "text": html, "parse_mode": {"@type": "textParseModeHTML"}})


def live(text: str) -> tuple[Entity, ...]:
    """What a client would make tappable in a plain text by itself: mentions, commands, hashtags, bare links."""
    answer = _execute({"@type": "getTextEntities", "text": text})
    found = _entities(text, answer["entities"])
    return tuple(entity for entity in found if entity.kind in LIVE)


def faults(payload: Mapping[str, Any]) -> list[str]:
    """All that is wrong with the arguments of a `sendMessage` in HTML, but for its address."""
    parsed = verdict(payload["text"])
    if isinstance(parsed, Refused):
        return [parsed.reason]
    checks = {
        "no text": parsed.text.strip() != "",
        f"{units(parsed.text)} UTF-16 units": units(parsed.text) <= MAX_UNITS,
        f"{len(parsed.entities)} entities": len(parsed.entities) <= MAX_ENTITIES,
        f"{len(payload['text'].encode())} bytes": len(payload["text"].encode()) <= MAX_BYTES,
        f"parse mode {payload.get('parse_mode')!r}": payload.get("parse_mode") == "HTML",
    }
    return [fault for fault, right in checks.items() if not right]


def _entities(text: str, found: list[dict[str, Any]]) -> tuple[Entity, ...]:
    encoded = text.encode("utf-16-le", "surrogatepass")
    return tuple(
        Entity(
            entity["type"]["@type"].removeprefix("textEntityType"),
            encoded[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le"),
            entity["type"].get("url"),
        )
        for entity in found
    )


def _execute(request: dict[str, Any]) -> dict[str, Any]:
    _silence()
    answer: dict[str, Any] = json.loads(tdjson.td_execute(json.dumps(request).encode()) or b"{}")
    return answer


@cache
def _silence() -> None:
    tdjson.td_execute(json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}).encode())
