"""Command: what the case would have said earlier, and what happened."""

from __future__ import annotations

from typing import Annotated

import typer

from detente.cli.arguments import Draws, File, Json, NoCache, Seed, opened
from detente.cli.asking import Chart, asking, check_chart, tell
from detente.cli.told import told

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


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(hindcast)


@told
def hindcast(
    file: File,
    months: Ahead = None,
    draws: Draws = 20,
    seed: Seed = 0,
    as_json: Json = False,
    chart: Chart = None,
    no_cache: NoCache = False,
) -> None:
    """What the case would have said at its earlier situations, and what happened.

    Beside each chance stand its range and the plain base rate as it was known then.

    \b
    Examples:
      detente hindcast korea
      detente hindcast korea --months 12 --chart hindcast.svg
    """
    scenario = opened(file)
    check_chart(chart, scenario)
    from detente.questions.hindcast import hindcast as ask

    with asking(draws, seed, no_cache) as how:
        answer = ask(scenario, months, asking=how)
    tell(answer, as_json, chart)
