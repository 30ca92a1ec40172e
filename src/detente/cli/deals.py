"""Command: which deals are possible, in a case or in a plain negotiation domain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from detente.cli.arguments import Agreement, Draws, Json, NoCache, Seed, Since, in_time, unused
from detente.cli.asking import Chart, asking, check_chart, tell
from detente.cli.kinds import suggest
from detente.cli.told import told
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


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(deals)


@told
def deals(
    context: typer.Context,
    files: Files,
    since: Since = None,
    agreement: Agreement = None,
    draws: Draws = 20,
    seed: Seed = 0,
    as_json: Json = False,
    chart: Chart = None,
    no_cache: NoCache = False,
) -> None:
    """Which deals are possible: packages that every party and every veto prefers to the present.

    The zone of agreement, who blocks what, the Pareto frontier and the points that an arbiter would pick; how long each
    deal would hold, and what would bring a blocker in. Of an agreement besides: who would sign, what the signature
    adds, what verification is worth. Of a domain with utilities of its own: zone, frontier, points.

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
        unused(context, "A negotiation domain has no situations", since="--from")
        unused(context, "A negotiation domain states no ranges, so nothing is drawn", draws="--draws", seed="--seed")
        unused(context, "A negotiation domain is read afresh, and nothing is kept", no_cache="--no-cache")
        _domain(files, as_json, chart)
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
    check_chart(chart, scenario)
    with asking(draws, seed, no_cache, alone=agreement is not None) as how:
        answer = ask(scenario, since, agreement=agreement, asking=how)
    tell(answer, as_json, chart)


def _is_domain(files: list[str]) -> bool:
    """By the files' endings; a folder is one of GENIUS."""
    return all(file and (Path(file).suffix.lower() in DOMAINS or Path(file).is_dir()) for file in files)


def _domain(files: list[str], as_json: bool, chart: Path | None) -> None:
    from detente.questions.bargained import bargained

    for file in files:
        suggest(Path(file))
    check_chart(chart, *map(Path, files))
    tell(bargained(*files), as_json, chart)
