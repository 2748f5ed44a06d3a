"""Which addresses may be linked, and in what spelling: a stranger's link is dropped rather than trusted."""

import re
from urllib.parse import quote, urlsplit

MAX_LENGTH = 2000
"""Characters; Slack takes 3,000, some clients no more than this."""

_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
"""A name with a dot that ends in letters: Telegram drops links to other hosts without a word."""
_SAFE = "/%:@!$&()*+,;=~-._"
_PORTS = {"http": 80, "https": 443}


def link(url: str) -> str | None:
    """The address in plain ASCII, its host as IDNA writes it; None where it is not a web address fit to be tapped.

    Fit is: http or https, a host name with a dot, nobody's name or password before it, at most 2,000 characters.
    """
    try:
        parts = urlsplit(url.strip())
        place = _place(parts.scheme, parts.hostname or "", parts.port)
        path = quote(parts.path or "/", safe=_SAFE)
        query = quote(parts.query, safe=_SAFE + "?")
        fragment = quote(parts.fragment, safe=_SAFE + "?")
    except ValueError:  # of urllib for ports and brackets, of IDNA for hosts, of UTF-8 for lone surrogates
        return None
    if place is None or "@" in parts.netloc:
        return None
    whole = f"{parts.scheme}://{place}{path}{query and '?' + query}{fragment and '#' + fragment}"
    return whole if len(whole) <= MAX_LENGTH else None


def _place(scheme: str, host: str, port: int | None) -> str | None:
    """Host and, where it is not the scheme's own, port."""
    name = host.encode("idna").decode("ascii").lower().rstrip(".")
    if scheme not in _PORTS or _HOST.fullmatch(name) is None or port == 0:
        return None
    return name if port in {None, _PORTS[scheme]} else f"{name}:{port}"
