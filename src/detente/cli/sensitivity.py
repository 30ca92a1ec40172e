"""Command: what an answer rests on."""

from __future__ import annotations

import typer

from detente.cli.arguments import Draws, File, Json, NoCache, Seed, Since, opened
from detente.cli.asking import Chart, Horizon, Outcome, asking, check_chart, tell
from detente.cli.told import told


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(sensitivity)


@told
def sensitivity(
    file: File,
    outcome: Outcome = None,
    since: Since = None,
    months: Horizon = None,
    draws: Draws = 20,
    seed: Seed = 0,
    as_json: Json = False,
    chart: Chart = None,
    no_cache: NoCache = False,
) -> None:
    """What the answer rests on: the numbers, and the claims behind them, that move an outcome most.

    By exact slopes, rank correlations over the draws, and shares of the variance; and how much the range would shrink
    if a claim were settled.

    \b
    Examples:
      detente sensitivity korea
      detente sensitivity korea --outcome war --draws 50 --chart tornado.svg
    """
    scenario = opened(file)
    from detente.questions.asked import outcome_of, situation_of
    from detente.questions.sensitivity import sensitivity as ask

    outcome_of(scenario, outcome), situation_of(scenario, since)
    check_chart(chart, scenario)
    with asking(draws, seed, no_cache) as how:
        answer = ask(scenario, outcome, since, months, asking=how)
    tell(answer, as_json, chart)
