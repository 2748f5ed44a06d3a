"""When two links lead to the same page."""

import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

_HOST_DRESS = re.compile(r"^(?:(?:www\d?|m|mobile|amp)\.)+(?=[^.]+\.)")
_AMP_PATH = re.compile(r"(?:/amp(?:\.html)?|\.amp(?:\.html)?)$|^/amp(?=/)")
_CACHED = re.compile(r"^/amp/(?:s/)?(?=[^/]+\.[^/]+)")
_CLICK_COUNTERS = """
    amp cmp cmpid dclid fbclid ftag gclid guccounter igshid mc_cid mc_eid mkt_tok msclkid ncid ocid outputtype ref_src
    spm src taid wt.mc_id yclid
"""
_TRACKING = frozenset(_CLICK_COUNTERS.split())


@lru_cache(maxsize=16_384)
def page_of(url: str) -> str:
    """What a link leads to, without what differs between two links to one page; compare it, never open it.

    Scheme, `www.`, a trailing slash, the fragment, AMP variants and the parameters by which senders count clicks
    are left out. A link to a bare host, or one that cannot be read, leads to no page: an empty string.
    """
    try:
        parts = urlsplit(url.strip())
        host = _HOST_DRESS.sub("", (parts.hostname or "").rstrip("."))
    except ValueError:
        return ""
    cached = _CACHED.match(parts.path)
    if cached and host == "google.com":
        return page_of("//" + parts.path[cached.end() :] + (f"?{parts.query}" if parts.query else ""))
    path = _AMP_PATH.sub("", parts.path.rstrip("/")).rstrip("/")
    query = _telling_query(parts)
    return f"{host}{path}{query}" if host and (path or query) else ""


def _telling_query(parts: SplitResult) -> str:
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    telling = sorted((name, value) for name, value in pairs if not _counts_clicks(name.casefold()))
    return f"?{urlencode(telling)}" if telling else ""


def _counts_clicks(name: str) -> bool:
    return name.startswith("utm_") or name in _TRACKING
