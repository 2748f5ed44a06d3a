"""What a request asks for: a method's arguments as JSON, a form or the query (docs.slack.dev/apis/web-api)."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

Json = dict[str, Any]

STRUCTURED = frozenset({"attachments", "blocks", "message", "metadata", "view"})
"""Arguments that are JSON within a form."""


async def arguments(request: web.Request) -> Json | str:
    """The arguments, or the code of Slack's refusal where they cannot be read."""
    if request.content_type == "application/json":
        try:
            said = json.loads(await request.read() or b"{}")
        except ValueError:
            return "invalid_json"
        return {**request.query, **_unfolded(said)} if isinstance(said, dict) else "json_not_object"
    form = await request.post()
    return _unfolded({**request.query, **{name: str(value) for name, value in form.items()}})


def _unfolded(said: Mapping[str, Any]) -> Json:
    return {name: _parsed(value) if name in STRUCTURED else value for name, value in said.items()}


def _parsed(value: Any) -> Any:
    """JSON within a string; what is none stays a string, and is refused as one by whoever looks at it."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
