"""Progress on stderr: a bar where someone is watching, a line now and then where the output is kept."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from detente.ensemble.progress import Line, left

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import TaskID

    from detente.ensemble.progress import Progress


@contextmanager
def bar() -> Iterator[Progress]:
    """A listener that shows how far each stage has come, and the time left."""
    if not sys.stderr.isatty():
        yield Line(lasting=True)
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f}% {task.fields[left]}"))
    with Bars(*columns, console=Console(stderr=True)) as bars:
        stages: dict[str, TaskID] = {}

        def tell(stage: str, done: int, total: int, seconds_left: float | None) -> None:
            if stage not in stages:
                stages[stage] = bars.add_task(stage, total=total, left="")
            bars.update(stages[stage], completed=done, total=total, left=left(seconds_left))

        yield tell
