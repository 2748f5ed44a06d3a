"""What an admin may decide about the answers to commands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from digests.digest import DigestSpec

LATEST = DigestSpec(window=timedelta(days=7), limit=5)


@dataclass(frozen=True, slots=True)
class CommandOptions:
    """How commands are answered."""

    timezone: ZoneInfo
    """In which dates are shown."""
    latest: DigestSpec = LATEST
    """What `/latest` and `/topic` choose from and how they rank; its `limit` is how many stories are usual."""
    link_previews: bool = False
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What commands are called where: platform to canonical name to the name in the chat, without the slash."""

    def typed(self, platform: str, name: str) -> str:
        """A command as people of a platform type it: `/latest`."""
        return "/" + self.names.get(platform, {}).get(name, name).lstrip("/")
