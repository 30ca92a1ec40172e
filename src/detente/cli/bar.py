"""Progress on stderr: a bar where someone is watching, and nothing where nobody is."""

from __future__ import annotations

import math
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detente.ensemble.progress import Progress


@contextmanager
def bar() -> Iterator[Progress | None]:
    """A listener that draws one line a stage, with the time left; None where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:3.0f}% {task.fields[left]}"))
    with Progress(*columns, console=Console(stderr=True)) as drawn:
        stages: dict[str, object] = {}

        def tell(stage: str, done: int, total: int, seconds_left: float | None) -> None:
            if stage not in stages:
                stages[stage] = drawn.add_task(stage, total=total, left="")
            drawn.update(stages[stage], completed=done, total=total, left=left(seconds_left))  # type: ignore[arg-type]

        yield tell


def left(seconds: float | None) -> str:
    """'about 3 min left'."""
    if seconds is None or seconds <= 0:
        return ""
    return f"about {math.ceil(seconds)} s left" if seconds < 90 else f"about {math.ceil(seconds / 60)} min left"
