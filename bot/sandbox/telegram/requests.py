"""What an HTTP request asks of the Bot API: method and arguments, from JSON, a form, a multipart body or the query.

https://core.telegram.org/bots/api#making-requests
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from aiohttp import web

from bot.sandbox.telegram.refusals import bad_request

JSON_FIELDS = frozenset(
    {
        "reply_markup", "entities", "caption_entities", "link_preview_options", "commands", "scope", "allowed_updates",
        "reply_parameters",
    }
)  # fmt: skip
"""Arguments that are JSON where the request itself is not."""

YES = frozenset({"true", "yes", "1"})

Arguments = Mapping[str, Any]


def address_of(raw_path: str) -> tuple[str, str, str]:
    """Token, method and query of `/bot<token>/<method>?<query>`; token and method are empty where it is none."""
    path, _, query = raw_path.partition("?")
    begin, slash, method = path.removeprefix("/bot").partition("/")
    if not (slash and path.startswith("/bot")) or "/" in method:
        return "", "", query
    return unquote(begin), unquote(method), query


async def arguments_of(request: web.BaseRequest, query: str) -> dict[str, Any]:
    """All arguments; RefusedError where the body cannot be read."""
    arguments: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True)) if query else {}
    if request.body_exists:
        arguments |= await body_of(request)
    for name in arguments.keys() & JSON_FIELDS:
        arguments[name] = decoded(name, arguments[name])
    return arguments


async def body_of(request: web.BaseRequest) -> Mapping[str, Any]:
    """The arguments in the body; a file is the name that it was sent under."""
    match request.content_type:
        case "application/json":
            return json_object(await request.read())
        case "multipart/form-data":
            form = await request.post()
            return {name: value if isinstance(value, str) else name_of(value) for name, value in form.items()}
        case _:
            return dict(parse_qsl((await request.read()).decode(errors="replace"), keep_blank_values=True))


def name_of(value: web.FileField | bytes | bytearray) -> str:
    """The name of a file that came along."""
    return value.filename if isinstance(value, web.FileField) else ""


def json_object(body: bytes) -> Mapping[str, Any]:
    """The arguments of a JSON body."""
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise bad_request("can't parse request: request must be a JSON object")
    return found


def decoded(name: str, value: Any) -> Any:
    """An argument that is JSON, whether it came as such or as a text of it."""
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        return json.loads(value)
    except ValueError:
        raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None


def integer(arguments: Arguments, name: str) -> int:
    """A number; 0 where there is none, as the server reads it."""
    try:
        return int(arguments.get(name) or 0)
    except (TypeError, ValueError):
        return 0


def boolean(arguments: Arguments, name: str) -> bool:
    """Yes or no; no where nothing is said."""
    return str(arguments.get(name, "")).lower() in YES
