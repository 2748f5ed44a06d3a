"""How a digest looks in both chats, as a person asks for it before a template is changed."""

import asyncio
import os
import re
import shutil
import struct
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli.browser import NAMES
from tests.waiting import PATIENCE

ARCHIVE = Path(__file__).parents[2] / "bot" / "demo" / "archive"
TITLES = (
    "A library in Ulm lets an open model answer its oldest letters", "Robots learn to fold laundry from forty minutes",
    "A comet nobody ordered passes between two satellites", "Moon dust makes surprisingly good bricks",
)  # fmt: skip
CONFIGURATION = """\
archive: {{path: {archive}}}
store: sqlite:///{folder}/heatwire.db
index: {folder}/index.db
telegram: {{}}
slack: {{}}
digests:
  morning:
    title: Morning <news>
    topics: [AI, Space]
    cron: "0 9 * * *"
    timezone: Europe/Berlin
    window: 3d
    limit: 2
    to: [{{{to}}}]
"""

browser = pytest.mark.skipif(not any(map(shutil.which, NAMES)), reason=f"none of {', '.join(NAMES)} is installed")


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int | None
    out: str
    err: str


async def preview(folder: Path, *options: str, to: str = "console: true", **environ: str) -> Ended:
    """`heatwire preview morning --picture …` of the archive that is shipped."""
    config = folder / "heatwire.yaml"
    config.write_text(CONFIGURATION.format(archive=ARCHIVE, folder=folder, to=to), "utf-8")
    command = (sys.executable, "-m", "bot", "preview", "morning", "--config", str(config))
    process = await asyncio.create_subprocess_exec(
        *command,
        *options,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**environment(), **environ},
    )
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate()
    return Ended(process.returncode, out.decode(), err.decode())


def environment() -> dict[str, str]:
    """This process's own, without what would choose another browser."""
    return {name: value for name, value in os.environ.items() if name != "HEATWIRE_BROWSER"}


def at(when: str) -> tuple[str, str]:
    return "--at", when


NOW = at("2026-01-15T09:00:00+00:00")


def size_of(png: Path) -> tuple[int, int]:
    """Width and height in pixels of a PNG that is whole: its signature, and every chunk's checksum."""
    data = png.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    place, kinds = 8, []
    while place < len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + 8 + length
        assert zlib.crc32(data[place + 4 : end]) == int.from_bytes(data[end : end + 4])
        kinds.append(kind)
        place = end + 4
    assert (kinds[0], kinds[-1]) == (b"IHDR", b"IEND")
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


async def test_a_page_shows_every_entry_in_both_chats(tmp_path: Path) -> None:
    page = tmp_path / "out.html"
    ended = await preview(tmp_path, "--picture", str(page), *NOW)

    assert (ended.code, ended.out) == (0, f"wrote {page}\n")
    html = page.read_text("utf-8")
    assert [html.count(title) for title in TITLES] == [2] * len(TITLES)
    assert "Morning &lt;news&gt;" in html
    assert "<script" not in html
    assert re.findall(r'class="(?:tg|sl)-time"[^>]*>([^<]+)<', html) == ["10:00", "10:00 AM"]


async def test_a_digest_for_one_chat_is_drawn_as_both(tmp_path: Path) -> None:
    page = tmp_path / "out.html"
    ended = await preview(tmp_path, "--picture", str(page), *NOW, to="slack: C0123456789")

    assert ended.code == 0
    assert page.read_text("utf-8").count(TITLES[0]) == 2


async def test_an_empty_digest_says_that_nothing_is_sent(tmp_path: Path) -> None:
    page = tmp_path / "out.html"
    ended = await preview(tmp_path, "--picture", str(page), *at("2020-01-15T09:00:00+00:00"))

    assert ended.code == 0
    assert page.read_text("utf-8").count("Nothing to send") == 2


@browser
async def test_a_picture_is_as_tall_as_the_page(tmp_path: Path) -> None:
    picture = tmp_path / "out.png"
    ended = await preview(tmp_path, "--picture", str(picture), "--theme", "dark", *NOW)

    assert (ended.code, ended.out) == (0, f"wrote {picture} and {tmp_path / 'out.html'}\n")
    width, height = size_of(picture)
    assert width == 2 * 1192
    assert 1200 < height < 4000
    assert all(title in (tmp_path / "out.html").read_text("utf-8") for title in TITLES)


async def test_without_a_browser_there_is_the_page_alone(tmp_path: Path) -> None:
    ended = await preview(tmp_path, "--picture", str(tmp_path / "out.png"), *NOW, PATH=str(tmp_path))

    assert ended.code == 1
    assert "no browser: none of chromium" in ended.err
    assert "try: install Debian's chromium" in ended.err
    assert "HEATWIRE_BROWSER" in ended.err
    assert (tmp_path / "out.html").exists()
    assert not (tmp_path / "out.png").exists()
