"""The service as a process that tests may end at a point of their choice: the real parts, in short time.

python -m tests.faults.process --config heatwire.yaml [--kill-at claimed:3] [--settle 2 …]
"""

import argparse
import asyncio
import os
import signal
import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from pathlib import Path

from bot.app import Surroundings
from bot.cli.signals import stop_at_signals
from bot.clock import SystemClock
from bot.delivery.retry import RetryPolicy
from bot.delivery.tools import Options
from bot.failpoints import Point, install
from bot.logs import configure, observe
from bot.notices.notices import Rhythm
from bot.platforms.console import TypedLines
from bot.platforms.slack.timing import Timing as SlackTiming
from bot.platforms.telegram.timing import Timing as TelegramTiming
from bot.serving import Server
from bot.settings.loading import load
from bot.timings import Timings


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the service runs; all in seconds."""

    answer: float = 0.5
    """To wait for a platform's answer."""
    settle: float = 1.0
    """After an unclear outcome, until it is looked into."""
    sweep: float = 3.0
    """After a repeat arrived, until strays are looked for."""
    lease: float = 2.0
    """For which a claim is good; longer than an answer is waited for."""
    grace: float = 8.0
    """For what is in flight when the process is told to end."""

    def arguments(self) -> tuple[str, ...]:
        """As the command line says it."""
        return tuple(word for name, value in asdict(self).items() for word in (f"--{name}", f"{value}"))

    def timings(self) -> Timings:
        """What the service is given: waits of the same order as its own, and no limits of its own making."""
        return Timings(
            options=Options(
                patience=self.answer + 0.2,
                lease=self.lease,
                grace=self.grace,
                poll=0.1,
                longest_trouble=0.5,
                inspectors=16,
                inspection=self.lease * 2,
                inspection_lease=self.lease * 3,
            ),
            policy=RetryPolicy(
                attempts=1000,
                settle=timedelta(seconds=self.settle),
                sweep=timedelta(seconds=self.sweep),
                first_pause=timedelta(seconds=0.1),
                longest_pause=timedelta(seconds=0.5),
            ),
            limits={},
            telegram=TelegramTiming(
                send=self.answer,
                poll=2,
                poll_grace=1.0,
                longest_pause=0.5,
                probe=self.answer,
                pace=0.0,
                group_pace=0.0,
                look_up=self.lease * 1.8,
                retry=0.05,
                successor=0.2,
                ask_again=0.3,
                crowd=20.0,
            ),
            slack=SlackTiming(send=self.answer, connect=2.0, watch=0.2, close=0.5, listen_again=0.2, ask_again=0.3),
            following=0.2,
            notices=Rhythm(look=0.2, after_telling=0.5),
        )


class KillAt:
    """Ends the process, as `kill -9` does, when it comes to a point for the n-th time."""

    def __init__(self, point: Point, times: int) -> None:
        self._point = point
        self._left = times
        self._lock = threading.Lock()

    def __call__(self, point: Point) -> None:
        """Nothing that any other thread does comes between the point and the end."""
        with self._lock:
            if point is self._point:
                self._left -= 1
                if self._left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

    @classmethod
    def parse(cls, text: str) -> "KillAt":
        """`claimed:3`; ValueError where that is no point or no number."""
        point, _, times = text.partition(":")
        return cls(Point(point), int(times))


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until a signal, or until the point is reached."""
    said = _parser().parse_args(arguments)
    if said.kill_at is not None:
        install(KillAt.parse(said.kill_at))
    pace = Pace(**{field.name: getattr(said, field.name) for field in fields(Pace)})
    settings = load(said.config, os.environ)
    configure(secrets=settings.secrets)
    around = Surroundings(SystemClock(), observe, TypedLines(None), timings=pace.timings())
    asyncio.run(_serve(Server(said.config, os.environ, settings, around)))


async def _serve(server: Server) -> None:
    stop = asyncio.Event()
    stop_at_signals(stop)
    await server.run(stop)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--kill-at", metavar="POINT:TIMES")
    for name, default in _defaults():
        parser.add_argument(f"--{name}", type=float, default=default, metavar="SECONDS")
    return parser


def _defaults() -> Iterable[tuple[str, float]]:
    return asdict(Pace()).items()


if __name__ == "__main__":
    main()
