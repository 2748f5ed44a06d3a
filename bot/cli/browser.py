"""A headless Chromium that draws a local page into a PNG, whole: spoken to by its DevTools protocol."""

import asyncio
import os
import shutil
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from base64 import b64decode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse

from bot.errors import BrowserError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars", "--remote-debugging-port=0",
)  # fmt: skip
"""Such that it also works for root in a container, asks the network for nothing, and leaves nothing behind."""

PATIENCE = 60.0
"""Seconds for everything together."""
SHARPNESS = 2.0
"""Pixels of the picture for each pixel of the page."""
TALLEST = 16_000
"""Pixels that Chromium draws in one picture, a little less than it can; a taller page is drawn less sharp."""

_ANNOUNCED = b"DevTools listening on "


def browser(environ: Mapping[str, str]) -> str:
    """The program: what `HEATWIRE_BROWSER` names, else the first that is installed; BrowserError if there is none."""
    named = environ.get("HEATWIRE_BROWSER")
    places = environ.get("PATH")
    found = next(filter(None, (shutil.which(name, path=places) for name in ([named] if named else NAMES))), None)
    if found is None:
        raise BrowserError(
            f"no browser: {named!r} is no program" if named else f"no browser: none of {', '.join(NAMES)}"
        )
    return found


def draw(page: Path, width: int, environ: Mapping[str, str] = os.environ, patience: float = PATIENCE) -> bytes:
    """The local page as a PNG, as wide as so many of its pixels and as tall as it is; BrowserError if it fails."""
    program = browser(environ)
    try:
        return asyncio.run(asyncio.wait_for(_draw(program, page.resolve().as_uri(), width), patience))
    except TimeoutError:
        raise BrowserError(f"{program} did not draw {page} within {patience:g} s") from None
    except (OSError, ClientError, LookupError) as error:
        raise BrowserError(f"{program} did not draw {page}: {error}") from error


async def _draw(program: str, page: str, width: int) -> bytes:
    async with _running(program) as url, ClientSession() as session, session.ws_connect(url, max_msg_size=0) as socket:
        tab = await Tab.open(socket)
        await tab.call("Page.enable")
        await tab.resize(width, 600, SHARPNESS)
        await tab.call("Page.navigate", url=page)
        await tab.happened("Page.loadEventFired")
        size = (await tab.call("Page.getLayoutMetrics"))["cssContentSize"]
        await tab.resize(width, size["height"], min(SHARPNESS, TALLEST / max(size["height"], 1)))
        picture = await tab.call("Page.captureScreenshot", format="png")
        return b64decode(picture["data"])


class Tab:
    """One tab of the browser."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = count(1)
        self._session: dict[str, str] = {}
        self._events: list[str] = []

    @classmethod
    async def open(cls, socket: ClientWebSocketResponse) -> "Tab":
        """A new, empty one."""
        tab = cls(socket)
        target = await tab.call("Target.createTarget", url="about:blank")
        attached = await tab.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        tab._session = {"sessionId": attached["sessionId"]}
        return tab

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The result (chromedevtools.github.io/devtools-protocol); LookupError where the browser refuses."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters, **self._session})
        while (said := await self._said()).get("id") != number:
            pass
        if "result" not in said or said["result"].get("errorText"):
            raise LookupError(f"{method}: {said.get('error') or said['result']}")
        result: dict[str, Any] = said["result"]
        return result

    async def happened(self, event: str) -> None:
        """Wait until the event has happened in the tab."""
        while event not in self._events:
            await self._said()

    async def resize(self, width: int, height: float, sharpness: float) -> None:
        """Let the tab be as large as this, in pixels of the page."""
        size = {"width": width, "height": max(round(height), 1)}
        await self.call("Emulation.setDeviceMetricsOverride", **size, deviceScaleFactor=sharpness, mobile=False)

    async def _said(self) -> dict[str, Any]:
        said: dict[str, Any] = await self._socket.receive_json()
        self._events.append(said.get("method", ""))
        return said


@asynccontextmanager
async def _running(program: str) -> AsyncIterator[str]:
    """The browser, with a profile that nobody has used; the address of its DevTools."""
    with TemporaryDirectory(prefix="heatwire-browser-", ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            program, *FLAGS, f"--user-data-dir={profile}", "about:blank",
            stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, start_new_session=True,
        )  # fmt: skip
        try:
            yield await _address(process)
        finally:
            # Its own group, since a distribution's `chromium` may be a script around it.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _address(process: Process) -> str:
    said = []
    assert process.stderr is not None  # noqa: S101 - it was asked for
    async for line in process.stderr:
        if line.startswith(_ANNOUNCED):
            return line.removeprefix(_ANNOUNCED).decode().strip()
        said.append(line.decode(errors="replace").strip())
    raise LookupError(said[-1] if said else "it ended at once")
