import logging

import pytest

from bot.platforms.slack.client import SILENT, proxy_for


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
