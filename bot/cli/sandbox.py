"""`heatwire sandbox`: a Telegram, a Slack and the page on this machine, for any bot to be pointed at."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.cli.signals import stop_at_signals
from bot.errors import BotError
from bot.sandbox.hub.hub import Hub
from bot.sandbox.hub.replay import Replay
from bot.sandbox.hub.rooms import NEWS, PRIVATE
from bot.sandbox.recording import Entry, Recorder, json_line, read_json_lines
from bot.settings.secrets import SLACK_APP_TOKEN, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, TELEGRAM_TOKEN

T = TypeVar("T")

OPENED = """\
The sandbox is at {address}

Any bot can be pointed at it. In its environment:
{environment}

and in its configuration:
  telegram: {{base_url: "{telegram_url}"}}
  slack: {{base_url: "{slack_url}", mode: socket}}
  to: [{{telegram: {telegram_chat}}}, {{slack: {slack_channel}}}]

Everything is in memory, and gone when this ends (Ctrl-C)."""
REPLAYED = """\
The recording {file} is shown at {address} (Ctrl-C to leave)."""


class SandboxError(BotError):
    """The sandbox cannot be opened."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """An open sandbox, as whoever starts a bot against it wants to know it."""

    hub: Hub
    address: str
    """Of the page."""
    telegram_url: str
    """The Bot API's `base_url`."""
    slack_url: str
    """The Web API's `base_url`."""
    tokens: Mapping[str, str]
    """By the variable that they are read from."""
    telegram_chat: int
    slack_channel: str


@asynccontextmanager
async def opened_sandbox(port: int = 0) -> AsyncIterator[Sandbox]:
    """The sandbox, as long as the context is entered; SandboxError where it must not or cannot be opened."""
    hub = Hub(port=port)
    tokens = {
        TELEGRAM_TOKEN: hub.tokens.telegram,
        SLACK_BOT_TOKEN: hub.tokens.slack_bot,
        SLACK_APP_TOKEN: hub.tokens.slack_app,
        SLACK_SIGNING_SECRET: hub.tokens.slack_signing_secret,
    }
    refuse_other_tokens(os.environ, tokens)
    async with AsyncExitStack() as stack:
        await _entered(stack, hub)
        yield Sandbox(hub, hub.address, hub.telegram.url, hub.slack.url, tokens, PRIVATE, NEWS)


def refuse_other_tokens(environ: Mapping[str, str], own: Mapping[str, str]) -> None:
    """SandboxError where the environment holds a token that is not the sandbox's own: nothing here may see it."""
    for name, token in own.items():
        if environ.get(name, "").strip() not in {"", token}:
            raise SandboxError(f"{name}: is set to a token that is not the sandbox's own")
        if environ.get(f"{name}_FILE"):
            raise SandboxError(f"{name}_FILE: is set, and the sandbox reads no tokens")


def run_sandbox(port: int, record: Path | None) -> None:
    """Serve until SIGTERM or SIGINT; with `record`, write every call into that file."""
    asyncio.run(_serve(port, record))


def run_replay(file: Path, port: int) -> None:
    """Show the recording until SIGTERM or SIGINT."""
    try:
        with file.open(encoding="utf-8") as lines:
            entries = tuple(read_json_lines(lines))
    except OSError as error:
        raise SandboxError(f"{file}: {(error.strerror or str(error)).lower()}") from error
    except ValueError as error:
        raise SandboxError(f"{file}: {error}") from error
    asyncio.run(_replay(file, entries, port))


async def _serve(port: int, record: Path | None) -> None:
    with ExitStack() as stack:
        async with opened_sandbox(port) as sandbox:
            if record is not None:
                _keep(sandbox.hub.recorder, record, stack)
            environment = "\n".join(f"  {name}={token}" for name, token in sandbox.tokens.items())
            known = {name: getattr(sandbox, name) for name in ("address", "telegram_url", "slack_url")}
            chats = {"telegram_chat": sandbox.telegram_chat, "slack_channel": sandbox.slack_channel}
            print(OPENED.format(environment=environment, **known, **chats), flush=True)
            await _told_to_stop()


async def _replay(file: Path, entries: tuple[Entry, ...], port: int) -> None:
    async with AsyncExitStack() as stack:
        replay = await _entered(stack, Replay(entries, port=port))
        print(REPLAYED.format(file=file, address=replay.address), flush=True)
        await _told_to_stop()


async def _entered(stack: AsyncExitStack, server: AbstractAsyncContextManager[T]) -> T:
    try:
        return await stack.enter_async_context(server)
    except OSError as error:
        raise SandboxError(str(error.strerror or error).lower()) from error


def _keep(recorder: Recorder, file: Path, stack: ExitStack) -> None:
    """Write every entry into the file as soon as there is one: a killed sandbox has recorded all the same."""
    try:
        lines = stack.enter_context(file.open("w", encoding="utf-8", buffering=1))
    except OSError as error:
        raise SandboxError(f"{file}: {(error.strerror or str(error)).lower()}") from error
    stack.callback(recorder.follow(lambda entry: print(json_line(entry), file=lines)))


async def _told_to_stop() -> None:
    stop = asyncio.Event()
    stop_at_signals(stop)
    await stop.wait()
