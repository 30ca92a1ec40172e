"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from detente.scenario.model import Scenario

File = Annotated[
    str, typer.Argument(metavar="FILE", help="A scenario file, or the name of a case.", show_default=False)
]
Since = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="SITUATION",
        help="The situation to start from.  [default: the case's, or the latest]",
        show_default=False,
    ),
]
Agreement = Annotated[
    str | None,
    typer.Option("--agreement", metavar="NAME", help="With this agreement of the case offered.", show_default=False),
]
Draws = Annotated[int, typer.Option("--draws", min=0, max=10_000, help="Draws of the uncertain numbers.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of the draws.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Neither read nor keep anything in the cache.")]
Ahead = Annotated[
    bool | None,
    typer.Option(
        "--ahead/--no-ahead",
        help="After the answer, solve what whatif, tipping and sensitivity will ask for, so that they answer at once; "
        "Ctrl-C ends it and nothing is lost.  [default: where the draws had to be solved; not with DETENTE_AHEAD=0]",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="JSON on stdout, and nothing else.")]
Out = Annotated[Path | None, typer.Option("-o", "--out", metavar="FILE", help="Where to write.", show_default=False)]


def proposed(file: str, agreement: str | None) -> Scenario:
    """The scenario, with an agreement that it proposes as part of the game where one is named."""
    scenario = opened(file)
    if agreement is None:
        return scenario
    from detente.scenario.agreements import with_agreement

    return with_agreement(scenario, agreement)


def in_time(file: str) -> Scenario:
    """The scenario of a path or a case's name; refused, first of all, where it moves in months."""
    from detente.problems import DetenteError
    from detente.scenario.given import in_months

    scenario = opened(file)
    if scenario.moves != "continuous":
        raise DetenteError(in_months(scenario))
    return scenario


def opened(file: str) -> Scenario:
    """The scenario of a path or of a case's name; a path comes first. A file of another kind is told its command."""
    from detente.cli.near import beside
    from detente.kinds import no_scenario
    from detente.problems import DetenteError, did_you_mean
    from detente.scenario.cases import case, case_names
    from detente.scenario.load import load

    path = Path(file)
    if not file.strip():
        raise DetenteError("An empty name names no file; give a scenario file, or a case: detente cases lists them.")
    if path.exists():
        if said := no_scenario(path):
            raise DetenteError(said)
        return load(path)
    names = case_names()
    if file in names:
        return case(file)
    near = beside(path)
    if path.suffix or len(path.parts) > 1:
        if near is None:
            raise FileNotFoundError(2, "No such file", file)
        raise DetenteError(f"There is no file or folder {file!r}. {near}")
    hint = near or did_you_mean(file, names) or f"The cases are: {', '.join(names)}."
    raise DetenteError(f"There is no file {file!r}, and no case of that name. {hint}")


def no_draws(context: typer.Context, what: str) -> None:
    """Refuse the options that are for cases only, where a file has neither situations nor ranges."""
    unused(context, f"{what} has no situations", since="--from")
    unused(context, f"{what} states no ranges, so nothing is drawn", draws="--draws", seed="--seed")


def unused(context: typer.Context, what: str, **told: str) -> None:
    """Refuse options that are given and have no meaning for a file: ``told``, by parameter, how each is written."""
    from detente.problems import DetenteError

    for name, written in told.items():
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise DetenteError(f"{what}; leave {written} out.")
