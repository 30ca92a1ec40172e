"""Command: where does it tip."""

from __future__ import annotations

from typing import Annotated

import typer

from detente.cli.arguments import File, Since, opened
from detente.cli.asking import Horizon, Outcome, Way, question

Along = Annotated[
    str | None,
    typer.Option(
        "--along",
        metavar="NAME",
        help="A number to sweep, or a factor to step.  [default: one of each]",
        show_default=False,
    ),
]
Low = Annotated[float | None, typer.Option("--low", help="Where the number's sweep begins.", show_default=False)]
High = Annotated[float | None, typer.Option("--high", help="Where it ends.", show_default=False)]
Beyond = Annotated[
    float | None,
    typer.Option("--beyond", metavar="K", help="Make the number's range K times as wide.", show_default=False),
]
Map = Annotated[
    str | None, typer.Option("--map", metavar="NAME", help="A second number, for a map.", show_default=False)
]
Freeze = Annotated[
    list[str] | None,
    typer.Option("--freeze", metavar="FACTOR", help="A factor that stands still; more than once.", show_default=False),
]
Points = Annotated[
    int | None,
    typer.Option(
        "--points",
        help="Follow the branch, so many points at most, of a large case too.",
        show_default=False,
    ),
]


@question
def tipping(
    file: File,
    along: Along = None,
    outcome: Outcome = None,
    since: Since = None,
    months: Horizon = None,
    low: Low = None,
    high: High = None,
    beyond: Beyond = None,
    across: Map = None,
    freeze: Freeze = None,
    points: Points = None,
    *,
    way: Way,
) -> None:
    """Where it tips: slow change that becomes sudden.

    Slow in one quantity, sudden in behaviour. A number is swept over its range: equilibria, folds, and whether play
    comes back by the same way. A factor is stepped through its levels. The nearest tipping point to today's value, or
    that there is none, and how steep it is.

    \b
    Examples:
      detente tipping korea
      detente tipping korea --along deterrent --outcome war
      detente tipping border.yaml --along precision --beyond 4 --map trade_worth --chart tipping.svg
    """
    scenario = opened(file)
    from detente.questions.tipping import tipping as ask

    way.answer(
        lambda how: ask(
            scenario, along, outcome, since, months, low=low, high=high, beyond=beyond, across=across,
            freeze=tuple(freeze or ()), points=points, asking=how,
        ),
        scenario,
    )  # fmt: skip
