"""The instants at which a crash could matter, each with a name, so that a test can end the process at every one."""

from collections.abc import Callable
from enum import StrEnum

__all__ = ["Hook", "Point", "install", "reach"]


class Point(StrEnum):
    """What has just happened, and what would be lost or done twice if a crash now were not thought of."""

    PLANNED = "planned"
    """An edition's transaction is committed; nobody has been told to look for its deliveries."""
    CLAIMED = "claimed"
    """A delivery's claim is on disk; no request has been made."""
    REQUEST_WRITTEN = "request_written"
    """A request is leaving, or has left; no answer has come."""
    REPLY_READ = "reply_read"
    """The platform's answer is known to this process, and to nobody else."""
    SENT_COMMITTED = "sent_committed"
    """What became of a delivery is on disk; nothing that follows from it has been done."""
    LOOKED_UP = "looked_up"
    """The platform was asked about an unclear delivery; the finding is not on disk."""
    ADOPTED = "adopted"
    """An unclear delivery is on disk as found in its chat."""
    REPEATED = "repeated"
    """An unclear delivery is on disk as owed again."""
    SWEPT = "swept"
    """Extra copies were deleted; that they were is not on disk."""
    INBOX_STORED = "inbox_stored"
    """What was received is on disk; the platform has not been told so."""
    OFFSET_ADVANCED = "offset_advanced"
    """The platform will not tell again what was received; nothing has come of it."""
    COMMAND_DONE = "command_done"
    """A command is on disk as done, and its answer as owed; the answer has not been sent."""
    CONFIGURATION_SWAPPED = "configuration_swapped"
    """A new configuration is in force; the service under it has yet to start."""
    ARTICLE_INDEXED = "article_indexed"
    """A refresh of the archive is committed to the index; nothing has been made of it."""
    NOTICE_STORED = "notice_stored"
    """What the admins are to be told is on disk as owed; it has not been sent."""


Hook = Callable[[Point], None]
"""What a test does at a point; called in whichever thread comes there."""


class _Installed:
    """The one hook of the process; None except under a test that ends processes."""

    __slots__ = ("hook",)

    def __init__(self) -> None:
        self.hook: Hook | None = None


_installed = _Installed()


def install(hook: Hook | None) -> None:
    """Have the hook called at every point from now on; None for none, as it is at first."""
    _installed.hook = hook


def reach(point: Point) -> None:
    """Say that the process has come to a point; nothing happens unless a hook is installed."""
    if _installed.hook is not None:
        _installed.hook(point)
