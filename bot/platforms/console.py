"""The console as a chat: prints what is sent, and reads commands and button numbers that a person types."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from threading import Thread
from typing import Any, Self, TextIO

from bot.command import Answer, Button, Command
from bot.delivery.delivery import Call, Delivery, Destination
from bot.delivery.outcome import Outcome, Sent
from bot.receiving.received import Received, Receiver

HERE = Destination("console", "console")
COMMANDS = frozenset({"latest", "topic", "topics", "help", "start"})
GOODBYES = frozenset({"quit", "exit", "q"})
LISTENER = "typed lines"
"""The name of the thread that reads them."""
HINT = "Type /help to see what you can ask, quit to leave."

LAST_WORDS = 2.0
"""Seconds that a goodbye waits for answers to what was typed before it."""

Write = Callable[[str], None]


def calls(answer: Answer, destination: Destination, command: Command | None) -> tuple[Call, ...]:  # noqa: ARG001 - Composer's
    """The calls that say the answer here: text, and the buttons with the last of it."""
    buttons = [
        {"label": button.label, "name": button.name, "argument": button.argument}
        for row in answer.buttons
        for button in row
    ]
    last = len(answer.messages) - 1
    return tuple(
        Call("print", {"text": message.payload["text"], **({"buttons": buttons} if buttons and at == last else {})})
        for at, message in enumerate(answer.messages)
    )


class Console:
    """A chat of one person at a terminal: the platform that sends there, and the loop that listens there."""

    def __init__(
        self,
        *,
        write: Write,
        lines: AsyncIterator[str],
        receive: Receiver,
        session: str,
        last_words: float = LAST_WORDS,
    ) -> None:
        """`session` tells this run's commands from those of every other run on the same store."""
        self._write = write
        self._lines = lines
        self._receive = receive
        self._session = session
        self._last_words = last_words
        self._buttons: dict[str, Button] = {}
        self._printed = 0
        self._typed = 0
        self._unanswered: set[str] = set()
        self._answered = asyncio.Event()

    async def send(self, delivery: Delivery) -> Outcome:
        """Print the message, its buttons as numbers to type."""
        text = str(delivery.call.arguments["text"])
        offered = delivery.call.arguments.get("buttons", ())
        if offered:
            self._buttons = {str(number): _button(facts) for number, facts in enumerate(offered, start=1)}
            text += "\n\n" + "   ".join(f"[{number}] {button.label}" for number, button in self._buttons.items())
        self._write(f"{text}\n\n")
        self._printed += 1
        self._unanswered -= {key for key in self._unanswered if delivery.key.startswith(f"reply/{key}/")}
        if not self._unanswered:
            self._answered.set()
        return Sent({"line": self._printed})

    async def run(self, stop: asyncio.Event) -> None:
        """Answer what is typed until `stop`; `quit` sets it, the end of the input does not."""
        stopping = asyncio.ensure_future(stop.wait())
        try:
            while not stop.is_set() and (line := await self._next_line(stopping)) is not None:
                if line.lower().lstrip("/") in GOODBYES:
                    await self._hear_out()
                    stop.set()
                elif line:
                    await self._hear(line)
            await stopping
        finally:
            stopping.cancel()

    async def _next_line(self, stopping: "asyncio.Future[Any]") -> str | None:
        """The next line without the space around it; None at the end of the input or of the service."""
        reading = asyncio.ensure_future(anext(self._lines, None))
        either: set[asyncio.Future[Any]] = {reading, stopping}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not reading.done():
            reading.cancel()
            return None
        line = reading.result()
        return None if line is None else line.strip()

    async def _hear(self, line: str) -> None:
        self._typed += 1
        command = self._understood(line, f"console/{self._session}/{self._typed}")
        if command is None:
            self._write(f"{HINT}\n\n")
        else:
            self._unanswered.add(command.key)
            self._answered.clear()
            await self._receive([Received(command.key, command)])

    async def _hear_out(self) -> None:
        """Whoever pipes questions in and then says goodbye wants the answers, too."""
        if self._unanswered:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._last_words):
                    await self._answered.wait()

    def _understood(self, line: str, key: str) -> Command | None:
        if line in self._buttons:
            button = self._buttons[line]
            return Command(button.name, button.argument, HERE, key, edit={"button": line})
        word, _, argument = line.removeprefix("/").partition(" ")
        name = word.lower()
        return Command(name, argument.strip(), HERE, key) if name in COMMANDS else None


def _button(facts: Mapping[str, str]) -> Button:
    return Button(facts["label"], facts["name"], facts["argument"])


class TypedLines:
    """The lines that a stream gives as they come, ending with it; a process without input (None) has none.

    There is one for a process, and whoever stops listening loses no line: the next listener goes on. A thread of its
    own does the reading, and does not keep the process alive: nothing can wake it from a terminal that says nothing.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._heard: asyncio.Queue[str | None] = asyncio.Queue()
        self._has_begun = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        """The next line, with its end."""
        if not self._has_begun:
            self._has_begun = True
            self._begin(asyncio.get_running_loop())
        line = await self._heard.get()
        if line is None:
            self._heard.put_nowait(None)  # it stays at its end, for whoever asks again
            raise StopAsyncIteration
        return line

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._stream is None:
            self._heard.put_nowait(None)
        else:
            Thread(target=self._listen, args=(self._stream, loop), name=LISTENER, daemon=True).start()

    def _listen(self, stream: TextIO, loop: asyncio.AbstractEventLoop) -> None:
        def hand_over(line: str | None) -> None:
            with suppress(RuntimeError):  # the event loop was closed: there is nobody left to tell
                loop.call_soon_threadsafe(self._heard.put_nowait, line)

        with suppress(OSError, ValueError):  # closed under us, or no text: as good as its end
            for line in stream:
                hand_over(line)
        hand_over(None)
