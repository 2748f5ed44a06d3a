"""A browser is found where there is one, and its picture is a PNG of the page."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from bot.cli.browser import NAMES, browser, draw
from bot.errors import BrowserError


def a_program(folder: Path, name: str, script: str) -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def test_the_first_browser_that_is_installed_is_used(tmp_path: Path) -> None:
    a_program(tmp_path, "google-chrome", "")
    chromium = a_program(tmp_path, "chromium-browser", "")

    assert browser({"PATH": str(tmp_path)}) == str(chromium)


def test_a_browser_can_be_named(tmp_path: Path) -> None:
    mine = a_program(tmp_path, "mine", "")

    assert browser({"PATH": str(tmp_path), "HEATWIRE_BROWSER": "mine"}) == str(mine)
    assert browser({"HEATWIRE_BROWSER": str(mine)}) == str(mine)


def test_without_one_it_is_said_which_were_looked_for(tmp_path: Path) -> None:
    with pytest.raises(BrowserError, match="no browser: none of chromium, chromium-browser, google-chrome"):
        browser({"PATH": str(tmp_path)})


def test_a_named_one_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrowserError, match="no browser: 'netscape' is no program"):
        browser({"PATH": str(tmp_path), "HEATWIRE_BROWSER": "netscape"})


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("exit 1", "it ended at once"),
        ("echo the display is on fire >&2", "the display is on fire"),
        ("echo DevTools listening on ws://127.0.0.1:1/ >&2", "Cannot connect"),
    ],
)
def test_a_browser_that_breaks_is_quoted(tmp_path: Path, script: str, words: str) -> None:
    program = a_program(tmp_path, "broken", script)

    with pytest.raises(BrowserError, match=words):
        draw(tmp_path / "page.html", 100, {"HEATWIRE_BROWSER": str(program)})


def test_a_browser_that_says_nothing_is_given_up(tmp_path: Path) -> None:
    program = a_program(tmp_path, "silent", "exec sleep 600")

    with pytest.raises(BrowserError, match=r"did not draw .* within 0.1 s"):
        draw(tmp_path / "page.html", 100, {"HEATWIRE_BROWSER": str(program)}, patience=0.1)


@pytest.mark.skipif(not any(map(shutil.which, NAMES)), reason=f"none of {', '.join(NAMES)} is installed")
def test_a_page_that_is_not_there_is_not_drawn(tmp_path: Path) -> None:
    with pytest.raises(BrowserError, match="ERR_FILE_NOT_FOUND"):
        draw(tmp_path / "page.html", 100, {"PATH": os.environ["PATH"]})
