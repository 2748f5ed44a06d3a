"""The log: JSON lines for machines, never a secret."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot.logs import configure, observe, protect

TOKEN = "123456:AAE-invented-token-of-thirty-characters"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    stream = io.StringIO()
    configure(secrets=["xoxb-secret"], stream=stream)
    yield stream
    root.handlers[:], level = before
    root.setLevel(level)


def lines(log: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_an_event_is_a_line_with_its_facts(log: io.StringIO) -> None:
    observe("edition_published", {"edition": "morning/2026-11-22T09:00", "articles": 5})

    [line] = lines(log)
    assert (line["event"], line["level"]) == ("edition_published", "info")
    assert (line["edition"], line["articles"]) == ("morning/2026-11-22T09:00", 5)
    assert str(line["timestamp"]).endswith("Z")


@pytest.mark.parametrize(
    ("event", "level"),
    [
        ("delivery_sent", "info"),
        ("archive_failed", "warning"),
        ("delivery_lost", "warning"),
        ("configuration_rejected", "error"),
        ("platform_error", "error"),
    ],
)
def test_trouble_is_told_louder(log: io.StringIO, event: str, level: str) -> None:
    observe(event, {})

    assert lines(log)[0]["level"] == level


def test_a_secret_that_came_later_is_not_told_either(log: io.StringIO) -> None:
    protect(["canary-signing-secret"])
    observe("slack_failed", {"error": "canary-signing-secret or xoxb-secret"})
    assert lines(log)[0]["error"] == "*** or ***"


def test_no_secret_is_told_not_even_in_a_traceback(log: io.StringIO) -> None:
    try:
        int(f"https://api.telegram.org/bot{TOKEN}/sendMessage")
    except ValueError as error:
        observe("platform_error", {"token": "xoxb-secret", "exc_info": error})
    logging.getLogger("somebody").error("refused %s", TOKEN)

    assert TOKEN not in log.getvalue()
    assert "xoxb-secret" not in log.getvalue()
    assert "ValueError" in log.getvalue()


def test_libraries_that_talk_too_much_are_heard_from_warning_on(log: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request: POST")
    logging.getLogger("httpx").warning("slow")

    assert [line["event"] for line in lines(log)] == ["slow"]


def test_people_at_a_terminal_get_colour() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = Terminal()
    configure(stream=stream)
    observe("service_started", {"digests": ["morning"]})
    root.handlers[:] = before
    root.setLevel(level)

    assert "\x1b[" in stream.getvalue()
    assert "service_started" in stream.getvalue()
