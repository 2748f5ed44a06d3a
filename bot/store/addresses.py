"""A store's address as an operator writes it, to what SQLAlchemy and its two drivers want to hear."""

import ssl
from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import StoreError
from bot.store.postgresql import DRIVER

POSTGRESQL = ("postgresql", "postgres")
"""Both names libpq takes."""

SSL_MODES: Mapping[str, Any] = {"disable": False, "prefer": None}
"""`sslmode`s that need no context of their own, in pg8000's terms: without TLS, and with it if the server has it."""


def address(text: str) -> tuple[URL, dict[str, Any]]:
    """The URL to connect to and the driver's own arguments.

    `sqlite:///relative.db`, `sqlite:////absolute.db` and `sqlite://` (in memory); `postgresql://user:pw@host/db`, with
    `?sslmode=disable|prefer|require|verify-full` and `?host=/folder/of/the/socket` as libpq reads them
    (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS). StoreError for anything else; its
    text never holds the password.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        raise StoreError(
            "the store's address is no URL such as sqlite:///heatwire.db or postgresql://host/name"
        ) from None
    if url.drivername == "sqlite":
        return _sqlite(url)
    if url.drivername in POSTGRESQL:
        return _postgresql(url)
    raise StoreError(f"{url.drivername!r} is neither sqlite nor postgresql")


def _sqlite(url: URL) -> tuple[URL, dict[str, Any]]:
    if url.host or url.query:
        raise StoreError(f"{url.render_as_string()!r} has more to it than sqlite:///PATH")
    return url, {}


def _postgresql(url: URL) -> tuple[URL, dict[str, Any]]:
    options = dict(url.query)
    arguments = {"ssl_context": _ssl_context(str(options.pop("sslmode", "prefer")))}
    folder = str(options.pop("host", ""))
    if folder:
        arguments["unix_sock"] = f"{folder}/.s.PGSQL.{url.port or 5432}"
    if options:
        raise StoreError(f"{min(options)!r} is not an option of the store's address: there are sslmode and host")
    return url.set(drivername=DRIVER, query={}), arguments


def _ssl_context(mode: str) -> Any:
    """What pg8000 takes for an `sslmode` of libpq: `require` asks for TLS and trusts whoever answers."""
    if mode in SSL_MODES:
        return SSL_MODES[mode]
    if mode not in {"require", "verify-full"}:
        raise StoreError(f"{mode!r} is not an sslmode: there are disable, prefer, require and verify-full")
    context = ssl.create_default_context()
    if mode == "require":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
