"""Slack's Web API client as this program wants it: one attempt a call, in our session, and silent."""

import ipaddress
import logging
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

SILENT = logging.Logger("slack", level=logging.CRITICAL + 1)  # noqa: LOG001 — it is to have no parent
"""For the libraries, whose own loggers show bodies, addresses and tickets; what matters is reported as events.

A logger that none other inherits from, and with a level of its own: theirs test `level` and not what is in force."""


def web_client(token: str, base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A client that never repeats a request by itself: by default a post whose answer got lost is posted twice."""
    client = AsyncWebClient(token, base_url=base_url, session=session, retry_handlers=[], logger=SILENT)
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
