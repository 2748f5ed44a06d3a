"""The console as a chat: what is printed, and what is understood of what is typed."""

import asyncio
import io
import os
import threading
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager

import pytest

from bot.command import Answer, Button, Command
from bot.delivery.delivery import Call
from bot.delivery.outcome import Outcome, Sent, Sighting
from bot.platforms.console import HERE, HINT, LISTENER, Console, TypedLines, calls
from bot.receiving.received import Received
from digests.message import Message
from tests.builders import a_delivery
from tests.waiting import PATIENCE

FORTH, TOPIC = Button("4-6 ▶", "latest", "azure n3 o3 @k"), Button("Azure", "topic", "azure")
ANSWER = Answer((Message("console", {"text": "one"}), Message("console", {"text": "two"})), ((FORTH,), (TOPIC,)))


class Terminal:
    """A console with somebody at it."""

    def __init__(self, last_words: float = 0) -> None:
        self.printed = ""
        self.heard: list[Command] = []
        self.has_heard = asyncio.Event()
        self.stop = asyncio.Event()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self.console = Console(
            write=self._write, lines=self._typed(), receive=self._receive, session="s", last_words=last_words
        )

    def _write(self, text: str) -> None:
        self.printed += text

    async def _receive(self, received: Sequence[Received], sightings: Collection[Sighting] = ()) -> None:
        assert not sightings
        for one in received:
            assert isinstance(one.event, Command)
            assert one.key == one.event.key
            self.heard.append(one.event)
        self.has_heard.set()

    async def _typed(self) -> AsyncIterator[str]:
        while (line := await self._lines.get()) is not None:
            yield line

    def type(self, *lines: str | None) -> None:
        """Type these lines; None ends the input."""
        for line in lines:
            self._lines.put_nowait(line)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["asyncio.Task[None]"]:
        """The console listening; all that was typed has been heard when the block ends."""
        task = asyncio.create_task(self.console.run(self.stop))
        yield task
        self.stop.set()
        async with asyncio.timeout(PATIENCE):
            await task

    async def hear(self, *lines: str) -> None:
        """Type these lines and leave."""
        self.type(*lines, "quit")
        async with asyncio.timeout(PATIENCE):
            await self.console.run(self.stop)

    async def show(self, answer: Answer) -> list[Outcome]:
        """Send an answer here; answers what became of each message."""
        return [await self.console.send(a_delivery(destination=HERE, call=call)) for call in calls(answer, HERE, None)]


def test_an_answer_is_a_call_for_each_message_with_the_buttons_at_the_last() -> None:
    assert calls(ANSWER, HERE, None) == (
        Call("print", {"text": "one"}),
        Call(
            "print",
            {
                "text": "two",
                "buttons": [
                    {"label": "4-6 ▶", "name": "latest", "argument": "azure n3 o3 @k"},
                    {"label": "Azure", "name": "topic", "argument": "azure"},
                ],
            },
        ),
    )


def test_an_answer_without_buttons_has_none() -> None:
    assert calls(Answer((Message("console", {"text": "one"}),)), HERE, None) == (Call("print", {"text": "one"}),)


async def test_what_is_sent_is_printed_with_buttons_as_numbers() -> None:
    terminal = Terminal()
    assert await terminal.show(ANSWER) == [Sent({"line": 1}), Sent({"line": 2})]
    assert terminal.printed == "one\n\ntwo\n\n[1] 4-6 ▶   [2] Azure\n\n"


@pytest.mark.parametrize(
    ("line", "name", "argument"),
    [
        ("/latest", "latest", ""),
        ("/latest  azure 5 ", "latest", "azure 5"),
        ("topic Diablo 4", "topic", "Diablo 4"),
        ("/HELP", "help", ""),
        ("topics", "topics", ""),
    ],
)
async def test_a_typed_command_is_heard_with_or_without_its_slash(line: str, name: str, argument: str) -> None:
    terminal = Terminal()
    await terminal.hear(line)
    assert terminal.heard == [Command(name, argument, HERE, "console/s/1")]


