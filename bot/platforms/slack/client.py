"""Slack's Web API client as this program wants it: one attempt a call, in our session, and silent."""

import ipaddress
import json
import logging
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from slack_sdk.web.async_client import AsyncWebClient

from bot.failpoints import Point, reach

SILENT = logging.Logger("slack", level=logging.CRITICAL + 1)  # noqa: LOG001 — it is to have no parent
"""For the libraries, whose own loggers show bodies, addresses and tickets; what matters is reported as events.

A logger that none other inherits from, and with a level of its own: theirs test `level` and not what is in force."""


class Written(aiohttp.BytesPayload):
    """A request's JSON, which says when the last of it was handed to the system: from then on Slack may have it.

    Nothing else tells so exactly. The HTTP client's tracing reports a body before it is written, and to each request
    of the session; when the call returns, the answer is there.
    """

    def __init__(self, value: object) -> None:
        super().__init__(json.dumps(value).encode(), content_type="application/json")

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        """Write all of it, and say so."""
        await super().write_with_length(writer, content_length)
        reach(Point.REQUEST_WRITTEN)


class OneRequest:
    """The session as the SDK uses it, where a call is one request: a redirection is an answer and not followed."""

    closed = False
    """The SDK would else open a session of its own, which has none of our limits."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    def request(self, verb: str, url: str, **options: Any) -> Any:
        """As aiohttp's."""
        value = options.pop("json", None)
        if value is not None:
            options["data"] = Written(value)
        return self._session.request(verb, url, allow_redirects=False, **options)


def web_client(token: str, base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A client that never repeats a request by itself: by default a post whose answer got lost is posted twice."""
    once = cast("aiohttp.ClientSession", OneRequest(session))
    client = AsyncWebClient(token, base_url=base_url, session=once, retry_handlers=[], logger=SILENT)
    client.proxy = proxy_for(base_url)
    return client


def proxy_for(url: str) -> str | None:
    """The proxy that the environment wants for this address; never one for this machine.

    The SDK asks the environment as well, but knows neither `no_proxy` nor that a proxy cannot reach our loopback.
    """
    host = urlsplit(url).hostname or ""
    if _is_loopback(host) or proxy_bypass(host):
        return None
    return getproxies().get(urlsplit(url).scheme)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
