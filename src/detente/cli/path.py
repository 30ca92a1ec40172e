"""Command: by what path."""

from __future__ import annotations

from typing import Annotated

import typer

from detente.cli.arguments import Agreement, File, Since
from detente.cli.arguments import proposed as with_proposal
from detente.cli.asking import Way, question
from detente.problems import DetenteError

To = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="GOAL",
        help="A named deal, an outcome, or a condition such as 'status is peace'.  [default: the case's deal]",
        show_default=False,
    ),
]
Widest = Annotated[bool, typer.Option("--widest", help="Only the widest path.")]
Likeliest = Annotated[bool, typer.Option("--likeliest", help="Only the likeliest path.")]
Proposed = Annotated[
    str | None,
    typer.Option("--proposed", metavar="NAME", help="Only this path that the case proposes.", show_default=False),
]
Luck = Annotated[
    bool | None,
    typer.Option(
        "--luck/--no-luck",
        help="Let chance rules onto the widest path; or neither rules nor uncertain outcomes onto any.  "
        "[default: outcomes, no rules unless nothing else leads there]",
        show_default=False,
    ),
]


@question
def path(
    file: File,
    to: To = None,
    since: Since = None,
    widest: Widest = False,
    likeliest: Likeliest = False,
    proposed: Proposed = None,
    agreement: Agreement = None,
    luck: Luck = None,
    *,
    way: Way,
) -> None:
    """By what path: steps to a deal, and where they break.

    In whose interest each step is, and what would mend one that is not. The widest path, whose narrowest step is as
    wide as can be; the likeliest; and the paths that the case proposes, followed step by step.

    \b
    Examples:
      detente path korea
      detente path korea --to "status is peace" --from 2018-03
      detente path korea --agreement "tests for exercises" --widest
      detente path korea --proposed "the essays' programme" --chart path.svg
    """
    scenario = with_proposal(file, agreement)
    to = f"{agreement} stands" if to is None and agreement is not None else to
    if (widest, likeliest, proposed is not None).count(True) > 1:
        raise DetenteError("Ask for one of --widest, --likeliest and --proposed, or for none of them to get all.")
    from detente.questions.asked import situation_of
    from detente.questions.goal import goal_of
    from detente.questions.path import Kind, proposals
    from detente.questions.path import Luck as Allowed
    from detente.questions.path import path as ask

    chosen: Allowed = "outcomes" if luck is None else "rules" if luck else "none"
    only: Kind | None = "widest" if widest else "likeliest" if likeliest else None
    situation_of(scenario, since)  # wrong names are told before anything is solved
    goal_of(scenario, to)
    proposals(scenario, only, proposed)
    way.answer(
        lambda how: ask(scenario, to, since, only=only, proposed=proposed, luck=chosen, asking=how),
        scenario,
        alone=agreement is not None,
    )
