"""How long Slack's rooms wait for what; all in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Waits that a test may shorten; nobody else has had a reason to."""

    store: float = 2.5
    """How long storing what Slack reports may take until Slack is told that it did not arrive; it gives up after 3."""
    connect: float = 10.0
    """One attempt to open the websocket."""
    ping: float = 5.0
    """Between the library's pings; after four unanswered ones it connects anew by itself."""
    watch: float = 5.0
    """Between our looks at the connection."""
    patience: int = 12
    """Looks, one after the other, without a connection until ours replaces the library's own attempts."""
    close: float = 2.0
    """The farewell on a websocket or a port."""
    listen_again: float = 30.0
    """Until a port that was taken is tried again."""
    send: float = 60.0
    """A request, whatever the session's own limits: most unclear outcomes are slow answers."""
    ask_again: float = 30.0
    """Until a channel's history is asked for again after trouble with the network or with Slack."""


TIMING = Timing()