async def test_every_line_is_a_command_of_its_own() -> None:
    terminal = Terminal()
    await terminal.hear("/latest", "", "/latest")
    assert [command.key for command in terminal.heard] == ["console/s/1", "console/s/2"]


async def test_a_number_presses_the_button_that_was_shown_last() -> None:
    terminal = Terminal()
    await terminal.show(ANSWER)
    await terminal.hear("2")
    assert terminal.heard == [Command("topic", "azure", HERE, "console/s/1", edit={"button": "2"})]


async def test_buttons_stay_after_a_message_that_has_none() -> None:
    terminal = Terminal()
    await terminal.show(ANSWER)
    await terminal.show(Answer((Message("console", {"text": "a digest arrives"}),)))
    await terminal.hear("1")
    assert terminal.heard[0].argument == "azure n3 o3 @k"


@pytest.mark.parametrize("line", ["hello", "/dance", "0", "3", "²", "9" * 5000])
async def test_what_is_not_understood_gets_a_hint(line: str) -> None:
    terminal = Terminal()
    await terminal.show(ANSWER)
    terminal.printed = ""
    await terminal.hear(line)
    assert terminal.heard == []
    assert terminal.printed == f"{HINT}\n\n"


@pytest.mark.parametrize("line", ["quit", "exit", "/quit", "Q"])
async def test_who_says_goodbye_stops_the_service(line: str) -> None:
    terminal = Terminal()
    terminal.type(line, "/latest")
    async with asyncio.timeout(PATIENCE):
        await terminal.console.run(terminal.stop)
    assert terminal.stop.is_set()
    assert terminal.heard == []


async def test_the_end_of_the_input_stops_nothing() -> None:
    terminal = Terminal()
    terminal.type("/latest", None)
    async with terminal.running() as task:
        await terminal.has_heard.wait()
        assert not task.done()
        assert isinstance((await terminal.show(ANSWER))[0], Sent)


async def test_a_stop_is_obeyed_while_nobody_types() -> None:
    terminal = Terminal()
    async with terminal.running() as task:
        await asyncio.sleep(0)
    assert task.done()


async def test_lines_come_from_a_stream_until_it_ends() -> None:
    assert [line async for line in TypedLines(io.StringIO("/latest\nquit"))] == ["/latest\n", "quit"]


async def test_a_process_without_input_hears_nothing() -> None:
    assert [line async for line in TypedLines(None)] == []


async def test_a_closed_stream_is_at_its_end() -> None:
    stream = io.StringIO("/latest")
    stream.close()
    assert [line async for line in TypedLines(stream)] == []


async def test_what_is_typed_while_nobody_listens_is_there_for_the_next_to_do_so() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as stream:
        lines = TypedLines(stream)
        first = asyncio.ensure_future(anext(lines))
        await asyncio.sleep(0)
        first.cancel()
        os.write(writing, b"/help\n/latest\n")
        os.close(writing)
        assert [line async for line in lines] == ["/help\n", "/latest\n"]
        assert [line async for line in lines] == []


def test_what_is_typed_after_the_end_of_the_service_disturbs_nobody() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as stream:

        async def first_line() -> str:
            return await anext(TypedLines(stream))

        os.write(writing, b"/help\n")
        assert asyncio.run(first_line()) == "/help\n"
        os.write(writing, b"/latest\n")
        os.close(writing)
        for thread in threading.enumerate():
            if thread.name == LISTENER:
                thread.join(10)


async def test_a_goodbye_waits_for_the_answers_to_what_was_typed_before_it() -> None:
    terminal = Terminal(last_words=10)
    async with terminal.running() as listening:
        terminal.type("/latest", "quit")
        await terminal.has_heard.wait()
        assert not terminal.stop.is_set()

        key = f"reply/{terminal.heard[0].key}/1"
        await terminal.console.send(a_delivery(key=key, destination=HERE, call=Call("print", {"text": "one"})))
        async with asyncio.timeout(PATIENCE):
            await terminal.stop.wait()
        await listening

    assert terminal.printed == "one\n\n"
