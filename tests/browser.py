"""A browser without a window, driven by its DevTools protocol (chromedevtools.github.io/devtools-protocol)."""

import asyncio
import base64
import itertools
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Self

import aiohttp
import pytest

PATIENCE = 20.0
"""Seconds until what a page is to show must be there, on a machine that is busy with other tests."""
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--no-proxy-server", "--hide-scrollbars", "--remote-debugging-port=0",
)  # fmt: skip


class Page:
    """One tab."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self.complaints: list[str] = []
        """What the browser said against the page: errors, and what its security policy did not let load."""

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command of the protocol, and its result."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            said: dict[str, Any] = await self._socket.receive_json(timeout=PATIENCE)
            self._listen(said)
            if said.get("id") == number:
                assert "error" not in said, f"{method}: {said['error']}"
                return dict(said["result"])

    async def open(self, address: str, *, width: int = 1440, height: int = 900, dark: bool = False) -> Self:
        """Go there, in a window of so many CSS pixels, on a system that is dark or light."""
        for domain in ("Page", "Runtime", "Log"):
            await self.call(f"{domain}.enable")
        await self.resize(width, height)
        await self.prefer(dark=dark)
        await self.call("Page.navigate", url=address)
        await self.until("document.readyState === 'complete'")
        return self

    async def resize(self, width: int, height: int) -> None:
        """The window's size; as a phone has it where it is narrow."""
        narrow = width < 600
        size = {"width": width, "height": height, "deviceScaleFactor": 2 if narrow else 1, "mobile": narrow}
        await self.call("Emulation.setDeviceMetricsOverride", **size)

    async def prefer(self, *, dark: bool) -> None:
        """What the system says that its person prefers."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.call("Emulation.setEmulatedMedia", features=[scheme])

    async def ask(self, script: str) -> Any:
        """The value of an expression in the page."""
        said = await self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in said, said["exceptionDetails"]
        return said["result"].get("value")

    async def until(self, script: str, seconds: float = PATIENCE) -> Any:
        """Wait until the expression is true; TimeoutError with the expression."""
        try:
            async with asyncio.timeout(seconds):
                while not (found := await self.ask(script)):  # noqa: ASYNC110 - a page sets no event here
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise TimeoutError(f"not so within {seconds:g} s: {script}; complaints: {self.complaints}") from None
        return found

    async def sees(self, selector: str, text: str = "") -> None:
        """Wait until an element of this kind holds the text."""
        await self.until(f"[...document.querySelectorAll({json.dumps(selector)})].some({_holds(text)})")

    async def click(self, selector: str, text: str = "") -> None:
        """Click the last element of this kind that holds the text, with the mouse."""
        await self.sees(selector, text)
        found = f"[...document.querySelectorAll({json.dumps(selector)})].filter({_holds(text)}).at(-1)"
        x, y = await self.ask(
            f"(() => {{ const one = {found}; one.scrollIntoView({{block: 'center'}}); "
            "const box = one.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        mouse = {"x": x, "y": y, "button": "left", "clickCount": 1}
        await self.call("Input.dispatchMouseEvent", type="mousePressed", **mouse)
        await self.call("Input.dispatchMouseEvent", type="mouseReleased", **mouse)

    async def type(self, selector: str, text: str) -> None:
        """Write into the field, and press Enter."""
        await self.click(selector)
        await self.call("Input.insertText", text=text)
        enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
        await self.call("Input.dispatchKeyEvent", type="keyDown", text="\r", **enter)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **enter)

    async def choose(self, selector: str, label: str) -> None:
        """Choose the option of a menu."""
        menu, wanted = f"document.querySelector({json.dumps(selector)})", json.dumps(label)
        await self.until(f"[...{menu}.options].some(one => one.label === {wanted})")
        await self.ask(
            f"{menu}.selectedIndex = [...{menu}.options].findIndex(one => one.label === {wanted}); "
            f"{menu}.dispatchEvent(new Event('change', {{bubbles: true}}))"
        )

    async def screenshot(self, file: Path) -> Path:
        """A picture of the window, as PNG."""
        said = await self.call("Page.captureScreenshot", format="png")
        await asyncio.to_thread(file.write_bytes, base64.b64decode(said["data"]))
        return file

    def _listen(self, said: dict[str, Any]) -> None:
        match said.get("method"):
            case "Runtime.exceptionThrown":
                self.complaints.append(str(said["params"]["exceptionDetails"]))
            case "Log.entryAdded" if said["params"]["entry"]["level"] in {"error", "warning"}:
                self.complaints.append(str(said["params"]["entry"]))


@asynccontextmanager
async def browser(folder: Path) -> AsyncIterator[Page]:
    """A tab of a browser that keeps everything in the folder; the test is skipped where no Chromium is installed."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("chromium is not installed")
    process = await asyncio.create_subprocess_exec(
        program,
        *FLAGS,
        f"--user-data-dir={folder / 'chromium'}",
        "about:blank",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        port = await _port(folder / "chromium" / "DevToolsActivePort")
        async with aiohttp.ClientSession(trust_env=False) as session:
            async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                tab = next(tab for tab in await answer.json() if tab["type"] == "page")
            async with session.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                yield Page(socket)
                with suppress(ConnectionError, TypeError):
                    await socket.send_json({"id": 0, "method": "Browser.close"})
                    async with asyncio.timeout(5):
                        await process.wait()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _port(file: Path) -> int:
    """The port that the browser has chosen: the first line of a file that it writes once it listens."""
    async with asyncio.timeout(PATIENCE):
        while not (file.is_file() and "\n" in file.read_text("utf-8")):  # noqa: ASYNC110, ASYNC240 - a file of another process sets no event here
            await asyncio.sleep(0.02)
    return int(file.read_text("utf-8").splitlines()[0])  # noqa: ASYNC240 - some bytes


def _holds(text: str) -> str:
    return f"one => one.textContent.includes({json.dumps(text)}) && one.getClientRects().length"
