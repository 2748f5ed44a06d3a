"""Run every benchmark of this folder, one after the other."""

from importlib import import_module
from pathlib import Path

for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
    main = getattr(import_module(f"tests.benchmarks.{path.stem}"), "main", None)
    if main is not None:
        print(f"\n{path.stem}\n")  # noqa: T201  # what a benchmark is for
        main()
