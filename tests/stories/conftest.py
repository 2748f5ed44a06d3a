"""What the stories are told in."""

import socket

import pytest

from tests.postgres import postgres

__all__ = ["postgres"]


@pytest.fixture
def unused_port() -> int:
    """A TCP port on this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
