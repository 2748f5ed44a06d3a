"""How results look: aligned tables, JSON for programs, a progress bar; colour and bars only on a terminal."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

Progress = Callable[[int, int], None]


def print_json(value: Any) -> None:
    """One JSON value on stdout, readable and in UTF-8."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: frozenset[str] = frozenset()) -> None:
    """An aligned table; columns named in `right` are numbers. Plain where stdout is no terminal.

    What follows the first line of a cell is set in from it.
    """
    from rich.console import Console, Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        # Text, not str: what comes out of an article is never read as the table's markup.
        cells = (cell.split("\n") for cell in row)
        table.add_row(
            *(Group(Text(first), *(Padding(Text(line), (0, 0, 0, 2)) for line in more)) for first, *more in cells)
        )
    width = None if sys.stdout.isatty() else 200
    Console(width=width, highlight=False).print(table)


@contextmanager
def progress_bar(label: str) -> Iterator[Progress | None]:
    """A bar on stderr while something is read; none where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def warn(line: str) -> None:
    """One line on stderr."""
    print(f"heatwire: {line}", file=sys.stderr)
