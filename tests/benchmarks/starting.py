"""How soon the command line answers, beside an empty Python and an import of the Telegram library alone.

Run as `python -m tests.benchmarks.starting`.
"""

import subprocess
import sys
from functools import partial

from tests.benchmarks.choosing import milliseconds, say

STARTED = {
    "python -c pass": ("-c", "pass"),
    "import telegram": ("-c", "import telegram"),
    "heatwire --help": ("-m", "bot", "--help"),
    "heatwire schedule --help": ("-m", "bot", "schedule", "--help"),
}


def main() -> None:
    """Print the figures: median of 21 whole processes each."""
    for name, arguments in STARTED.items():
        command = [sys.executable, *arguments]
        say(f"{name:28}{milliseconds(partial(subprocess.run, command, check=True, capture_output=True)):7.0f} ms")


if __name__ == "__main__":
    main()
