"""Which links Telegram keeps, and how it writes them: the rules of TDLib's `parse_url` and `LinkManager`."""

import re
from ipaddress import AddressValueError, IPv6Address
from string import ascii_letters

WEB = ("http", "https")
BLANKS = re.compile(r"[\0-\x20]")
SPACES = " \t\r\n\v\0"
HIGHEST_PORT = 65535
HIGHEST_ID = 2**63 - 1
PART = r"(?:[A-Za-z0-9.\-_!$,~*'();&+={more}\x80-\U0010ffff]|%[0-9a-fA-F]{{2}})*"
NAME, USER = re.compile(PART.format(more="")), re.compile(PART.format(more=":"))
OWN_NAMES = {
    "tg": re.compile(r"[A-Za-z0-9\-_]+"),
    "ton": re.compile(r"[A-Za-z0-9\-_]+"),
    "tonsite": re.compile(r"[A-Za-z0-9\-_.]+"),
}
SCHEME = re.compile(r"([^:/?#@\[\]]*)://")
LOWER = {ord(letter): letter.lower() for letter in ascii_letters}
PERSON = re.compile(r"tg:(?://)?user/?\?(?P<query>[^#]*)", re.IGNORECASE | re.DOTALL)
NUMBER = re.compile(r"-?[0-9]+", re.ASCII)


def checked_link(url: str) -> str | None:
    """The link as Telegram keeps it; None where it drops it without a word."""
    scheme, colon, rest = url.partition(":")
    if colon and (own := scheme.translate(LOWER)) in OWN_NAMES:
        return own_link(own, rest.removeprefix("//"))
    return web_link(url)


def web_link(url: str) -> str | None:
    """A link into the Web; `http` where it does not say."""
    split = divided(url)
    if split is None:
        return None
    scheme, user, host, port, rest = split
    bracketed = host.startswith("[")
    if not bracketed and "." not in host:
        return None
    return f"{scheme}://{user}{'@' if user else ''}{host}{port}{rest}"


def own_link(scheme: str, rest: str) -> str | None:
    """A link into Telegram or TON."""
    split = divided(rest)
    if split is None:
        return None
    web, user, host, port, query = split
    if rest.translate(LOWER).startswith("http://") or web == "https" or user or port or host.startswith("["):
        return None
    if not OWN_NAMES[scheme].fullmatch(host):
        return None
    return f"{scheme}://{host}{query.removeprefix('/') if query.startswith('/?') else query}"


def divided(url: str) -> tuple[str, str, str, str, str] | None:
    """Scheme, user, host, `:port` and all from the `/` on; None where one of them is wrong."""
    found = SCHEME.match(url)
    scheme, rest = ("http", url) if found is None else (found[1].translate(LOWER), url[found.end() :])
    end = next((at for at, character in enumerate(rest) if character in "/?#"), len(rest))
    place, port = split_port(rest[:end])
    user, _, host = place.rpartition("@")
    host = host.translate(LOWER)
    if scheme not in WEB or port is None or not is_host(host):
        return None
    if not host.startswith("[") and not USER.fullmatch(user):
        return None
    return scheme, user, host, port, path_of(rest[end:])


def split_port(place: str) -> tuple[str, str | None]:
    """User and host, and the port as `:80`; an empty one where there is none, None where it is wrong."""
    at = max(place.rfind(end) for end in ":]@")
    if at <= 0 or place[at] != ":":
        return place, ""
    number = place[at + 1 :].lstrip("0")
    if not NUMBER.fullmatch(number) or not 0 < int(number) <= HIGHEST_PORT:
        return place[:at], None
    return place[:at], f":{int(number)}"


def is_host(host: str) -> bool:
    """Whether a host is written so, by name or by number."""
    if host.startswith("[") and host.endswith("]"):
        return is_ipv6(host[1:-1])
    return host not in {"", "."} and NAME.fullmatch(host) is not None


def is_ipv6(address: str) -> bool:
    """Whether it is such an address."""
    try:
        IPv6Address(address)
    except AddressValueError:
        return False
    return "%" not in address


def path_of(rest: str) -> str:
    """Path, query and fragment, with what cannot be seen percent-encoded."""
    shown = rest.rstrip(SPACES)
    encoded = BLANKS.sub(lambda blank: f"%{ord(blank[0]):02X}", shown)
    return encoded if encoded.startswith("/") else f"/{encoded}"


def person_of(url: str) -> int | None:
    """The number of the person that `tg://user?id=…` mentions; None where it is no such link."""
    found = PERSON.fullmatch(url.split("#", 1)[0])
    if found is None:
        return None
    values = (part.partition("=")[2] for part in found["query"].split("&") if part.partition("=")[0].lower() == "id")
    number = next(values, "")
    return int(number) if NUMBER.fullmatch(number) and 0 < int(number) <= HIGHEST_ID else None
