"""`heatwire sandbox` as a person types it: what it prints is all that a bot needs."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox.recording import read_json_lines
from tests.stories.process import eventually
from tests.waiting import PATIENCE

REAL = "110201543:" + "A" * 35


@dataclass(frozen=True)
class Open:
    """An open sandbox and what it has said."""

    process: asyncio.subprocess.Process
    said: str

    def found(self, pattern: str) -> str:
        match = re.search(pattern, self.said)
        assert match is not None, self.said
        return match[1]

    async def stop(self, number: int) -> int:
        self.process.send_signal(number)
        async with asyncio.timeout(10):
            return await self.process.wait()


async def started(*arguments: str | Path, environ: dict[str, str] | None = None) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "sandbox",
        *map(str, arguments),
        env={**os.environ, **(environ or {})},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@asynccontextmanager
async def sandbox(*arguments: str | Path) -> AsyncIterator[Open]:
    process = await started(*arguments)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            said = await process.stdout.readuntil(b"Ctrl-C")
        yield Open(process, said.decode())
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def refused(*arguments: str | Path, environ: dict[str, str] | None = None) -> tuple[int | None, str]:
    """How it ends, and what it says about it."""
    process = await started(*arguments, environ=environ)
    async with asyncio.timeout(PATIENCE):
        _, error = await process.communicate()
    return process.returncode, error.decode()


async def test_what_is_printed_is_enough_for_a_bot_and_every_call_is_recorded(tmp_path: Path) -> None:
    recording = tmp_path / "calls.jsonl"
    async with sandbox("--port", "0", "--record", recording) as opened, aiohttp.ClientSession() as session:
        telegram, token = opened.found(r'telegram: \{base_url: "(.+?)"'), opened.found("HEATWIRE_TELEGRAM_TOKEN=(.+)")
        slack, bearer = opened.found(r'slack: \{base_url: "(.+?)"'), opened.found("HEATWIRE_SLACK_BOT_TOKEN=(.+)")
        chat, channel = opened.found(r"telegram: (\d+)"), opened.found(r"slack: (C\w+)")
        said = {"chat_id": chat, "text": "hello"}
        async with session.post(f"{telegram}/bot{token}/sendMessage", json=said) as answer:
            assert (await answer.json())["ok"]
        said, known = {"channel": channel, "text": "hello"}, {"Authorization": f"Bearer {bearer}"}
        async with session.post(f"{slack}chat.postMessage", json=said, headers=known) as answer:
            assert (await answer.json())["ok"]
        async with session.get(opened.found("at (http://.+)")) as page:
            assert "<title>Sandbox</title>" in await page.text()
        await eventually(lambda: recording.read_text("utf-8").count("\n") == 2)

        assert await opened.stop(signal.SIGTERM) == 0

    entries = list(read_json_lines(recording.read_text("utf-8").splitlines()))
    assert [entry.name for entry in entries] == ["sendMessage", "chat.postMessage"]
    assert bearer not in recording.read_text("utf-8")


async def test_a_recording_is_shown_again_until_interrupted(tmp_path: Path) -> None:
    recording = tmp_path / "calls.jsonl"
    recording.write_text(
        '{"number":1,"at":1.5,"platform":"slack","direction":"call","name":"auth.test","arguments":{}}\n', "utf-8"
    )
    async with sandbox("replay", recording, "--port", "0") as opened, aiohttp.ClientSession() as session:
        async with session.get(opened.found("at (http://.+/)") + "api/state") as answer:
            assert (await answer.json())["replay"]

        assert await opened.stop(signal.SIGINT) == 0


@pytest.mark.parametrize("name", ["HEATWIRE_TELEGRAM_TOKEN", "HEATWIRE_SLACK_BOT_TOKEN", "HEATWIRE_SLACK_APP_TOKEN"])
async def test_a_token_that_is_not_the_sandboxs_own_is_refused_and_not_repeated(name: str) -> None:
    code, error = await refused("--port", "0", environ={name: REAL})

    assert (code, error) == (1, f"heatwire: {name}: is set to a token that is not the sandbox's own\n")


async def test_a_tokens_file_is_refused_too() -> None:
    code, error = await refused("--port", "0", environ={"HEATWIRE_SLACK_BOT_TOKEN_FILE": "/run/secrets/slack"})

    assert (code, error) == (1, "heatwire: HEATWIRE_SLACK_BOT_TOKEN_FILE: is set, and the sandbox reads no tokens\n")


async def test_a_port_that_is_taken_is_named() -> None:
    async with sandbox("--port", "0") as opened:
        port = opened.found(r"at http://127.0.0.1:(\d+)/")
        code, error = await refused("--port", port)

    assert code == 1
    assert port in error
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("content", "complaint"), [(None, "no such file or directory"), ("{}\nnone\n", "line 1: 'direction'")]
)
async def test_what_is_no_recording_is_refused(tmp_path: Path, content: str | None, complaint: str) -> None:
    file = tmp_path / "calls.jsonl"
    if content is not None:
        file.write_text(content, "utf-8")
    code, error = await refused("replay", file)

    assert (code, error) == (1, f"heatwire: {file}: {complaint}\n")


async def test_a_recording_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    code, error = await refused("--port", "0", "--record", tmp_path / "nowhere" / "calls.jsonl")

    assert (code, error) == (1, f"heatwire: {tmp_path}/nowhere/calls.jsonl: no such file or directory\n")


async def test_the_demo_plays_in_both_chats_within_seconds() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    said = b""
    async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
        while b"http://" not in said:
            said += await process.stdout.readline()
        address = next(word for word in said.decode().split() if word.startswith("http://"))
        while (state := await (await session.get(f"{address}api/state")).text()).count("Moon dust makes") < 2:
            assert "telegram" in state
        process.stdin.write(b"quit\n")
        await process.communicate()

    assert process.returncode == 0
