"""Calls to Slack go through the right proxy, leave whole, and write nothing to the log."""

import json
import logging
import socket
import threading
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from bot.failpoints import install
from bot.platforms.slack.client import SILENT, proxy_for, web_client


@pytest.fixture
def behind_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://proxy:3128")
    monkeypatch.setenv("no_proxy", "intern.example")


@pytest.mark.usefixtures("behind_a_proxy")
def test_the_environments_proxy_is_used() -> None:
    assert proxy_for("https://slack.com/api/") == "http://proxy:3128"


@pytest.mark.usefixtures("behind_a_proxy")
@pytest.mark.parametrize("url", ["https://127.0.0.1:8000/api/", "https://[::1]/api/", "https://localhost/api/"])
def test_this_machine_is_reached_without_one(url: str) -> None:
    assert proxy_for(url) is None


@pytest.mark.usefixtures("behind_a_proxy")
def test_an_exception_of_the_environments_is_heeded() -> None:
    assert proxy_for("https://slack.intern.example/api/") is None


@pytest.mark.usefixtures("behind_a_proxy")
def test_an_address_without_a_host_has_no_proxy_of_its_own() -> None:
    assert proxy_for("nonsense") is None


def test_the_libraries_are_silent(caplog: pytest.LogCaptureFixture) -> None:
    SILENT.critical("xoxb-secret")
    assert not SILENT.isEnabledFor(logging.CRITICAL)
    assert caplog.text == ""


class Listener:
    """A server on a thread of its own: it goes on while the caller's loop stands still."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.arrived = threading.Event()
        self.body: object = None
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listening.getsockname()[1]}/"

    def close(self) -> None:
        self._thread.join(5)
        self.listening.close()

    def _serve(self) -> None:
        connection, _ = self.listening.accept()
        with connection, connection.makefile("rb") as request:
            headers = dict(line.split(b": ", 1) for line in iter(request.readline, b"\r\n") if b": " in line)
            self.body = json.loads(request.read(int(headers[b"Content-Length"])))
            self.arrived.set()
            answer = b'{"ok": true}'
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(answer)
            connection.sendall(head + answer)


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.mark.parametrize("size", [1, 50_000])
async def test_when_a_request_is_said_to_be_written_all_of_it_has_left(
    listener: Listener, session: aiohttp.ClientSession, size: int
) -> None:
    arrivals = []
    # Nothing more is written while this waits, for it stops the loop.
    install(lambda _: arrivals.append(listener.arrived.wait(5)))
    try:
        await web_client("xoxb-test", listener.url, session).api_call("chat.postMessage", json={"text": "x" * size})
    finally:
        install(None)
    assert arrivals == [True]
    assert listener.body == {"text": "x" * size}
