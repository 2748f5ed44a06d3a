"""The page's own server: its files, everything there is as JSON, the live stream, and routes that its owner adds."""

from collections.abc import Iterable, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from aiohttp import web

from bot.sandbox.hub.board import Board, Change
from bot.sandbox.hub.guarding import add_headers, guarded
from bot.sandbox.hub.origins import form
from bot.sandbox.hub.streaming import Stream
from bot.sandbox.hub.troubles import choices
from bot.sandbox.recording import Entry, Recorder, json_line

HOST = "127.0.0.1"
"""Nobody else's machine can ask."""
RECENT = 500
"""Calls and events that a page is shown when it comes."""
KINDS = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


class Site:
    """What a browser is served."""

    def __init__(self, board: Board, recorder: Recorder, *, replay: bool) -> None:
        """A page that shows a `replay` has nothing to type into."""
        self._board, self._recorder, self._replay = board, recorder, replay
        self.stream = Stream(self.everything)

    async def open(self, port: int, routes: Iterable[web.RouteDef] = ()) -> str:
        """Listen; the address. A port that is taken is an OSError."""
        application = web.Application(middlewares=[guarded])
        application.on_response_prepare.append(add_headers)
        application.router.add_routes([*self._routes(), *_pages(), *routes])
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5, handler_cancellation=True)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, port).start()
        except OSError:
            await self.close()
            raise
        return f"http://{HOST}:{self._runner.addresses[0][1]}/"

    async def close(self) -> None:
        """Stop listening, after having begun to."""
        self.stream.close()
        await self._runner.cleanup()

    def tell_entry(self, entry: Entry) -> None:
        """One more call or event."""
        self.stream.tell("entry", form(entry))

    def tell_rooms(self) -> None:
        """There is a chat that was not there before."""
        self.stream.tell("rooms", self._board.rooms())

    def tell_change(self, change: Change) -> None:
        """What is new in a chat."""
        if change.put or change.gone:
            self.stream.tell("change", change.form())

    def everything(self) -> dict[str, Any]:
        """All that a page needs to begin with."""
        return {
            "replay": self._replay,
            "rooms": self._board.rooms(),
            "chats": self._board.chats(),
            "entries": [form(entry) for entry in self._recorder.entries()[-RECENT:]],
            "troubles": choices(),
        }

    def _routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/state", self._state),
            web.get("/api/recording", self._recording),
            web.get("/api/stream", self.stream.serve),
        ]

    async def _state(self, _request: web.Request) -> web.Response:
        return web.json_response(self.everything(), headers={"Cache-Control": "no-store"})

    async def _recording(self, _request: web.Request) -> web.Response:
        lines = "".join(f"{json_line(entry)}\n" for entry in self._recorder.entries())
        headers = {"Content-Disposition": 'attachment; filename="recording.jsonl"', "Cache-Control": "no-store"}
        return web.Response(text=lines, content_type="application/jsonl", headers=headers)


def _pages() -> Iterator[web.RouteDef]:
    """The files of the page, read once."""
    sandbox = files("bot.sandbox")
    for file in (sandbox / "hub" / "page").iterdir():
        yield _page("/" if file.name == "index.html" else f"/{file.name}", file)
    yield _page("/drawing.css", sandbox / "drawing" / "style.css")


def _page(path: str, file: Traversable) -> web.RouteDef:
    body, kind = file.read_bytes(), KINDS[file.name.rpartition(".")[2]]

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=body, content_type=kind, charset="utf-8", headers={"Cache-Control": "no-cache"})

    return web.get(path, answer)
