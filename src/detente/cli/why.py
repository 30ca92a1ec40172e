"""Command: why now, and not before."""

from __future__ import annotations

from typing import Annotated

import typer

from detente.cli.arguments import File, in_time
from detente.cli.asking import Horizon, Outcome, Way, question
from detente.problems import DetenteError

Between = Annotated[
    tuple[str, str] | None,
    typer.Option(
        "--between",
        metavar="SITUATION SITUATION",
        help="The two situations.  [default: the case's, or the last two]",
        show_default=False,
    ),
]
First = Annotated[
    str | None, typer.Option("--from", metavar="SITUATION", help="The first situation.", show_default=False)
]
Second = Annotated[
    str | None, typer.Option("--to", metavar="SITUATION", help="The second situation.", show_default=False)
]


@question
def why(
    file: File,
    between: Between = None,
    first: First = None,
    second: Second = None,
    outcome: Outcome = None,
    months: Horizon = None,
    *,
    way: Way,
) -> None:
    """Why now, and not before: what each force contributed.

    The change in an outcome's chance from one situation to the other, split among the forces that differ; leaders
    against structure; and what the sources hold of it, each borne out, against, or undecided.

    \b
    Examples:
      detente why korea
      detente why korea --between 2012-04 2018-03 --outcome summit --months 24
      detente why korea --from 2022-12 --chart why.svg
    """
    scenario = in_time(file)
    if between is not None and (first is not None or second is not None):
        raise DetenteError("Give the two situations by --between, or by --from and --to, not by both.")
    one, other = between if between is not None else (first, second)
    from detente.questions.asked import outcome_of
    from detente.questions.why import between as pair
    from detente.questions.why import why as ask

    pair(scenario, one, other)  # wrong names are told before anything is solved
    outcome_of(scenario, outcome)
    way.answer(lambda how: ask(scenario, one, other, outcome, months, asking=how), scenario)
