"""What ends a command that runs until it is told to end."""

import asyncio
import signal

ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def stop_at_signals(stop: asyncio.Event) -> None:
    """Let SIGTERM, SIGINT and a closed terminal set the event, in the running loop."""
    for number in ENDING:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
