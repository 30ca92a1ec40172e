"""Command: which deals are possible, in a case or in a plain negotiation domain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from detente.cli.arguments import Agreement, Since, in_time, no_draws, unused
from detente.cli.asking import Way, check_chart, question
from detente.cli.near import suggest
from detente.problems import DetenteError

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE...",
        help="A scenario file, the name of a case, or a negotiation domain: .csv, or .xml of GENIUS.",
        show_default=False,
    ),
]
DOMAINS = (".csv", ".tsv", ".xml")


@question
def deals(
    context: typer.Context,
    files: Files,
    since: Since = None,
    agreement: Agreement = None,
    *,
    way: Way,
) -> None:
    """Which deals are possible, and who blocks the others.

    Packages that every party and every veto prefers to the present: the zone of agreement, who blocks what, the Pareto
    frontier and the points that an arbiter would pick; how long each deal would hold, and what would bring a blocker
    in. Of an agreement besides: who would sign, what the signature adds, what verification is worth. Of a domain with
    utilities of its own: zone, frontier, points.

    \b
    Examples:
      detente deals korea
      detente deals korea --from 2018-03 --draws 50 --chart deals.svg
      detente deals korea --agreement "tests for exercises"
      detente deals laptop.csv --json
      detente deals buyer.xml seller.xml
    """
    if _is_domain(files):
        unused(context, "A negotiation domain has no agreements", agreement="--agreement")
        no_draws(context, "A negotiation domain")
        unused(context, "A negotiation domain is read afresh, and nothing is kept", no_cache="--no-cache")
        _domain(files, way)
        return
    if len(files) > 1:
        raise DetenteError("Several files are the utility spaces of one domain (.xml); of scenarios name one.")
    scenario = in_time(files[0])
    from detente.questions.asked import situation_of
    from detente.questions.deals import deals as ask
    from detente.questions.packages import deals_of

    if agreement is None:
        deals_of(scenario)  # what is missing, and wrong names, are told before anything is solved
    situation_of(scenario, since)
    way.answer(lambda how: ask(scenario, since, agreement=agreement, asking=how), scenario, alone=agreement is not None)


def _is_domain(files: list[str]) -> bool:
    """By the files' endings; a folder is one of GENIUS."""
    return all(file and (Path(file).suffix.lower() in DOMAINS or Path(file).is_dir()) for file in files)


def _domain(files: list[str], way: Way) -> None:
    from detente.questions.bargained import bargained

    for file in files:
        suggest(Path(file))
    check_chart(way.chart, *map(Path, files))
    way.tell(bargained(*files))
