"""Command: what next."""

from __future__ import annotations

import typer

from detente.cli.arguments import Agreement, Draws, File, Json, NoCache, Seed, Since, proposed
from detente.cli.asking import Chart, Horizon, asking, check_chart
from detente.cli.told import told


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(forecast)


@told
def forecast(
    file: File,
    since: Since = None,
    months: Horizon = None,
    agreement: Agreement = None,
    draws: Draws = 20,
    seed: Seed = 0,
    as_json: Json = False,
    chart: Chart = None,
    no_cache: NoCache = False,
) -> None:
    """What comes next: the chance of each outcome by date.

    With ranges over draws of the uncertain numbers, and with what each actor would do next. Solved draws are kept, so
    that asking again is quick.

    \b
    Examples:
      detente forecast korea --from 2025-06 --months 60 --draws 50
      detente forecast korea --chart next.svg
      detente forecast korea --agreement "tests for exercises"
    """
    scenario = proposed(file, agreement)
    if since is not None:
        scenario.situation(since)  # a wrong name is told before anything is loaded or solved
    from detente.questions.forecast import forecast as ask

    check_chart(chart, scenario)
    with asking(draws, seed, no_cache, alone=agreement is not None) as how:
        answer = ask(scenario, since, months, asking=how)
    if chart is not None:
        answer.save_chart(chart)
    if as_json:
        typer.echo(answer.to_json())
        return
    from rich.console import Console

    from detente.cli.table import show

    show(answer, Console())
