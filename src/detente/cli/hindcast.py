"""Command: what the case would have said earlier, and what happened."""

from __future__ import annotations

from typing import Annotated

import typer

from detente.cli.arguments import File, opened
from detente.cli.asking import Way, question

Ahead = Annotated[
    int | None,
    typer.Option(
        "--months",
        min=1,
        max=1200,
        help="How far ahead each time.  [default: 24, or as many as are recorded]",
        show_default=False,
    ),
]


@question
def hindcast(
    file: File,
    months: Ahead = None,
    *,
    way: Way,
) -> None:
    """What the case would have said earlier, and what happened.

    Asked at each of its earlier situations. Beside each chance stand its range and the plain base rate as it was known
    then.

    \b
    Examples:
      detente hindcast korea
      detente hindcast korea --months 12 --chart hindcast.svg
    """
    scenario = opened(file)
    from detente.questions.hindcast import hindcast as ask

    way.answer(lambda how: ask(scenario, months, asking=how), scenario)
