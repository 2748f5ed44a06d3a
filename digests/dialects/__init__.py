"""One room a platform: its markup, its escaping, its limits, and how long a text is in its own unit."""

from collections.abc import Mapping
from types import MappingProxyType

from digests.dialects.console import Console
from digests.dialects.dialect import Dialect
from digests.dialects.slack import Slack
from digests.dialects.telegram import Telegram

_ALL: tuple[Dialect, ...] = (Telegram(), Slack(), Console())

DIALECTS: Mapping[str, Dialect] = MappingProxyType({dialect.name: dialect for dialect in _ALL})
"""Every dialect by its name."""
