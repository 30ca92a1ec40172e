"""Command: play in a game that moves in months, or in one of Gambit's files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from detente.cli.arguments import Json, Seed, Since, no_draws, opened
from detente.cli.asking import Chart, check_chart, tell
from detente.cli.near import suggest
from detente.cli.told import told
from detente.kinds import kind_of

if TYPE_CHECKING:
    from detente.questions.trace_turns import Given

GAMBIT = (".nfg", ".efg")
Game = Annotated[
    str,
    typer.Argument(
        metavar="FILE", help="A case or a scenario in months, or a .nfg or .efg file of Gambit.", show_default=False
    ),
]
Precision = Annotated[
    float | None,
    typer.Option(
        "--precision",
        metavar="X",
        help="How surely the better action is taken, 1 / payoff; 'inf': the limit.  [default: the case's; of a Gambit "
        "file the limit]",
        show_default=False,
    ),
]
Many = Annotated[
    int | None,
    typer.Option("--draws", min=0, max=10_000, help="Draws of a case's numbers.  [default: 100]", show_default=False),
]


@told
def trace(
    context: typer.Context,
    file: Game,
    precision: Precision = None,
    since: Since = None,
    draws: Many = None,
    seed: Seed = 0,
    as_json: Json = False,
    chart: Chart = None,
) -> None:
    """What each does in a game in months, or of Gambit.

    From chance play to sure judgement it follows the principal branch of logit equilibria: what each player mostly
    does and from which precision on, what it is worth, folds and crossings on the way, and the equilibrium to which it
    leads in the end.

    \b
    Examples:
      detente trace chicken
      detente trace centipede --precision 5 --chart centipede.svg
      detente trace game.nfg --json
    """
    given = game(file)
    from detente.cli.bar import bar
    from detente.questions.trace import principal_branch
    from detente.scenario.model import Scenario

    if not isinstance(given, Scenario):
        no_draws(context, "A game of Gambit")
    check_chart(chart, given if isinstance(given, Scenario) else Path(file))

    with bar() as progress:
        answer = principal_branch(given, precision, since, draws=draws, seed=seed, progress=progress)
    tell(answer, as_json, chart)


def game(file: str) -> Given:
    """The game of a Gambit file, told by its ending or its first word, or the scenario of any other file or case."""
    path = Path(file)
    if path.suffix.lower() in GAMBIT or kind_of(path) in ("nfg", "efg", "workbook"):
        from detente.game.gambit import read_gambit

        suggest(path)
        return read_gambit(path)
    return opened(file)
