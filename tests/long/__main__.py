"""Run every long check of this folder, one after the other; 1 if one of them found something."""

import sys
from importlib import import_module
from pathlib import Path

found = 0
for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
    print(f"\n{path.stem}\n", flush=True)  # noqa: T201 - what a long check is for
    found |= int(bool(import_module(f"tests.long.{path.stem}").main()))
sys.exit(found)
